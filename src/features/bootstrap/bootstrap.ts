import { SecretValue } from 'cdk8s-plus-27';
import { RecoveryTarget } from './recovery-target';
import { bootstrapRules } from './rules';
import { Contribution, JsonMap } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { program } from '../../kit/program';
import { ISpiloCluster } from '../../spilo/cluster-ref';
import { clusterNames } from '../../spilo/names';
import { restoreCommand, Settings, SOURCE, storeAccess, StorePlace, StoreUse } from '../store/access';
import { BackupEncryption } from '../store/encryption';
import { BackupStore } from '../store/store';
import { secretVariable } from '../store/syntax';

/**
 * The backups of another cluster.
 */
export interface BackupSourceOptions {
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
  readonly password: SecretValue;
}

/**
 * Where the data of a clone comes from.
 */
export class CloneSource {
  /**
   * The backups of another cluster. The source need not exist any more.
   *
   * A claim lives in one namespace: backups on a volume can be cloned only there.
   *
   * @param store the store, as that cluster has it.
   * @param options which cluster.
   */
  public static backups(store: BackupStore, options: BackupSourceOptions): CloneSource {
    return new CloneSource(store, options, undefined);
  }

  /**
   * A running server, copied as it is now.
   *
   * @param options where it is, and who asks.
   */
  public static server(options: ServerSourceOptions): CloneSource {
    return new CloneSource(undefined, undefined, options);
  }

  /**
   * A running cluster of this library, copied from its leader as it is now.
   *
   * @param cluster the cluster, in the same namespace, since its Secret is read.
   * @param replicationPasswordKey key of the replication user's password in the cluster's Secret.
   */
  public static cluster(cluster: ISpiloCluster, replicationPasswordKey: string = 'replication-password'): CloneSource {
    return CloneSource.server({
      host: cluster.leaderHost,
      port: cluster.postgresPort,
      password: { secret: cluster.credentialsSecret, key: replicationPasswordKey },
    });
  }

  private constructor(
    /** @internal */
    public readonly _store: BackupStore | undefined,
    /** @internal */
    public readonly _backups: BackupSourceOptions | undefined,
    /** @internal */
    public readonly _server: ServerSourceOptions | undefined,
  ) {}

  /** @internal */
  public _use(context: FeatureContext, place: StorePlace): StoreUse | undefined {
    const { _store: store, _backups: options } = this;
    if (!store || !options) { return undefined; }
    const source = { ...context, names: clusterNames(options.clusterName), namespace: options.namespace ?? context.namespace };
    return { store: store._store, place, context: source, encryption: options.encryption };
  }
}

/**
 * What a standby cluster follows. At least one of `host` and `store`; with both, the store helps where the host has
 * removed WAL already.
 */
export interface StandbyOptions {
  /**
   * Host name or address of the leader of the source, or of a load balancer before it.
   *
   * @default - WAL comes from the store only, segment by segment
   * @changes bootstrap
   */
  readonly host?: string;

  /**
   * Port of the host.
   *
   * @default 5432
   * @changes bootstrap
   */
  readonly port?: number;

  /**
   * A physical replication slot on the host, so that it keeps WAL for this cluster. It must exist there, see
   * `patroni.permanentSlots`.
   *
   * @default - none: a long interruption of the line needs the store, or a new copy
   * @changes bootstrap
   */
  readonly slot?: string;

  /**
   * The backups of the source.
   *
   * @default - the first copy and all WAL come from the host
   * @changes rollout
   */
  readonly backups?: CloneSource;
}

/**
 * Where the data of a new cluster comes from. It counts once: when all volumes are empty and Patroni knows nothing of a
 * cluster of this name.
 */
export class Bootstrap {
  /** An empty cluster, made by `initdb`. */
  public static initdb(): Bootstrap {
    return new Bootstrap();
  }

  /**
   * A cluster of its own with the data of another one. Its name and its place in the store are its own, and so are the
   * passwords: Patroni sets them at the end of the recovery.
   *
   * If the source has no backup that can be recovered to the target, nothing starts; there is never an empty cluster.
   *
   * @param source where the data comes from.
   * @param target up to where WAL is replayed; all that the source archived if not given. Only with backups.
   */
  public static clone(source: CloneSource, target?: RecoveryTarget): Bootstrap {
    return new Bootstrap(source, target);
  }

  /**
   * A cluster that follows another one and takes no writes, until it is promoted by
   * `patronictl edit-config --force -s standby_cluster=null`. It logs in at the source with its own credentials, and takes
   * its roles over: the Secret must hold the same users and passwords as that of the source.
   *
   * @param options what it follows.
   */
  public static standby(options: StandbyOptions): Bootstrap {
    return new Bootstrap(options.backups, undefined, { ...options });
  }

