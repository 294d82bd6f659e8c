/** SPILO_LABS: how many labs work beside each other, each on suites of its own. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testSequencer: '<rootDir>/test/cluster/support/sequencer.js',
  globalSetup: '<rootDir>/test/cluster/support/setup.ts',
  globalTeardown: '<rootDir>/test/cluster/support/teardown.ts',
  reporters: ['default', '<rootDir>/test/cluster/support/reporter.js'],
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
