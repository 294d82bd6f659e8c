import { existsSync, writeFileSync } from 'fs';
import { join } from 'path';
import { exec, sleep, until } from '../exec';
import { Lab } from '../lab';
import { RunningCluster } from '../spilo';

/** A cluster and its leader, to which something is done. */
export interface Victim {
  readonly cluster: RunningCluster;
  readonly leader: string;
  readonly lab: Lab;
}

/** What nobody runs otherwise: a leader that is neither well nor gone. */
export interface HalfFault {
  readonly name: string;
  /** The leader is busy, and well: whoever ends it is too eager. */
  readonly harmless?: boolean;
  /** It hits every cluster of the lab, so that it is done to one of them. */
  readonly wholeLab?: boolean;
  /** Does it, and gives the way back. */
  readonly inject: (victim: Victim) => Promise<() => Promise<unknown>>;
}

const PATRONI = 'patroni .*postgres.yml';

/** A signal for processes of a member, by a shell in its container. */
const signal = ({ cluster, leader }: Victim, script: string) => cluster.kubectl.exec(leader, ['bash', '-c', script], { mayFail: true, seconds: 20 });

/** Stops processes, and lets them go on: those that are still there, since the kubelet may have killed them. */
function stopped(name: string, processes: string): HalfFault {
  return {
    name,
    inject: async victim => {
      await signal(victim, processes.replaceAll('SIGNAL', 'STOP'));
      return () => signal(victim, processes.replaceAll('SIGNAL', 'CONT'));
    },
  };
}

/** Packets of the leader's pod that its node drops on their way: what it sends to others, and what they send to it. */
async function dropped(victim: Victim, others: readonly string[], ways: readonly ('out' | 'in')[] = ['out', 'in']): Promise<() => Promise<unknown>> {
  const { status: { podIP }, spec: { nodeName } } = await victim.cluster.pod(victim.leader);
  const rules = others.flatMap(other => ways.map(way => way === 'out' ? ['-s', podIP, '-d', other] : ['-s', other, '-d', podIP]));
  const each = async (how: '-I' | '-D') => {
    for (const rule of rules) { await victim.lab.run('on-node', nodeName, 'iptables', '-w', how, 'FORWARD', ...rule, '-j', 'DROP'); }
  };
  await each('-I');
  return () => each('-D');
}

/** The addresses of the other members. */
async function replicas({ cluster, leader }: Victim): Promise<string[]> {
  return (await cluster.pods()).filter(({ metadata }) => metadata.name !== leader).map(({ status }) => status.podIP);
}

/** A file of the control group of the leader's pod. */
async function cgroup({ cluster, leader }: Victim, controller: string, file: string): Promise<string> {
  const { metadata: { uid } } = await cluster.pod(leader);
  const { stdout } = await exec('bash', ['-c', `ls -d /sys/fs/cgroup/${controller}/spilo-lab/*/*/kubepods/*/pod${uid}`]);
  return join(stdout.trim(), file);
}

/** Something that runs in the leader's container until it is ended, beside the database. */
async function beside(victim: Victim, script: string, cleanUp = 'true'): Promise<() => Promise<unknown>> {
  await signal(victim, `cd /tmp && (setsid bash -c '${script.replaceAll("'", "'\\''")}' beside > /dev/null 2>&1 &)`);
  return () => signal(victim, `pkill -KILL -s $(pgrep -o -f 'beside$'); ${cleanUp}`);
}

/** Leaves a tenth of what the container may take. */
const TAKE_MEMORY = [
  'import time',
  'read = lambda name: int(open(\'/sys/fs/cgroup/memory/memory.\' + name).read())',
  'block = bytearray(max(0, int(read(\'limit_in_bytes\') * 0.9) - read(\'usage_in_bytes\')))',
  'block[::4096] = b\'x\' * len(block[::4096])',
  'time.sleep(600)',
].join('; ');

const patroniStopped = stopped('Patroni stopped', `pkill -SIGNAL -f '${PATRONI}'`);

