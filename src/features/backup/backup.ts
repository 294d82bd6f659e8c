import { Cron, Duration, Size } from 'cdk8s';
import { backupCommand, baseBackupObjects } from './on-demand';
import { backupRules } from './rules';
import { Contribution, JsonMap } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { kibibytes } from '../../kernel/quantity';
import { program } from '../../kit/program';
import { POSTGRES_PORT } from '../../spilo/paths';
import { ENVDIR, OWN, PROGRAMS, restoreCommand, Settings, storeAccess, StoreUse } from '../store/access';
import { BackupEncryption } from '../store/encryption';
import { BackupStore } from '../store/store';

/**
 * How WAL and base backups are compressed.
 */
export enum Compression {
  /** Fast, with little work for the processor. */
  LZ4 = 'lz4',
  /** Smaller than lz4 at about the same speed. */
  ZSTD = 'zstd',
  /** Smallest and slowest. */
  LZMA = 'lzma',
  /** Between zstd and lzma. */
  BROTLI = 'brotli',
}

/**
 * When and how a cluster is backed up.
 */
export interface BackupOptions {
  /**
   * When base backups are made, in the time zone of the container, UTC.
   *
   * @default - every night at one
   * @changes rollout
   */
  readonly schedule?: Cron;

  /**
   * How many base backups are kept at least. Older ones go after each new one, and WAL that no kept backup needs goes
   * with them.
   *
   * @default 5
   * @changes at-once
   */
  readonly retain?: number;

  /**
   * For how long base backups are kept at least, also if there are more than `retain`: how far back a restore can go.
   *
   * @default - as many as `retain` says, whatever their age
   * @changes at-once
   */
  readonly retainFor?: Duration;

  /**
   * After how much time a WAL segment that is not full is archived: how much of a quiet database can be lost with all
   * its members.
   *
   * @default Duration.minutes(5)
   * @changes rollout
   */
  readonly archiveTimeout?: Duration;

  /**
   * Compression of what is stored from now on; a restore recognizes what it finds.
   *
   * @default Compression.LZ4
   * @changes at-once
   */
  readonly compression?: Compression;

  /**
   * Encryption before anything leaves the pod.
   *
   * @default - none
   * @changes rollout
   */
  readonly encryption?: BackupEncryption;

  /**
   * How many incremental base backups follow a full one. Each holds the pages changed since the one before; a restore
   * fetches all of them. `retain` counts both kinds, and keeps the full one that an increment needs.
   *
   * @default 0
   * @changes at-once
   */
  readonly deltaSteps?: number;

  /**
   * Whether a replica makes the base backups, as long as one streams; the leader otherwise. WAL always comes from the
   * leader.
   *
   * @default false
   * @changes at-once
   */
  readonly fromReplica?: boolean;

  /**
   * How many files are sent at once.
   *
   * @default - 16, or the number of processors if less (wal-g)
   * @changes at-once
   */
  readonly uploadConcurrency?: number;

  /**
   * How many files a restore fetches at once.
   *
   * @default - 10, or the number of processors if less (wal-g)
   * @changes at-once
   */
  readonly downloadConcurrency?: number;

  /**
   * How much a base backup reads from the disk each second.
   *
   * @default - no limit
   * @changes at-once
   */
  readonly diskRateLimit?: Size;

  /**
   * How much is sent each second.
   *
   * @default - no limit
   * @changes at-once
   */
  readonly networkRateLimit?: Size;

  /**
   * Whether there is a suspended CronJob `<cluster>-base-backup` for a base backup at once:
   * `kubectl create job --from=cronjob/orders-base-backup before-migration`. With it a cluster's name ends at 40 characters.
   *
   * @default true
   * @changes at-once
   */
  readonly onDemand?: boolean;

  /**
   * Settings of wal-g that have no property here, unchecked: `WALG_TAR_SIZE_THRESHOLD`, `WALG_S3_MAX_PART_SIZE`.
   *
   * @default - none
   * @changes at-once
   */
  readonly uncheckedWalgSettings?: { [name: string]: string };
}

/**
 * A WAL archive with base backups, in a store.
 *
 * Every WAL segment is archived, a first base backup is made as soon as there is a leader, further ones by schedule, and
 * new replicas are made from the store where that is faster than copying the leader.
 */
export class Backup {
  /**
   * Backups to a store.
   *
   * @param store where to.
   * @param options when and how.
   */
  public static to(store: BackupStore, options: BackupOptions = {}): Backup {
    return new Backup({ ...options }, store);
  }

  /**
   * No backups, on purpose: what is lost with all volumes is lost for good. Silences the warning of synthesis.
   */
  public static none(): Backup {
    return new Backup({});
  }

  private constructor(
    /** @internal */
    public readonly _options: BackupOptions,
    private readonly store?: BackupStore,
  ) {}

  /** @internal */
  public _use(context: FeatureContext): StoreUse | undefined {
    return this.store && { store: this.store._store, place: OWN, context, encryption: this._options.encryption };
  }
}

/** What the members run. */
const PROGRAM = [
  ...['again', 'backup', 'owner', 'replica'].map(name => `features/backup/programs/${name}.py`), 'features/store/programs/walg.py',
];

/** Without a store, replicas are copied from the leader; said here so that exactly one feature says it. */
const WITHOUT: Contribution = { configuration: { postgresql: { create_replica_methods: ['basebackup'] } } };

