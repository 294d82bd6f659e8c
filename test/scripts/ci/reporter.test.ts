import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** A suite as they are in lab/: what a busy machine missed is tried once more. */
const SUITES = {
  'busy.test.js': `
    jest.retryTimes(1, { logErrorsBeforeRetry: true });
    let attempts = 0;
    describe('a switchover', () => {
      test('is fast', () => { if (++attempts === 1) { expect({ seconds: 7 }).toEqual({ seconds: 6 }); } });
      test('is short', () => undefined);
      test.skip('needs nodes', () => undefined);
    });`,
  'wrong.test.js': `
    jest.retryTimes(1, { logErrorsBeforeRetry: true });
    test('is (always) wrong', () => { throw new Error('refused'); });`,
  'idle.test.js': "describe.skip('needs wal-g', () => { test('one', () => undefined); test('two', () => undefined); });",
  'broken.test.js': "throw new Error('no lab');",
  'loser.test.js': `
    jest.retryTimes(1, { logErrorsBeforeRetry: true });
    let attempts = 0;
    test('all paths lose nothing', () => { expect({ lost: ++attempts === 1 ? 3 : 0 }).toEqual({ lost: 0 }); });`,
};

/** What the reporter of lab/ makes of some of these suites, with options of jest: exit status, what is printed, and jest's JSON result. */
function run(...words: string[]) {
  const rootDir = mkdtempSync(join(tmpdir(), 'reporter-'));
  try {
    for (const [suite, text] of Object.entries(SUITES).filter(([name]) => words.includes(name))) { writeFileSync(join(rootDir, suite), text); }
    const options = words.filter(word => !(word in SUITES));
    const reporter = [join(ROOT, 'lab/support/reporter.js'), { script: 'test:cluster', hint: 'A hint.' }];
    const configuration = JSON.stringify({ rootDir, reporters: [reporter], transform: {} });
    const args = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--ci', '-i', '--config', configuration, ...options,
      '--json', '--outputFile', join(rootDir, 'result.json')];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: rootDir, encoding: 'utf8' });
    return { status, lines: stdout.split('\n').map(line => line.trim()), result: JSON.parse(readFileSync(join(rootDir, 'result.json'), 'utf8')) };
  } finally {
    rmSync(rootDir, { recursive: true });
  }
}

describe('the closing lines of a suite', () => {
  test('name a test that passed only at the second attempt, and what the first failed of', () => {
    const { status, lines, result } = run('busy.test.js');
    expect(status).toBe(0);
    expect(result.repeated).toEqual([
      { suite: 'busy.test.js', test: 'a switchover > is fast', reason: expect.stringMatching(/^expect.*toEqual.*- "seconds": 6.*\+ "seconds": 7/) },
    ]);
    expect(result.failures).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^REPEATED busy\.test\.js > a switchover > is fast: first failed with expect/));
  });

  test('name what did not run here: one test, or a whole suite', () => {
    const { lines } = run('busy.test.js', 'idle.test.js');
    expect(lines.filter(line => line.startsWith('not run here'))).toEqual([
      'not run here: busy.test.js > a switchover > needs nodes',
      'not run here: idle.test.js, all 2 tests',
    ]);
  });

  test('do not name what was not asked for', () => {
    expect(run('busy.test.js', '-t', 'is short').lines.filter(line => line.startsWith('not run here'))).toEqual([]);
  });

  test('name what failed, why, and how to run it alone', () => {
    const { status, lines, result } = run('wrong.test.js', 'broken.test.js');
    expect(status).toBe(1);
    expect(result.failures).toEqual([
      { suite: 'broken.test.js', reason: 'no lab' },
      { suite: 'wrong.test.js', test: 'is (always) wrong', reason: 'refused' },
    ]);
    expect(lines).toEqual(expect.arrayContaining([
      '2 FAILED:',
      'wrong.test.js > is (always) wrong',
      'again: npm run test:cluster -- wrong.test.js -t \'is .always. wrong\'',
      'again: npm run test:cluster -- broken.test.js',
      'A hint.',
    ]));
    expect(lines).toContain('REPEATED wrong.test.js > is (always) wrong: first failed with refused');
  });

  test('let a run fail whose first attempt lost acknowledged writes, though the second lost none', () => {
    const { status, lines, result } = run('loser.test.js');
    expect(status).toBe(1);
    expect(result.numFailedTests).toBe(0);
    expect(result.lostWrites).toEqual([{ suite: 'loser.test.js', test: 'all paths lose nothing', reason: expect.stringContaining('"lost": 3') }]);
    expect(lines).toContainEqual(expect.stringMatching(/^LOST WRITES loser\.test\.js > all paths lose nothing: /));
  });
});
