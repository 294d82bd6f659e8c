import { readFileSync } from 'fs';
import { join } from 'path';
import { IMAGE } from './environment';
import { until } from './exec';
import { RunningCluster } from './spilo';
import { KubernetesObject } from '../../../test/support/render';

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

/** Where a client runs. */
export interface TrafficOptions {
  /** A node for the client, that is not to be harmed. */
  readonly node?: string;
  readonly passwordKey?: { readonly name: string; readonly key: string };
}

const PROGRAM = join(__dirname, 'traffic.py');

/** A Pod that writes and reads all the while, and knows what was acknowledged: see `traffic.py`. */
export class Traffic {
  /** Starts a client, in place of one that a test before left, and waits until it writes. */
  public static async start(
    cluster: RunningCluster, name: string, paths: { [name: string]: TrafficPath }, options: TrafficOptions = {},
  ): Promise<Traffic> {
    const traffic = new Traffic(cluster, name);
    await cluster.kubectl.run(['delete', 'pod', name, '--ignore-not-found', '--grace-period=1']);
    await cluster.kubectl.apply([program(name), pod(cluster, name, paths, options)]);
    await until(`${name}: traffic`, async () => (await cluster.kubectl.logs(name)).includes('running'), { seconds: 120 });
    return traffic;
  }

  private constructor(public readonly cluster: RunningCluster, public readonly name: string) {}

  /** The client's clock. */
  public async now(): Promise<number> {
    return Number((await this.cluster.kubectl.exec(this.name, ['date', '+%s.%N'])).stdout);
  }

  /** What was seen between two times, and which of the acknowledged writes are gone now. */
  public async report(from?: number, to?: number): Promise<TrafficReport> {
    const answer = await until(`${this.name}: a report`, () => this.call('report', String(from ?? '-'), String(to ?? '-')), { seconds: 90, interval: 2 });
    return JSON.parse(answer);
  }

  /** The last second, without a look for what is lost. */
  public async glance(): Promise<TrafficReport> {
    return JSON.parse(await this.call('glance', String(await this.now() - 1), '-'));
  }

  /** Ends the client. */
  public async stop(): Promise<void> {
    await this.cluster.kubectl.run(['delete', 'pod', this.name, '--ignore-not-found', '--force', '--grace-period=0']);
  }

  private async call(...args: string[]): Promise<string> {
    const { stdout } = await this.cluster.kubectl.exec(this.name, ['python3', '/client/traffic.py', ...args], { seconds: 60 });
    return stdout;
  }
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

function program(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'traffic.py': readFileSync(PROGRAM, 'utf8') } } as KubernetesObject;
}

function pod(cluster: RunningCluster, name: string, paths: unknown, { node, passwordKey }: TrafficOptions): KubernetesObject {
  const secretKeyRef = passwordKey ?? { name: `${cluster.name}-passwords`, key: 'superuser-password' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { traffic: cluster.name } },
    spec: {
      nodeSelector: node ? { 'kubernetes.io/hostname': node } : undefined,
      terminationGracePeriodSeconds: 1,
      tolerations: [{ operator: 'Exists' }], // a client on a lost node stays there, with its record
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 101, runAsGroup: 103, fsGroup: 103, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: 'client',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['python3', '-u', '/client/traffic.py', 'run'],
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        env: [
          { name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
          { name: 'TRAFFIC_ID', value: name },
          { name: 'TRAFFIC_PASSWORD', valueFrom: { secretKeyRef } },
          { name: 'TRAFFIC', value: JSON.stringify({ user: 'postgres', paths }) },
        ],
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, { name: 'client', mountPath: '/client' }],
      }],
      volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'client', configMap: { name } }],
    },
  } as unknown as KubernetesObject;
}
