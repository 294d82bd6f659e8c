module.exports = {
  ...require('../jest.config.base.js')('backup'),
  globalSetup: '<rootDir>/lab/backup/support/setup.ts',
  globalTeardown: '<rootDir>/lab/backup/support/teardown.ts',
  testTimeout: 180000,
  maxWorkers: 2,
};
