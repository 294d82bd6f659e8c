import { sleep, until } from './exec';
import { Lab } from './lab';
import { RunningCluster } from './spilo';

/** What a fault is done to: the clusters whose leaders share a node, so that one blow hits all of them. */
export interface Target {
  readonly clusters: readonly RunningCluster[];
  readonly node: string;
  readonly lab?: Lab;
}

/** One row of the failover table. */
export interface Fault {
  readonly name: string;
  /** Only a lab can do this. */
  readonly needsLab?: boolean;
  /** The leader stays where it is, and writes must go on. */
  readonly harmless?: boolean;
  /** The leader is lost, and was not asked to hand over. */
  readonly losesLeader?: boolean;
  /** The leader's disk is filled: the clusters must be on small ones. */
  readonly fillsDisk?: boolean;
  /** Which clusters it can be done to; all otherwise. */
  readonly appliesTo?: (cluster: RunningCluster) => boolean;
  /** The node is lost: writes stop until Patroni's ttl has passed. */
  readonly bounded?: 'ttl';
  readonly inject: (target: Target) => Promise<void>;
  /** Undoes what does not end by itself. */
  readonly heal?: (target: Target) => Promise<void>;
}

/** One cluster a few seconds after the other: they share processors, and each shall be measured while the others are well. */
const each = async (target: Target, act: (cluster: RunningCluster, leader: string) => Promise<unknown>): Promise<void> => {
  await Promise.all(target.clusters.map(async (cluster, n) => {
    await sleep(n * STAGGER);
    await act(cluster, await cluster.leader());
  }));
};
const STAGGER = 4;

/** Another member leads than before, in each cluster. */
async function moved(target: Target, act: () => Promise<unknown>, seconds = 90): Promise<void> {
  const before = await Promise.all(target.clusters.map(cluster => cluster.leader()));
  await act();
  await Promise.all(target.clusters.map((cluster, n) => until(`${cluster.name}: another leader than ${before[n]}`,
    async () => await cluster.leader() !== before[n], { seconds, interval: 1 })));
}

/**
 * Fills the volume of a member until there is no room for another segment of WAL, and then the segments that are there. Gives the way
 * back. With some room less PostgreSQL would refuse single statements and go on, and nobody would lead in its place.
 */
async function fillDisk(cluster: RunningCluster, member: string): Promise<() => Promise<unknown>> {
  const onVolume = (script: string) => cluster.kubectl.exec(member, ['sh', '-c', `cd "$PGDATA/../.." && ${script}`], { mayFail: true });
  await onVolume('fallocate -l "$(($(df --output=avail -B1M . | tail -1) - 10))M" filler');
  await until(`${member}: PostgreSQL finds no room for WAL`, async () => {
    const { status } = await cluster.kubectl.exec(member, ['psql', '-U', 'postgres', '-XAtqc', 'SELECT pg_switch_wal()'], { mayFail: true });
    return status !== 0;
  }, { seconds: 60, interval: 0.3 });
  return () => onVolume('rm -f filler');
}

/**
 * In the order in which they are done. `seconds` is how long a node is off the network, or the API away: longer than the ttl
 * of all clusters.
 */
export const faults = (seconds: number): Fault[] => [
  {
    name: 'planned switchover',
    inject: target => each(target, cluster => cluster.switchOver()),
  },
  {
    name: 'leader pod deleted',
    losesLeader: true,
    inject: target => each(target, (cluster, leader) => cluster.kubectl.run(['delete', 'pod', leader])),
  },
  {
    name: 'SIGKILL of PostgreSQL',
    losesLeader: true,
    inject: target => each(target, async (cluster, leader) => {
      const started = async () => (await cluster.patroni(leader, '/patroni')).postmaster_start_time;
      const before = await started();
      await cluster.kubectl.exec(leader, ['bash', '-c', 'kill -9 $(head -1 $PGDATA/postmaster.pid)']);
      await until(`${leader}: PostgreSQL was started again`, async () => (await started() ?? before) !== before, { interval: 0.2 });
    }),
  },
  {
    name: 'SIGKILL of Patroni',
    harmless: true,
    inject: target => each(target, (cluster, leader) => cluster.kubectl.exec(leader, ['pkill', '-KILL', '-f', 'patroni .*postgres.yml'])),
  },
  {
    name: 'node of the leader killed',
    losesLeader: true,
    needsLab: true,
    bounded: 'ttl',
    inject: target => moved(target, () => target.lab!.killNode(target.node)),
    heal: async target => { await target.lab!.startNode(target.node); },
  },
  {
    name: `node of the leader cut off the network for ${seconds} s`,
    losesLeader: true,
    needsLab: true,
    bounded: 'ttl',
    inject: async target => {
      const begun = Date.now();
      await moved(target, () => target.lab!.cutNode(target.node));
      await sleep(Math.max(0, seconds - (Date.now() - begun) / 1000));
    },
    heal: async target => { await target.lab!.healNode(target.node); },
  },
  {
    name: `API server stopped for ${seconds} s`,
    needsLab: true,
    harmless: true,
    inject: target => target.lab!.withoutApi(seconds),
  },
  {
    name: 'etcd restarted',
    needsLab: true,
    harmless: true,
    inject: target => target.lab!.restartEtcd(),
  },
  diskFull(),
];

/**
 * Without a synchronous replica Patroni starts the full leader again and again, for up to its five minutes: after one and a half
 * there is room again, as if somebody had been woken.
 */
function diskFull(): Fault {
  let undo: (() => Promise<unknown>)[] = [];
  return {
    name: "leader's disk full",
    losesLeader: true,
    needsLab: true,
    fillsDisk: true,
    inject: async target => {
      undo = [];
      const synchronous = await Promise.all(target.clusters.map(cluster => cluster.isSynchronous()));
      const fill = async (cluster: RunningCluster) => { undo.push(await fillDisk(cluster, await cluster.leader())); };
      await Promise.all(target.clusters.map((cluster, n) => moved({ ...target, clusters: [cluster] }, () => fill(cluster)).catch(error => {
        if (synchronous[n]) { throw error; }
      })));
    },
    heal: async () => { await Promise.all(undo.map(free => free())); },
  };
}