  private constructor(
    /** @internal */
    public readonly _source?: CloneSource,
    /** @internal */
    public readonly _target?: RecoveryTarget,
    /** @internal */
    public readonly _standby?: StandbyOptions,
  ) {}

  /** @internal */
  public _use(context: FeatureContext): StoreUse | undefined {
    return this._source?._use(context, SOURCE);
  }
}

const PROGRAM_MOUNT = '/etc/wal-g/clone-program';
const IN_ENVDIR = `envdir ${SOURCE.envdir}`;
const CLONE = `${IN_ENVDIR} python3 ${PROGRAM_MOUNT}/clone.py`;
/** Spilo's script chooses the tool by this switch; without it the tool is wal-e, which no image of today has. */
const TOOL: Settings = { USE_WALG_RESTORE: 'true', TMPDIR: '/tmp' };

function contribute(context: FeatureContext): Contribution {
  const { bootstrap } = context.props;
  const use = bootstrap?._use(context);
  const access = use ? backupsAccess(context, use) : serverAccess(context, bootstrap?._source?._server);
  const method = bootstrap?._standby ? standby(bootstrap._standby, use !== undefined) : clone(bootstrap);
  return access ? { ...access, configuration: method } : { configuration: method };
}

function objectOf({ names, labels }: FeatureContext) {
  return { id: 'SourceConfigMap', name: names.suffixed('source'), labels: labels.metadata };
}

function backupsAccess(context: FeatureContext, use: StoreUse): Contribution {
  return withProgram(context, storeAccess(use, objectOf(context), TOOL));
}

/** libpq reads its variables as wal-g does: one mechanism for both kinds of source. */
function serverAccess(context: FeatureContext, server?: ServerSourceOptions): Contribution | undefined {
  if (!server) { return undefined; }
  const { host, port = 5432, user = 'standby', password } = server;
  const data = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGSSLMODE: 'prefer' };
  const { name } = objectOf(context);
  return withProgram(context, {
    objects: [{ ...objectOf(context), apiVersion: 'v1', kind: 'ConfigMap', body: { data } }],
    volumes: [{
      name: SOURCE.name,
      projected: { defaultMode: 0o440, sources: [{ configMap: { name } }, { secret: secretVariable('PGPASSWORD', password) }] },
    }],
    mounts: [{ name: SOURCE.name, mountPath: SOURCE.envdir, readOnly: true }],
  });
}

function withProgram({ names, labels }: FeatureContext, access: Contribution): Contribution {
  const name = names.suffixed('clone-program');
  return {
    ...access,
    volumes: [...access.volumes ?? [], { name: 'clone-program', configMap: { name } }],
    mounts: [...access.mounts ?? [], { name: 'clone-program', mountPath: PROGRAM_MOUNT, readOnly: true }],
    objects: [...access.objects ?? [], {
      id: 'CloneProgram',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name,
      labels: labels.metadata,
      body: { data: program(['features/bootstrap/programs/clone.py', 'features/store/programs/walg.py']) },
    }],
  };
}

const RESTORE_COMMAND = restoreCommand(SOURCE.envdir);

function clone(bootstrap?: Bootstrap): JsonMap {
  const { _source: source, _target: target } = bootstrap ?? {};
  if (!source) { return {}; }
  if (source._server) { return { bootstrap: { method: 'clone_from_server', clone_from_server: { command: `${CLONE} server` } } }; }
  const { argument, conf } = (target ?? RecoveryTarget.latest())._settle();
  return {
    bootstrap: {
      method: 'clone_from_backups',
      clone_from_backups: {
        command: [CLONE, 'store', ...argument].join(' '),
        recovery_conf: { restore_command: RESTORE_COMMAND, ...conf },
      },
    },
  };
}

function standby({ host, port = 5432, slot }: StandbyOptions, fromBackups: boolean): JsonMap {
  return {
    bootstrap: {
      dcs: {
        standby_cluster: {
          ...(host === undefined ? {} : { host, port }),
          ...(slot === undefined ? {} : { primary_slot_name: slot }),
          ...(fromBackups ? { restore_command: RESTORE_COMMAND } : {}),
          create_replica_methods: [...(fromBackups ? ['standby_from_backups'] : []), ...(host === undefined ? [] : ['basebackup'])],
        },
      },
    },
    ...(fromBackups ? { postgresql: { standby_from_backups: { command: `${CLONE} store`, no_leader: 1, no_master: 1 } } } : {}),
  };
}


export const bootstrapFeature: Feature = {
  rules: bootstrapRules,
  contribute,
  store: context => context.props.bootstrap?._use(context),
};
