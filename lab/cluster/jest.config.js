/** SPILO_LABS: how many labs work beside each other, each on suites of its own. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/lab/cluster/**/*.test.ts'],
  testSequencer: '<rootDir>/lab/cluster/support/sequencer.js',
  globalSetup: '<rootDir>/lab/cluster/support/setup.ts',
  globalTeardown: '<rootDir>/lab/cluster/support/teardown.ts',
  reporters: ['default', '<rootDir>/lab/cluster/support/reporter.js'],
  moduleNameMapper: { '^cdk8s-spilo$': '<rootDir>/src' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 600000,
  // What failed and why stands first in a log of CI.
  verbose: process.env.CI === undefined,
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { 'jsc': { 'target': 'es2022', 'parser': { 'syntax': 'typescript' } }, 'module': { 'type': 'commonjs' } }
    ]
  },
  maxWorkers: Number(process.env.SPILO_LABS ?? 1),
};
