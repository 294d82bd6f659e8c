import { readFileSync } from 'fs';
import { basename } from 'path';
import { IMAGE } from './environment';
import { until } from './exec';
import { RunningCluster } from './spilo';
import { KubernetesObject } from '../../../test/support/render';

/** Where a client runs. */
export interface ClientOptions {
  /** A node for the client, that is not to be harmed. */
  readonly node?: string;
  readonly passwordKey?: { readonly name: string; readonly key: string };
}

/** A Python program that runs in a Pod of the image, as a user of one cluster. Its settings are in SETTINGS, its password in PASSWORD. */
export class Client {
  /** Starts it, in place of one that a test before left, and waits until it says `running`. */
  public static async start(cluster: RunningCluster, name: string, program: string, settings: object, options: ClientOptions = {}): Promise<Client> {
    const client = new Client(cluster, name, basename(program));
    await cluster.kubectl.run(['delete', 'pod', name, '--ignore-not-found', '--grace-period=1']);
    await cluster.kubectl.apply([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { [client.program]: readFileSync(program, 'utf8') } } as KubernetesObject,
      pod(cluster, name, client.program, settings, options),
    ]);
    await until(`${name}: it runs`, async () => (await cluster.kubectl.logs(name)).includes('running'), { seconds: 120 });
    return client;
  }

  private constructor(public readonly cluster: RunningCluster, public readonly name: string, private readonly program: string) {}

  /** Its clock. */
  public async now(): Promise<number> {
    return Number((await this.cluster.kubectl.exec(this.name, ['date', '+%s.%N'])).stdout);
  }

  /** Runs another command of the program beside it. */
  public async call(...args: string[]): Promise<string> {
    const { stdout } = await this.cluster.kubectl.exec(this.name, ['python3', `/client/${this.program}`, ...args], { seconds: 60 });
    return stdout;
  }

  /** Ends it. */
  public async stop(): Promise<void> {
    await this.cluster.kubectl.run(['delete', 'pod', this.name, '--ignore-not-found', '--force', '--grace-period=0']);
  }
}

function pod(cluster: RunningCluster, name: string, program: string, settings: object, { node, passwordKey }: ClientOptions): KubernetesObject {
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
        command: ['python3', '-u', `/client/${program}`, 'run'],
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        env: [
          { name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
          { name: 'PASSWORD', valueFrom: { secretKeyRef } },
          { name: 'SETTINGS', value: JSON.stringify({ id: name, user: 'postgres', ...settings }) },
        ],
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, { name: 'client', mountPath: '/client' }],
      }],
      volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'client', configMap: { name } }],
    },
  } as unknown as KubernetesObject;
}
