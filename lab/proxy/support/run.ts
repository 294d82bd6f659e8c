import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authJob, featurePods, pods } from './manifests';
import { operatorPooler, patroniSample } from './peers';

/** What the client of one path saw in one scenario. */
export interface Seen {
  /** Longest time between two answers, in seconds. */
  readonly outage: number;
  /** Whether that time had not ended when the scenario did. */
  readonly stuck: boolean;
  /** Writes that a replica refused. */
  readonly misrouted: number;
  /** Writes that the leader refused because it still recovered from a crash. */
  readonly recovering: number;
  readonly answered: number;
  readonly asked: number;
  /** Writes that were acknowledged and are not there at the end. */
  readonly lost?: number;
}

export interface Results {
  /** Load average of the last 15 minutes: more than the number of cores says that the figures are not worth much. */
  readonly load: number;
  readonly versions: { readonly [program: string]: string };
  readonly scenarios: { readonly [name: string]: readonly { readonly [path: string]: Seen }[] };
  /** What each feature showed. */
  readonly features: { readonly [name: string]: { readonly [what: string]: unknown } };
  /** Transactions a second in each turn: with connections that are kept, and with a new one each. */
  readonly throughput: { readonly [path: string]: { readonly [kind in 'kept' | 'anew']: readonly number[] } };
}

/** Where clients connect. Ours and the others side by side, at the same time and behind the same cluster. */
export const WRITE_PATHS = [
  { name: 'bare Service' },
  { name: 'HAProxy, sample of Patroni', pod: 'patroni-sample', port: 5000 },
  { name: 'PgBouncer, defaults of the operator', pod: 'operator-pooler', port: 5432 },
  { name: 'PatroniHaproxy', pod: 'haproxy', port: 5000, bench: true },
  { name: 'PgBouncerPooler, HAProxy in the pod', pod: 'pooler', port: 5432, bench: true },
  { name: 'PgBouncerPooler, Service', pod: 'pooler-service', port: 5432 },
  { name: 'PgBouncerPooler, follower', pod: 'pooler-follower', port: 5432 },
  { name: 'PatroniConfigFollower', pod: 'follower', port: 5000 },
].map(path => ({ ...path, kind: 'write' }));

export const READ_PATHS = [
  { name: 'reads: bare Service' },
  { name: 'reads: PatroniHaproxy', pod: 'haproxy', port: 5001 },
  { name: 'reads: PatroniConfigFollower', pod: 'follower', port: 5001 },
].map(path => ({ ...path, kind: 'read' }));

export const SCENARIOS = [
  // The last one leaves most to repair, which nobody waits for then.
  'switchover', 'leader killed', 'no replicas', 'API of the leader hangs', 'proxies restarted during a switchover', 'leader cut off',
];

export interface Components { readonly haproxy: string; readonly pgbouncer: string; readonly exporter: string; readonly venv: string }

/** Installs what is missing. `HAPROXY` and `PGBOUNCER` take other programs than those that it builds. */
export function components(): Components {
  const found = JSON.parse(execFileSync('bash', [join(__dirname, 'components.sh')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  return {
    haproxy: process.env.HAPROXY ?? join(found.programs, 'haproxy'),
    pgbouncer: process.env.PGBOUNCER ?? join(found.programs, 'pgbouncer'),
    exporter: join(found.programs, 'pgbouncer_exporter'),
    venv: found.venv,
  };
}

/** `3.0.11` of what a program says about itself. */
export function versionOf(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  return /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)![0];
}

/** Runs scenarios in a bed of their own and tells what the clients saw. */
export function runBed(programs: Components, scenarios: readonly string[], rounds: number): Results {
  const work = mkdtempSync(join(tmpdir(), 'proxy-bed-'));
  try {
    mkdirSync(join(work, 'bin'));
    copyFileSync(programs.haproxy, join(work, 'bin/haproxy'));
    copyFileSync(programs.pgbouncer, join(work, 'bin/pgbouncer'));
    copyFileSync(programs.exporter, join(work, 'bin/pgbouncer_exporter'));
    writeFileSync(join(work, 'plan.json'), JSON.stringify(plan(programs, scenarios, rounds)));
    const args = [join(__dirname, 'bed.sh'), programs.venv, join(work, 'bin'), join(work, 'plan.json'), join(work, 'results.json')];
    const { status } = spawnSync('bash', args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) { throw new Error('the bed broke, see above'); }
    return JSON.parse(readFileSync(join(work, 'results.json'), 'utf8'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Patroni's periods: what is measured is measured at the library's defaults, what is only tested at `PatroniTiming.FAST`. */
const TIMINGS = {
  DEFAULT: { ttl: 30, loop_wait: 10, retry_timeout: 10 },
  FAST: { ttl: 20, loop_wait: 5, retry_timeout: 5 },
};

function plan({ haproxy, pgbouncer }: Components, scenarios: readonly string[], rounds: number) {
  const versions = { haproxy: versionOf(haproxy, '-v'), pgbouncer: versionOf(pgbouncer, '--version') };
  const ours = pods(versions);
  const binaries = Object.fromEntries(['haproxy', 'pgbouncer', 'pgbouncer_exporter'].map(name => [name, `/mnt/bin/${name}`]));
  return {
    programs: { venv: '/mnt/venv', binaries },
    timing: rounds > 1 ? TIMINGS.DEFAULT : TIMINGS.FAST,
    features: featurePods(versions),
    pods: { ...ours, 'patroni-sample': patroniSample(ours.haproxy), 'operator-pooler': operatorPooler(ours['pooler-service']) },
    authJob: authJob(),
    paths: [...WRITE_PATHS, ...READ_PATHS],
    scenarios,
    rounds: Math.max(2, rounds),
    otherRounds: Math.max(1, Math.floor(rounds / 3)),
    throughput: true,
  };
}
