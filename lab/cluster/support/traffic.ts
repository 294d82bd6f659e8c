import { join } from 'path';
import { Client, ClientOptions } from './client';
import { until } from './exec';
import { RunningCluster } from './spilo';

/** One way to the database. */
export interface TrafficPath {
  readonly host: string;
  readonly port: number;
  readonly kind: 'write' | 'read';
}

/** A time without an answer. */
export interface Gap { readonly from: number; readonly seconds: number }

/** What one path saw. Times are seconds since 1970 by the clock of the client's Pod. */
export interface PathReport {
  readonly kind: 'write' | 'read';
  readonly acknowledged: number;
  readonly errors: number;
  readonly messages: readonly string[];
  /** Half a second and longer. */
  readonly gaps: readonly Gap[];
  /** Longest time between two answers. */
  readonly longest: number;
  readonly servers: readonly { readonly server: string; readonly from: number; readonly to: number; readonly writes: number }[];
  /** Acknowledged writes that the leader does not have. */
  readonly lost?: number;
}

/** The reports of a client, by path. */
export type TrafficReport = { readonly [path: string]: PathReport };

const PROGRAM = join(__dirname, 'traffic.py');

/** A Pod that writes and reads all the while, and knows what was acknowledged: see `traffic.py`. */
export class Traffic {
  /** Starts a client, and waits until it writes. */
  public static async start(
    cluster: RunningCluster, name: string, paths: { [name: string]: TrafficPath }, options: ClientOptions = {},
  ): Promise<Traffic> {
    return new Traffic(await Client.start(cluster, name, PROGRAM, { paths }, options));
  }

  private constructor(private readonly client: Client) {}

  public get cluster(): RunningCluster { return this.client.cluster; }

  public get name(): string { return this.client.name; }

  /** The client's clock. */
  public now(): Promise<number> { return this.client.now(); }

  /** What was seen between two times, and which of the acknowledged writes are gone now. */
  public async report(from?: number, to?: number): Promise<TrafficReport> {
    const ask = () => this.client.call('report', String(from ?? '-'), String(to ?? '-'));
    return JSON.parse(await until(`${this.name}: a report`, ask, { seconds: 90, interval: 2 }));
  }

  /** The last second, without a look for what is lost. */
  public async glance(): Promise<TrafficReport> {
    return JSON.parse(await this.client.call('glance', String(await this.now() - 1), '-'));
  }

  /** Ends the client. */
  public stop(): Promise<void> { return this.client.stop(); }
}

/** The leader's Service, the same by a port of the client's own node, and the replicas' Service. */
export async function usualPaths(cluster: RunningCluster): Promise<{ [name: string]: TrafficPath }> {
  const { spec } = await cluster.kubectl.get('service', cluster.name);
  return {
    service: { host: cluster.name, port: 5432, kind: 'write' },
    nodePort: { host: '$(NODE_IP)', port: spec.ports[0].nodePort, kind: 'write' },
    replicas: { host: `${cluster.name}-repl`, port: 5432, kind: 'read' },
  };
}
