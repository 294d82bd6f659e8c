module.exports = {
  ...require('../jest.config.base.js')('proxy'),
  maxWorkers: 1,
};
