module.exports = {
  ...require('../jest.config.base.js')('cluster', 'SPILO_LAB_KEEP=1 keeps the lab and the namespaces of failed suites for a look.'),
  testSequencer: '<rootDir>/lab/cluster/support/sequencer.js',
  globalSetup: '<rootDir>/lab/cluster/support/setup.ts',
  globalTeardown: '<rootDir>/lab/cluster/support/teardown.ts',
  testTimeout: 600000,
  /** SPILO_LABS: how many labs work beside each other, each on suites of its own. */
  maxWorkers: Number(process.env.SPILO_LABS ?? 1),
};
