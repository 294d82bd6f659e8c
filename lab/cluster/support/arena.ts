import { ClientOptions } from './client';
import { Environment } from './environment';
import { Fault, Target } from './faults';
import { measure, Measurement } from './measure';
import { Program } from './programs';
import { RunningCluster } from './spilo';
import { Traffic, TrafficPath, usualPaths } from './traffic';

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

/** A cluster and the ways that its client takes. */
export interface Subject {
  readonly cluster: RunningCluster;
  readonly paths: { [name: string]: TrafficPath };
  readonly options?: ClientOptions;
}

/** Clusters with clients on a node that is not harmed, while faults are done to the node of their leaders. */
export class Arena {
  /** Boots the programs, and starts a client for each. */
  public static async open({ kubectl, lab }: Environment, programs: readonly Program[]): Promise<Arena> {
    const clusters = await Promise.all(programs.map(program => RunningCluster.apply(kubectl, program)));
    return Arena.around({ kubectl, lab }, await Promise.all(clusters.map(async cluster => ({ cluster, paths: await usualPaths(cluster) }))));
  }

  /** Starts a client for each of some clusters. */
  public static async around(here: Environment, subjects: readonly Subject[]): Promise<Arena> {
    for (const { cluster } of subjects) { await cluster.atFullStrength(300); }
    const nodes = [...new Set((await subjects[0].cluster.pods()).map(pod => pod.spec.nodeName as string))].sort();
    const [quiet, ...others] = nodes;
    const clients = await Promise.all(subjects.map(({ cluster, paths, options }) =>
      Traffic.start(cluster, `client-of-${cluster.name}`, paths, { ...options, node: quiet })));
    return new Arena(here, subjects, clients, others);
  }

  private constructor(
    private readonly here: Environment,
    private readonly subjects: readonly Subject[],
    public readonly clients: readonly Traffic[],
    /** Nodes without a client. */
    public readonly nodes: readonly string[],
  ) {}

  private get clusters(): RunningCluster[] { return this.subjects.map(({ cluster }) => cluster); }

  /** Does one fault to the leaders of all clusters that it applies to, and measures. */
  public async blow(fault: Fault, round = 0): Promise<Measurement[]> {
    const target = await this.gather(round);
    const chosen = this.clients.filter(({ cluster }) => fault.appliesTo?.(cluster) ?? true);
    return measure(fault, { ...target, clusters: chosen.map(({ cluster }) => cluster) }, chosen);
  }

  /** The same for a cut, with more clients on the side that is cut off. */
  public async cut(fault: Fault, round = 0): Promise<{ measurements: Measurement[]; partitions: Partition[] }> {
    const target = await this.gather(round);
    const old = await Promise.all(this.clusters.map(async cluster => (await cluster.pod(await cluster.leader())).status.podIP as string));
    const behind = await Promise.all(this.subjects.map(({ cluster, options }) => Traffic.start(cluster, `behind-${cluster.name}-${round}`, {
      service: { host: cluster.name, port: 5432, kind: 'write' },
    }, { ...options, node: target.node })));
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
    await Promise.all(this.clusters.map(cluster => cluster.leadFrom(node)));
    return { clusters: this.clusters, node, lab: this.here.lab };
  }
}
