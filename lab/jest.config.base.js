/** What the suites of lab/ share: sources of the library by its name, and the closing lines of `support/reporter.js`, of which a hint is the last. */
module.exports = (suite, hint) => ({
  rootDir: '../..',
  testMatch: [`<rootDir>/lab/${suite}/**/*.test.ts`],
  moduleNameMapper: { '^cdk8s-spilo$': '<rootDir>/src' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // What failed and why stands first in a log of CI.
  verbose: process.env.CI === undefined,
  reporters: ['default', ['<rootDir>/lab/support/reporter.js', { script: `test:${suite}`, hint }]],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
});