/** By name. */
export const HALF_FAULTS = {
  patroni: patroniStopped,
  postmaster: stopped('the postmaster stopped', 'kill -SIGNAL $(head -1 $PGDATA/postmaster.pid)'),
  // Nobody inside can do anything, and SIGKILL waits for the thaw: a virtual machine that is paused looks like this.
  container: {
    name: 'the container frozen',
    inject: async victim => {
      const state = await cgroup(victim, 'freezer', 'freezer.state');
      writeFileSync(state, 'FROZEN');
      // The kubelet may have made another one meanwhile.
      return async () => { if (existsSync(state)) { writeFileSync(state, 'THAWED'); } };
    },
  },
  kubelet: {
    name: 'Patroni and the kubelet stopped',
    // Pods leave a node whose kubelet is silent: leaders of several clusters would empty several nodes.
    wholeLab: true,
    inject: async victim => {
      const { spec: { nodeName } } = await victim.cluster.pod(victim.leader);
      const goesOn = await patroniStopped.inject(victim);
      await victim.lab.signalKubelet(nodeName, 'STOP');
      return async () => { await victim.lab.signalKubelet(nodeName, 'CONT'); await goesOn(); };
    },
  },
  api: { name: 'the leader cut off the Kubernetes API', inject: async victim => dropped(victim, [await victim.lab.hostIp()]) },
  replicas: { name: 'the leader cut off its replicas', inject: async victim => dropped(victim, await replicas(victim)) },
  replica: { name: 'the leader cut off one replica', inject: async victim => dropped(victim, (await replicas(victim)).slice(0, 1)) },
  oneWay: { name: 'what the leader sends to its replicas is lost', inject: async victim => dropped(victim, await replicas(victim), ['out']) },
  forced: {
    name: 'the leader deleted by force',
    inject: async ({ cluster, leader }) => {
      const { metadata: { uid } } = await cluster.pod(leader);
      await cluster.kubectl.run(['delete', 'pod', leader, '--force', '--grace-period=0']);
      await until(`${leader}: made again`, async () => ((await cluster.pod(leader))?.metadata.uid ?? uid) !== uid, { seconds: 60 });
      return async () => undefined;
    },
  },
  disk: {
    name: "the leader's disk stalled",
    // On a disk of its own, `SmallDisks`.
    inject: async ({ cluster: { kubectl }, leader }) => {
      const { spec: { volumeName } } = await kubectl.get('pvc', `pgdata-${leader}`);
      const { path } = (await kubectl.get('pv', volumeName)).spec.local;
      await exec('fsfreeze', ['--freeze', path]);
      return () => exec('fsfreeze', ['--unfreeze', path]);
    },
  },
  apiAndReplica: {
    name: 'the Kubernetes API and a replica away',
    wholeLab: true,
    inject: async victim => {
      const [replica] = (await victim.cluster.members()).map(({ name }) => name).filter(name => name !== victim.leader);
      const goesOn = await patroniStopped.inject({ ...victim, leader: replica });
      await victim.lab.run('stop-api');
      return async () => { await victim.lab.run('start-api'); await goesOn(); };
    },
  },
  // Patroni puts its watchdog away meanwhile.
  paused: {
    name: 'the cluster paused',
    harmless: true,
    inject: async ({ cluster, leader }) => {
      const pause = (on: boolean) => cluster.kubectl.exec(leader, [
        'curl', '-sS', '-m', '20', '-XPATCH', '-d', JSON.stringify({ pause: on || null }), 'localhost:8008/config',
      ]);
      await pause(true);
      return () => pause(false);
    },
  },
  busyCpu: {
    name: 'a tenth of a processor for the leader',
    harmless: true,
    inject: async victim => {
      const quota = await cgroup(victim, 'cpu', 'cpu.cfs_quota_us');
      writeFileSync(quota, '10000');
      return async () => writeFileSync(quota, '-1');
    },
  },
  busyDisk: {
    name: 'eight writers that wait for the disk beside the leader',
    harmless: true,
    inject: victim => beside(victim, 'for n in 1 2 3 4 5 6 7 8; do (while :; do dd if=/dev/zero of=$PGDATA/../storm$n bs=64k count=16 conv=fsync status=none; done) & done; wait',
      'rm -f $PGDATA/../storm*'),
  },
  busyMemory: {
    name: 'nine tenths of the memory taken beside the leader',
    harmless: true,
    inject: victim => beside(victim, `python3 -c "${TAKE_MEMORY}"; true`),
  },
  busyCheckpoint: {
    name: 'checkpoints without end',
    harmless: true,
    inject: victim => beside(victim, 'while :; do psql -U postgres -qc "CREATE TABLE IF NOT EXISTS storm (t text); INSERT INTO storm SELECT repeat(md5(n::text), 30) FROM generate_series(1, 10000) n; CHECKPOINT; TRUNCATE storm; SELECT pg_sleep(0.5)"; done'),
  },
  busyApi: {
    name: 'an API server that answers every three seconds',
    harmless: true,
    wholeLab: true,
    inject: ({ lab }) => lab.slowApi(3),
  },
} satisfies { readonly [name: string]: HalfFault };

const LOSSES: readonly string[] = [
  'kill -KILL $(head -1 $PGDATA/postmaster.pid)',
  `pkill -KILL -f '${PATRONI}'; kill -KILL $(head -1 $PGDATA/postmaster.pid)`,
];

/** The leader is lost without a word, again and again, each time when all is well: its server killed, with Patroni or alone, or its pod by force. */
export function losses(count: number): HalfFault {
  return {
    name: `the leader lost ${count} times`,
    inject: async victim => {
      const { cluster } = victim;
      for (let n = 0; n < count; n++) {
        const leader = await cluster.leader();
        await (n % 3 === 2 ? HALF_FAULTS.forced.inject({ ...victim, leader }) : signal({ ...victim, leader }, LOSSES[n % 3]));
        await sleep(3); // what is gone is not seen at once
        await cluster.atFullStrength(300);
      }
      return async () => undefined;
    },
  };
}
