import { Result, suitesToRepeat, summary } from '../../../scripts/ci/results';

type Status = 'passed' | 'failed' | 'pending';

/** A result of jest: the status of each test, by suites. A suite without tests did not run. */
function result(suites: { readonly [suite: string]: readonly Status[] }, more: Partial<Result> = {}): Result {
  return {
    startTime: 1,
    testResults: Object.entries(suites).map(([suite, statuses]) => ({
      name: `/somewhere/lab/cluster/${suite}.test.ts`,
      status: statuses.length === 0 || statuses.includes('failed') ? 'failed' : 'passed',
      assertionResults: statuses.map(status => ({ status })),
    })),
    ...more,
  };
}

const missed = { suite: 'lab/cluster/failover.test.ts', test: 'failover > a node dies', reason: 'expected below 6, received 7' };

describe('suites that are run once more', () => {
  test('are those with a test that failed', () => {
    expect(suitesToRepeat(result({ life: ['passed'], failover: ['passed', 'failed'], proxy: ['pending'] }))).toEqual(['failover.test.ts']);
  });

  test('are those that did not run', () => {
    expect(suitesToRepeat(result({ life: ['passed'], proxy: [] }))).toEqual(['proxy.test.ts']);
  });

  test('are none when all passed', () => {
    expect(suitesToRepeat(result({ life: ['passed'] }))).toEqual([]);
  });

  test('are none when one of them lost acknowledged writes', () => {
    expect(suitesToRepeat(result({ life: ['failed'], failover: ['failed'] }, { lostWrites: [missed] }))).toEqual([]);
  });
});

describe('the summary', () => {
  test('counts the tests of all results', () => {
    expect(summary([result({ life: ['passed', 'pending'] }), result({ proxy: ['passed', 'failed'] })])).toEqual(['tests: 2 passed, 1 failed, 1 skipped']);
  });

  test('takes a suite that did not run for a failure', () => {
    expect(summary([result({ proxy: [] })])).toEqual(['tests: 0 passed, 1 failed, 0 skipped']);
  });

  test('has a line for each test that needed a second attempt', () => {
    expect(summary([result({ failover: ['passed'] }, { repeated: [missed] })])).toEqual([
      'REPEATED lab/cluster/failover.test.ts > failover > a node dies: first failed with expected below 6, received 7',
      'tests: 1 passed, 0 failed, 0 skipped',
    ]);
  });

  test('counts the second run of a suite, and says what the first failed of', () => {
    const first = result({ life: ['passed'], failover: ['passed', 'failed'] }, { failures: [missed] });
    const alone = result({ failover: ['passed', 'passed'] }, { startTime: 2 });
    for (const results of [[first, alone], [alone, first]]) {
      expect(summary(results)).toEqual([
        expect.stringMatching(/^REPEATED .*a node dies: first failed with/),
        'tests: 3 passed, 0 failed, 0 skipped',
      ]);
    }
  });

  test('says once that a test was repeated within its suite and with it', () => {
    const first = result({ failover: ['failed'] }, { failures: [missed], repeated: [missed] });
    expect(summary([first, result({ failover: ['passed'] }, { startTime: 2 })])).toHaveLength(2);
  });

  test('says of a suite that first did not run why', () => {
    const first = result({ proxy: [] }, { failures: [{ suite: 'lab/cluster/proxy.test.ts', reason: 'no lab' }] });
    expect(summary([first, result({ proxy: ['passed'] }, { startTime: 2 })])[0]).toBe('REPEATED lab/cluster/proxy.test.ts: first failed with no lab');
  });

  test('without a second run, a failure is no repetition', () => {
    expect(summary([result({ failover: ['failed'] }, { failures: [missed] })])).toEqual(['tests: 0 passed, 1 failed, 0 skipped']);
  });

  test('without results there were no tests', () => {
    expect(summary([])).toEqual(['tests: 0 passed, 0 failed, 0 skipped']);
  });
});
