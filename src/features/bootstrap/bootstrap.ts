import { RecoveryTarget, settleTarget } from './recovery-target';
import { BootstrapSpec, ServerSourceSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { SecretKey, secretKey } from '../../kit/secret-key';
import { ISpiloCluster } from '../../spilo/cluster-ref';
import { POSTGRES_PORT } from '../../spilo/paths';
import { Identity } from '../../spilo/spec';
import { BackupSource, settleSource } from '../store/source';

/**
 * A running PostgreSQL server of the same major version.
 */
export interface ServerSourceOptions {
  /**
   * Host name or address.
   *
   * @changes bootstrap
   */
  readonly host: string;

  /**
   * Port.
   *
   * @default 5432
   * @changes bootstrap
   */
  readonly port?: number;

  /**
   * A user with the right to replicate.
   *
   * @default 'standby'
   * @changes bootstrap
   */
  readonly user?: string;

  /**
   * The user's password.
   *
   * @changes rollout
   */
  readonly password: SecretKey;
}

/**
 * What a standby cluster follows: servers, backups, or both. With both, the backups help where the servers have removed WAL
 * already.
 */
export interface StandbyOptions {
  /**
   * Host names or addresses: that of the leader of the source, of a load balancer before it, or those of all its members, of
   * which the one that takes writes is followed.
   *
   * @default - WAL comes from the backups only, segment by segment
   * @changes bootstrap
   */
  readonly hosts?: string[];

  /**
   * Port of the hosts.
   *
   * @default 5432
   * @changes bootstrap
   */
  readonly port?: number;

  /**
   * A physical replication slot on the host, so that it keeps WAL for this cluster. It must exist there, see
   * `patroni.slots`.
   *
   * @default - none: a long interruption of the line needs the backups, or a new copy
   * @changes bootstrap
   */
  readonly slot?: string;

  /**
   * The backups of the source.
   *
   * @default - the first copy and all WAL come from the hosts
   * @changes rollout
   */
  readonly backups?: BackupSource;
}

type BootstrapData =
  | { readonly kind: 'initdb' }
  | { readonly kind: 'fromBackups'; readonly source: BackupSource; readonly target?: RecoveryTarget }
  | { readonly kind: 'fromServer'; readonly options: ServerSourceOptions }
  | { readonly kind: 'fromCluster'; readonly cluster: ISpiloCluster }
  | { readonly kind: 'standby'; readonly options: StandbyOptions };

/**
 * Where the data of a new cluster comes from. It takes effect once: when all volumes are empty and Patroni knows nothing of a
 * cluster of this name.
 *
 * Whatever the data comes from, its WAL segments keep their size. Where that is not 16 MiB, say it in
 * `postgres.initdb.walSegmentSize` of the new cluster.
 */
export class Bootstrap {
  /** An empty cluster, made by `initdb`. */
  public static initdb(): Bootstrap {
    return new Bootstrap({ kind: 'initdb' });
  }

  /**
   * A cluster of its own with the data of another one, from its backups. Its name and its place in the store are its own,
   * and so are the passwords: Patroni sets them at the end of the recovery.
   *
   * If the source has no backup that can be recovered to the target, nothing starts; there is never an empty cluster.
   *
   * @param source the backups.
   * @param target up to where WAL is replayed; all that the source archived if not given.
   */
  public static fromBackups(source: BackupSource, target?: RecoveryTarget): Bootstrap {
    return new Bootstrap({ kind: 'fromBackups', source: copied(source), target });
  }

  /**
   * The same from a running server, copied as it is now.
   *
   * @param options where it is, and who asks.
   */
  public static fromServer(options: ServerSourceOptions): Bootstrap {
    return new Bootstrap({ kind: 'fromServer', options: copied(options) });
  }

  /**
   * The same from a running cluster of this library, copied from its leader as it is now.
   *
   * @param cluster the cluster, in the same namespace, since its Secret is read.
   */
  public static fromCluster(cluster: ISpiloCluster): Bootstrap {
    return new Bootstrap({ kind: 'fromCluster', cluster });
  }

  /**
   * A cluster that follows another one and takes no writes, until it is promoted by
   * `patronictl edit-config --force -s standby_cluster=null`. It logs in at the source with its own credentials, and takes
   * its roles over: the Secret must hold the same users and passwords as that of the source.
   *
   * @param options what it follows.
   */
  public static standby(options: StandbyOptions): Bootstrap {
    return new Bootstrap({ kind: 'standby', options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: BootstrapData) {}
}

/** Where the data comes from, with every default. */
export function settleBootstrap(bootstrap: Bootstrap | undefined, facts: Identity & { readonly postgresVersion: number }): BootstrapSpec {
  if (!bootstrap) { return { kind: 'initdb' }; }
  const { _data: data } = bootstrap;
  switch (data.kind) {
    case 'initdb': return { kind: 'initdb' };
    case 'fromBackups': return { kind: 'backups', source: settleSource(data.source, facts), target: settleTarget(data.target) };
    case 'fromServer': return { kind: 'server', server: settleServer(data.options) };
    case 'fromCluster': return { kind: 'server', server: settleCluster(data.cluster) };
    case 'standby': {
      const { hosts = [], port = POSTGRES_PORT, slot, backups } = data.options;
      return onlyDefined({ kind: 'standby', hosts: [...hosts], port, slot, source: backups && settleSource(backups, facts) });
    }
  }
}

/** A server of anybody's may have no TLS. */
function settleServer({ host, port = POSTGRES_PORT, user = 'standby', password }: ServerSourceOptions): ServerSourceSpec {
  return { host, port, user, password: secretKey(password), sslMode: 'prefer' };
}

function settleCluster({ leaderEndpoint, replicationName, replicationPassword, namespace }: ISpiloCluster): ServerSourceSpec {
  const { hostname, port } = leaderEndpoint;
  return onlyDefined({ host: hostname, port, user: replicationName, password: secretKey(replicationPassword), sslMode: 'require', namespace });
}
