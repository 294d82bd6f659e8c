const { basename, relative } = require('path');

/**
 * The closing lines of a suite, and what they are made of. Three lists become part of jest's JSON result, each of
 * `{ suite, test, reason }`:
 *
 * - `failures`: what failed in the end. Without a test, the suite itself did not run.
 * - `repeated`: tests that needed another attempt, with what the first one failed of. A repetition is a result, too.
 * - `lostWrites`: attempts that lost acknowledged writes. One of them fails the run, whatever a later attempt said.
 *
 * Options: `script`, the npm script that runs the suite; `hint`, a last line when something failed.
 */
module.exports = class Reporter {
  constructor({ rootDir, testNamePattern }, { script, hint }) {
    Object.assign(this, { rootDir, wanted: testNamePattern, script, hint });
  }

  onRunComplete(_, results) {
    const suites = results.testResults.map(({ testFilePath, ...suite }) => ({ name: relative(this.rootDir, testFilePath), ...suite }));
    Object.assign(results, {
      failures: [...suites.flatMap(brokenSuite), ...suites.flatMap(failedTests)],
      repeated: suites.flatMap(repeatedTests),
      lostWrites: suites.flatMap(lossesOfTests),
    });
    this.lost = results.lostWrites;
    for (const line of [...this.wanted ? [] : skipped(suites), ...repeated(results), ...lost(results), ...this.failed(results)]) { console.log(line); }
  }

  /** Makes jest fail. */
  getLastError() {
    return this.lost?.length ? new Error('acknowledged writes were lost') : undefined;
  }

  failed({ failures }) {
    if (failures.length === 0) { return []; }
    return [
      '', `${failures.length} FAILED:`,
      ...failures.flatMap(failure => ['', `  ${title(failure)}`, `    ${failure.reason}`, `    again: ${this.again(failure)}`]),
      ...this.hint ? ['', this.hint] : [],
    ];
  }

  again({ suite, test }) {
    // What -t takes is a regular expression, in which names are joined by spaces.
    const pattern = test?.replaceAll(' > ', ' ').replace(/[^\w ,:-]/g, '.');
    return `npm run ${this.script} -- ${basename(suite)}${pattern ? ` -t '${pattern}'` : ''}`;
  }
};

const title = ({ suite, test }) => test ? `${suite} > ${test}` : suite;
const pathOf = ({ ancestorTitles, title: last }) => [...ancestorTitles, last].join(' > ');

const brokenSuite = ({ name, testExecError, failureMessage }) =>
  testExecError ? [{ suite: name, reason: oneLine(testExecError.message ?? failureMessage ?? '') }] : [];

const failedTests = ({ name, testResults }) => testResults.filter(({ status }) => status === 'failed')
  .map(test => ({ suite: name, test: pathOf(test), reason: oneLine(test.failureMessages[0] ?? '') }));

/** Jest keeps reasons only for `jest.retryTimes(n, { logErrorsBeforeRetry: true })`. */
const repeatedTests = ({ name, testResults }) => testResults.filter(({ invocations }) => invocations > 1)
  .map(test => ({ suite: name, test: pathOf(test), reason: oneLine(test.retryReasons?.[0] ?? 'no reason was kept') }));

/** By a test that says so in its name, or by the difference of a count that must be 0. */
function lossesOfTests({ name, testResults }) {
  return testResults.flatMap(test => [...test.retryReasons ?? [], ...test.failureMessages ?? []]
    .filter(message => /was lost/.test(test.fullName) || /\+ +"lost": [1-9]/.test(plain(message)))
    .slice(0, 1)
    .map(message => ({ suite: name, test: pathOf(test), reason: oneLine(message) })));
}

/** Of a suite that was skipped as a whole one line, of others one for each test. */
const skipped = suites => suites.flatMap(({ name, testResults }) => {
  const tests = testResults.filter(({ status }) => status === 'pending' || status === 'skipped');
  if (tests.length > 1 && tests.length === testResults.length) { return [`not run here: ${name}, all ${tests.length} tests`]; }
  return tests.map(test => `not run here: ${title({ suite: name, test: pathOf(test) })}`);
});

const repeated = ({ repeated: tests }) => tests.map(each => `REPEATED ${title(each)}: first failed with ${each.reason}`);

const lost = ({ lostWrites }) => lostWrites.map(each => `LOST WRITES ${title(each)}: ${each.reason}`);

const plain = text => text.replace(/\x1b\[\d+m/g, '');

/** A message without its stack, short enough for a list. */
function oneLine(message) {
  const line = plain(message).split(/\n +at /)[0].replace(/^Error: /, '').replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)} ...` : line;
}
