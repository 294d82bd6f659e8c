import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

type Suites = { readonly [suite: string]: 'passed' | 'failed' };

/** What a stage does instead of its work: status 1, or the suites of its result. */
interface Stub {
  readonly suites?: Suites;
  readonly lost?: boolean;
  readonly fails?: boolean;
}

/**
 * Runs `.ci/run` with stand-ins for npm, apt-get, git and the lab. `stubs` are by the command line of npm, the rest succeeds.
 * Tells the status, the lines of the summary, and what was called.
 */
function run(stubs: { readonly [command: string]: Stub } = {}, { lab = true } = {}) {
  const work = mkdtempSync(join(tmpdir(), 'ci-run-'));
  try {
    const program = (path: string, text: string) => { writeFileSync(join(work, path), `#!/usr/bin/env bash\n${text}\n`); chmodSync(join(work, path), 0o755); };
    for (const folder of ['.ci', 'scripts', 'bin', 'stubs', 'lab', 'lab/image']) { mkdirSync(join(work, folder)); }
    cpSync(join(ROOT, '.ci/run'), join(work, '.ci/run'));
    cpSync(join(ROOT, 'scripts/ci'), join(work, 'scripts/ci'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
    for (const path of ['bin/apt-get', 'bin/git', 'bin/python3', ...lab ? ['lab/lab', 'lab/image/build'] : []]) { program(path, 'true'); }
    program('bin/npx', '[ "$1" = tsx ] || exit 0; shift; exec node --import tsx "$@"');
    program('bin/npm', NPM);
    Object.entries(stubs).forEach(([command, stub], n) => {
      writeFileSync(join(work, 'stubs', `${command}.json`), result(stub, n));
      if (stub.fails || Object.values(stub.suites ?? {}).includes('failed')) { writeFileSync(join(work, 'stubs', `${command}.fails`), ''); }
    });
    const env = { ...process.env, WORK: work, PATH: `${join(work, 'bin')}:${process.env.PATH}`, SPILO_LAB: join(work, 'lab/lab'), CI_SUITES: '', XDG_CACHE_HOME: work };
    const { status, stdout } = spawnSync('bash', [join(work, '.ci/run')], { env, encoding: 'utf8' });
    const calls = existsSync(join(work, 'calls')) ? readFileSync(join(work, 'calls'), 'utf8').trim().split('\n') : [];
    const closing = stdout.slice(stdout.indexOf('=== summary')).trim().split('\n').slice(1);
    return { status, calls, summary: closing.map(line => line.replace(/ +\d+s +/, ' ')) };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Notes how it was called. What it gives back lies in files that are named by the command line without its options. */
const NPM = `
  command=() result=
  for word in "$@"; do case $word in --outputFile=*) result=\${word#*=} ;; --*) ;; *) command+=("$word") ;; esac; done
  echo "\${command[*]}" >> "$WORK/calls"
  [ -z "$result" ] || cp "$WORK/stubs/\${command[*]}.json" "$result" 2>/dev/null
  [ ! -e "$WORK/stubs/\${command[*]}.fails" ]`;

/** A result of jest, with what the reporter of lab/ adds. */
function result({ suites = {}, lost = false }: Stub, startTime: number): string {
  const failures = Object.keys(suites).filter(suite => suites[suite] === 'failed')
    .map(suite => ({ suite: `lab/cluster/${suite}`, test: 'a test', reason: 'too slow' }));
  return JSON.stringify({
    startTime,
    testResults: Object.entries(suites).map(([suite, status]) => ({ name: `/x/lab/cluster/${suite}`, status, assertionResults: [{ status }] })),
    failures,
    lostWrites: lost ? failures : [],
  });
}

const FIRST: Suites = { 'life.test.ts': 'passed', 'failover.test.ts': 'failed', 'proxy.test.ts': 'failed' };
const AGAIN = 'run test:cluster failover.test.ts proxy.test.ts';

describe('.ci/run', () => {
  test('passes when every stage does', () => {
    const { status, calls, summary } = run({ 'run test': { suites: { 'a.test.ts': 'passed' } }, 'run test:cluster': { suites: { 'life.test.ts': 'passed' } } });
    expect(status).toBe(0);
    expect(calls.slice(0, 3)).toEqual(['ci', 'run test', 'run typecheck']);
    expect(calls.at(-1)).toBe('run test:cluster');
    expect(summary.at(-1)).toBe('tests: 2 passed, 0 failed, 0 skipped');
  });

  test('stops at the first stage that fails', () => {
    const { status, calls, summary } = run({ 'run typecheck': { fails: true } });
    expect(status).toBe(1);
    expect(calls).toEqual(['ci', 'run test', 'run typecheck']);
    expect(summary).toContain('FAILED types');
  });

  test('has a closing line when nothing could be installed', () => {
    const { status, summary } = run({ ci: { fails: true } });
    expect(status).toBe(1);
    expect(summary).toEqual(['FAILED install', 'tests: 0 passed, 0 failed, 0 skipped']);
  });

  test('looks once more at suites on nodes that failed, alone, and says so', () => {
    const { status, calls, summary } = run({
      'run test:cluster': { suites: FIRST },
      [AGAIN]: { suites: { 'failover.test.ts': 'passed', 'proxy.test.ts': 'passed' } },
    });
    expect(status).toBe(0);
    expect(calls.slice(-2)).toEqual(['run test:cluster', AGAIN]);
    expect(summary).toEqual(expect.arrayContaining([
      'FAILED cluster',
      'ok cluster, alone',
      'REPEATED lab/cluster/failover.test.ts > a test: first failed with too slow',
      'REPEATED lab/cluster/proxy.test.ts > a test: first failed with too slow',
    ]));
    expect(summary.at(-1)).toBe('tests: 3 passed, 0 failed, 0 skipped');
  });

  test('fails when the second look does', () => {
    const { status, summary } = run({
      'run test:cluster': { suites: FIRST },
      [AGAIN]: { suites: { 'failover.test.ts': 'passed', 'proxy.test.ts': 'failed' } },
    });
    expect(status).toBe(1);
    expect(summary.at(-1)).toBe('tests: 2 passed, 1 failed, 0 skipped');
  });

  test('has no second look where acknowledged writes were lost', () => {
    const { status, calls, summary } = run({ 'run test:cluster': { suites: FIRST, lost: true } });
    expect(status).toBe(1);
    expect(calls.at(-1)).toBe('run test:cluster');
    expect(summary.at(-1)).toBe('tests: 1 passed, 2 failed, 0 skipped');
  });

  test('says that suites were skipped, without a lab', () => {
    const { status, calls, summary } = run({}, { lab: false });
    expect(status).toBe(0);
    expect(calls).not.toContain('run test:cluster');
    expect(summary).toContainEqual(expect.stringMatching(/^SKIPPED +cluster: there is no lab/));
  });
});
