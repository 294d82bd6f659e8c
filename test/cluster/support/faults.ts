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
  /** The node is lost: writes stop until Patroni's ttl has passed. */
  readonly bounded?: 'ttl';
  readonly inject: (target: Target) => Promise<void>;
  /** Undoes what does not end by itself. */
  readonly heal?: (target: Target) => Promise<void>;
}

const each = async (target: Target, act: (cluster: RunningCluster, leader: string) => Promise<unknown>): Promise<void> => {
  await Promise.all(target.clusters.map(async cluster => act(cluster, await cluster.leader())));
};

/** Another member leads than before, in each cluster. */
async function moved(target: Target, act: () => Promise<unknown>, seconds = 90): Promise<void> {
  const before = await Promise.all(target.clusters.map(cluster => cluster.leader()));
  await act();
  await Promise.all(target.clusters.map((cluster, n) => until(`${cluster.name}: another leader than ${before[n]}`,
    async () => await cluster.leader() !== before[n], { seconds, interval: 1 })));
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
    inject: target => each(target, (cluster, leader) => cluster.kubectl.run(['delete', 'pod', leader])),
  },
  {
    name: 'SIGKILL of PostgreSQL',
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
    needsLab: true,
    bounded: 'ttl',
    inject: target => moved(target, () => target.lab!.killNode(target.node)),
    heal: async target => { await target.lab!.startNode(target.node); },
  },
  {
    name: `node of the leader cut off the network for ${seconds} s`,
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
];
