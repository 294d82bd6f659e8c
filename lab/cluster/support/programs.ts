import { App, Chart, Size } from 'cdk8s';
import { image, POSTGRES } from './environment';
import { KubernetesObject, Props, synthesize } from '../../../test/support/render';
import { Backup, Credentials, Dcs, Fencing, Separation, ServiceType, SpiloCluster } from 'cdk8s-spilo';

/** Where Patroni keeps its state. */
export type Store = 'endpoints' | 'configmaps';

/** A small program of a user, as the suites vary it. */
export interface Program {
  readonly name: string;
  readonly store: Store;
  /** What differs from the shortest program. */
  readonly props?: Props;
}

/** The words that the Secret of each test cluster holds. */
export const PASSWORDS = { superuser: 'of-the-superuser-1', replication: 'of-the-replicas-2' };

/** The Secret that the user makes beside the program. */
export function secret(name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${name}-passwords` },
    stringData: { 'superuser-password': PASSWORDS.superuser, 'replication-password': PASSWORDS.replication },
  };
}

/** What the program renders, read back from its YAML. Memory is small, so that several clusters fit into one machine. */
export function manifests({ name, store, props = {} }: Program): readonly KubernetesObject[] {
  const chart = new Chart(new App(), 'test');
  const { patroni, postgres, ...rest } = props;
  new SpiloCluster(chart, name, {
    image: image(),
    credentials: Credentials.fromSecret(`${name}-passwords`),
    storage: { size: Size.gibibytes(1) },
    backup: Backup.none(),
    resources: {
      cpu: { request: '50m' },
      memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) },
    },
    placement: { separation: Separation.requireHosts() },
    leaderService: { type: ServiceType.NODE_PORT },
    postgres: { version: POSTGRES, ...postgres },
    // Half of what the suites do is done with a fence, so that it must not stand in anybody's way.
    patroni: { ...store === 'endpoints' ? { dcs: Dcs.endpoints() } : { dcs: Dcs.configMaps(), fencing: Fencing.watchdog() }, ...patroni },
    ...rest,
  });
  return synthesize(chart).objects;
}