function contribute(context: FeatureContext): Contribution {
  const { backup } = context.props;
  const use = backup?._use(context);
  if (!backup || !use) { return WITHOUT; }
  const { names, labels } = context;
  const access = storeAccess(use, { id: 'WalgConfigMap', name: names.suffixed('walg'), labels: labels.metadata }, { ...PATIENCE[use.store.kind], ...settings(context, backup._options) });
  const programName = names.suffixed('walg-program');
  return {
    ...access,
    crontab: crontab(backup._options),
    configuration: configuration(backup._options),
    volumes: [...access.volumes, { name: 'walg-program', configMap: { name: programName } }],
    mounts: [...access.mounts, { name: 'walg-program', mountPath: PROGRAMS, readOnly: true }],
    objects: [...access.objects, {
      id: 'WalgProgram',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: programName,
      labels: labels.metadata,
      body: { data: program(PROGRAM) },
    }],
    render: backup._options.onDemand === false ? [] : [model => baseBackupObjects(context, use, model)],
  };
}

/**
 * wal-g's own ten minutes of waiting for S3 hide from PostgreSQL that nothing is archived, and go on after S3 is back. Within a minute
 * PostgreSQL is told, and tries again by itself.
 */
const PATIENCE: { readonly [kind: string]: Settings } = { s3: { S3_MAX_RETRIES: '10' } };

/** What the library says to wal-g, to its own programs and to Spilo's scripts that people run by hand. */
function settings({ props, names }: FeatureContext, options: BackupOptions): Settings {
  const optional: { [name: string]: string | number | undefined } = {
    BACKUP_RETAIN_SECONDS: options.retainFor?.toSeconds(),
    BACKUP_FROM_REPLICA: options.fromReplica ? 'true' : undefined,
    WALG_COMPRESSION_METHOD: options.compression,
    WALG_DELTA_MAX_STEPS: options.deltaSteps,
    WALG_UPLOAD_CONCURRENCY: options.uploadConcurrency,
    WALG_DOWNLOAD_CONCURRENCY: options.downloadConcurrency,
    WALG_DISK_RATE_LIMIT: bytes(options.diskRateLimit),
    WALG_NETWORK_RATE_LIMIT: bytes(options.networkRateLimit),
  };
  return {
    // Without the two, Spilo's scripts call wal-e, which no image of today has.
    USE_WALG_BACKUP: 'true',
    USE_WALG_RESTORE: 'true',
    BACKUP_NUM_TO_RETAIN: String(retainOf(options)),
    BACKUP_RETAIN: String(retainOf(options)),
    // A cluster that starts anew in the directory of its predecessor must fail, not overwrite it.
    WALG_PREVENT_WAL_OVERWRITE: 'true',
    PGHOST: '/var/run/postgresql',
    PGPORT: String(POSTGRES_PORT),
    PGUSER: props.credentials._resolve(names.cluster).superuserName,
    TMPDIR: '/tmp',
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)])),
    ...options.uncheckedWalgSettings,
  };
}

const retainOf = ({ retain = 5 }: BackupOptions) => retain;
const bytes = (size?: Size) => size && kibibytes(size) * 1024;

/** The scheduled base backup, and one as soon as there is none; a store that does not answer is asked again a minute later. */
function crontab({ schedule = Cron.schedule({ minute: '0', hour: '1' }) }: BackupOptions): string[] {
  const backup = (action: string) => `${backupCommand(action)} >>/tmp/backup.log 2>&1`;
  return [
    `${schedule.expressionString} ${backup('scheduled')}`,
    `* * * * * test -f /tmp/first-backup || ${backup('first')}`,
  ];
}

/** The first segment after each start asks whether the store is this cluster's own; one that is refused, whether half of it is in the way. */
const ARCHIVE_COMMAND = `envdir ${ENVDIR} sh -c '{ test -f /tmp/own-store || python3 ${PROGRAMS}/owner.py; } `
  + `&& { wal-g wal-push "$0" || exec python3 ${PROGRAMS}/again.py "$0"; }' "%p"`;

/**
 * Archive and restore through the envdir. `archive_command` of this document wins over Spilo's, which is `/bin/true` for
 * stores that Spilo does not know: there a backup looks fine and cannot be restored.
 */
function configuration({ archiveTimeout = Duration.minutes(5) }: BackupOptions): JsonMap {
  return {
    postgresql: {
      parameters: {
        archive_command: ARCHIVE_COMMAND,
        archive_timeout: `${archiveTimeout.toMilliseconds() / 1000}s`,
      },
      recovery_conf: { restore_command: restoreCommand(ENVDIR) },
      // Not Spilo's method: the names of its scripts, and what they take for a store, depend on the version.
      create_replica_methods: ['from_backup', 'basebackup'],
      from_backup: {
        command: `envdir ${ENVDIR} python3 ${PROGRAMS}/replica.py`,
        threshold_percent: 30,
        // The same under its names before and since Patroni 4: the store serves a replica also without a leader.
        no_leader: 1,
        no_master: 1,
      },
    },
  };
}

export const backupFeature: Feature = {
  rules: backupRules,
  contribute,
  store: context => context.props.backup?._use(context),
  warnings: ({ props, names }) => props.backup ? [] : [
    `cluster ${names.cluster} has no backup: set 'backup' to Backup.to(...), or to Backup.none() if that is meant`,
  ],
};
