import { BackupEncryption, settleEncryption } from './encryption';
import { StoreOwner } from './prefix';
import { BackupSourceSpec } from './spec';
import { BackupStore, settleStore } from './store';
import { onlyDefined } from '../../kernel/data';

/**
 * The backups and dumps of another cluster, which need not exist any more.
 *
 * A claim lives in one namespace: what is on a volume can be read only there.
 */
export interface BackupSource {
  /**
   * The store, as that cluster has it.
   *
   * @changes bootstrap
   */
  readonly store: BackupStore;

  /**
   * Name of the cluster that made the backups. Says where they are in the store, unless its options say the prefix or the
   * directory themselves.
   *
   * @changes bootstrap
   */
  readonly clusterName: string;

  /**
   * Namespace of that cluster.
   *
   * @default - the namespace of the new cluster
   * @changes bootstrap
   */
  readonly namespace?: string;

  /**
   * How the backups were encrypted.
   *
   * @default - they are not
   * @changes rollout
   */
  readonly encryption?: BackupEncryption;
}

/** The source with its defaults; `reader` is the cluster that reads it. */
export function settleSource({ store, clusterName, namespace, encryption }: BackupSource, reader: StoreOwner): BackupSourceSpec {
  const owner = { name: clusterName, namespace: namespace ?? reader.namespace, postgresVersion: reader.postgresVersion };
  return onlyDefined({
    cluster: clusterName, namespace: owner.namespace, store: settleStore(store, owner), encryption: settleEncryption(encryption),
  });
}
