import { Environment } from './environment';
import { Fault, Target } from './faults';
import { measure, Measurement } from './measure';
import { Program } from './programs';
import { RunningCluster } from './spilo';
import { Traffic, usualPaths } from './traffic';

/** What the two sides of a partition did, in the order of time. Seconds since 1970. */
export interface Partition {
  readonly cluster: string;
  /** The last commit that the cut-off leader acknowledged to a client on its side. */
  readonly lastOfOld: number;
  /** The first commit of the new leader. */
  readonly firstOfNew: number;
  /** Commits that were acknowledged on the cut-off side, and are gone. */
  readonly lostBehind: number;
  /** Commits acknowledged on the cut-off side after the cut. */
  readonly acknowledgedBehind: number;
}

/** Clusters with clients on a node that is not harmed, while faults are done to the node of their leaders. */
export class Arena {
  /** Boots the programs, and starts a client for each. */
  public static async open({ kubectl, lab }: Environment, programs: readonly Program[]): Promise<Arena> {
    const clusters = await Promise.all(programs.map(program => RunningCluster.apply(kubectl, program)));
    return Arena.around({ kubectl, lab }, clusters);
  }

  /** Starts a client for each of some clusters. */
  public static async around({ kubectl, lab }: Environment, clusters: readonly RunningCluster[]): Promise<Arena> {
    for (const cluster of clusters) { await cluster.atFullStrength(300); }
    const nodes = [...new Set((await clusters[0].pods()).map(pod => pod.spec.nodeName as string))].sort();
    const [quiet, ...others] = nodes;
    const clients: Traffic[] = [];
    for (const cluster of clusters) {
      clients.push(await Traffic.start(cluster, `client-of-${cluster.name}`, await usualPaths(cluster), { node: quiet }));
    }
    return new Arena({ kubectl, lab }, clusters, clients, others);
  }

  private constructor(
    private readonly here: Environment,
    public readonly clusters: readonly RunningCluster[],
    public readonly clients: readonly Traffic[],
    /** Nodes without a client. */
    public readonly nodes: readonly string[],
  ) {}

  /** Does one fault to the leaders of all clusters, and measures. */
  public async blow(fault: Fault, round = 0): Promise<Measurement[]> {
    return measure(fault, await this.gather(round), this.clients);
  }

  /** The same for a cut, with more clients on the side that is cut off. */
  public async cut(fault: Fault, round = 0): Promise<{ measurements: Measurement[]; partitions: Partition[] }> {
    const target = await this.gather(round);
    const old = await Promise.all(this.clusters.map(async cluster => (await cluster.pod(await cluster.leader())).status.podIP as string));
    const behind = await Promise.all(this.clusters.map(cluster => Traffic.start(cluster, `behind-${cluster.name}-${round}`, {
      service: { host: cluster.name, port: 5432, kind: 'write' },
    }, { node: target.node })));
    const from = await this.clients[0].now();
    const measurements = await measure(fault, target, this.clients);
    const partitions = await Promise.all(this.clusters.map(async (cluster, n) => {
      const { service } = await behind[n].report();
      const newer = measurements[n].report.service.servers.filter(({ server }) => server !== old[n]);
      const mine = service.servers.filter(({ server }) => server === old[n]);
      return {
        cluster: cluster.name,
        lastOfOld: Math.max(...mine.map(({ to }) => to)),
        firstOfNew: Math.min(...newer.map(spell => spell.from)),
        lostBehind: service.lost!,
        acknowledgedBehind: (await behind[n].report(from)).service.servers.filter(({ server }) => server === old[n])
          .reduce((sum, { writes }) => sum + writes, 0),
      };
    }));
    for (const client of behind) { await client.stop(); }
    return { measurements, partitions };
  }

  /** Puts all leaders on one node, so that one blow hits all clusters. The node changes from round to round. */
  private async gather(round: number): Promise<Target> {
    const node = this.nodes[round % this.nodes.length];
    for (const cluster of this.clusters) { await cluster.leadFrom(node); }
    return { clusters: this.clusters, node, lab: this.here.lab };
  }
}
