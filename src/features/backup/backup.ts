import { Cron, Duration, Size } from 'cdk8s';
import { BackupSpec, StoredBackupSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { quantity } from '../../kernel/quantity';
import { Identity } from '../../spilo/spec';
import { RestoreDrillOptions, settleRestoreDrill } from '../restore-drill/restore-drill';
import { BackupCompression } from '../store/compression';
import { BackupEncryption, settleEncryption } from '../store/encryption';
import { BackupStore, settleStore } from '../store/store';

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
   * @default - that of wal-g, lz4
   * @changes at-once
   */
  readonly compression?: BackupCompression;

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
   * @default - none: every base backup is a full one
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
   * How many files are sent at once. Each takes memory of the database container: with S3, wal-g holds several parts of
   * 20 MiB for each file until they are sent. Lower it where the memory limit is small.
   *
   * @default - that of wal-g, 16
   * @changes at-once
   */
  readonly uploadConcurrency?: number;

  /**
   * How many files a restore fetches at once.
   *
   * @default - that of wal-g, 10
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
   * `kubectl create job --from=cronjob/orders-base-backup before-migration`. It stays suspended, since scheduled base backups
   * are made by cron in the members. With it a cluster's name ends at 40 characters.
   *
   * @default true
   * @changes at-once
   */
  readonly onDemand?: boolean;

  /**
   * Settings of wal-g that have no property here, unchecked: `WALG_TAR_SIZE_THRESHOLD`, `WALG_S3_MAX_PART_SIZE`, or
   * `WALG_WITHOUT_FILES_METADATA` where the list of a database's files takes too much memory.
   *
   * @default - none
   * @changes at-once
   */
  readonly uncheckedWalgSettings?: { [name: string]: string };

  /**
   * A CronJob that restores the newest base backup and looks whether the data is whole.
   *
   * @default - none: whether the backups restore is not known
   * @changes at-once
   */
  readonly restoreDrill?: RestoreDrillOptions;
}

type BackupData = { readonly kind: 'to'; readonly store: BackupStore; readonly options?: BackupOptions } | { readonly kind: 'none' };

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
    return new Backup({ kind: 'to', store, options: copied(options) });
  }

  /**
   * No backups, on purpose: what is lost with all volumes is lost for good. Silences the warning of synthesis.
   */
  public static none(): Backup {
    return new Backup({ kind: 'none' });
  }

  /** @internal */
  private constructor(public readonly _data: BackupData) {}
}

/** The backups with every default of the library's own. */
export function settleBackup(backup: Backup | undefined, facts: Identity & { readonly postgresVersion: number }): BackupSpec | undefined {
  if (!backup) { return undefined; }
  const { _data: data } = backup;
  if (data.kind === 'none') { return { kind: 'none' }; }
  const {
    schedule, retain = 5, retainFor, archiveTimeout = Duration.minutes(5), compression, encryption, deltaSteps, fromReplica = false,
    uploadConcurrency, downloadConcurrency, diskRateLimit, networkRateLimit, onDemand = true, uncheckedWalgSettings = {}, restoreDrill,
  } = data.options ?? {};
  return onlyDefined<StoredBackupSpec>({
    kind: 'store',
    store: settleStore(data.store, facts),
    encryption: settleEncryption(encryption),
    schedule: schedule?.expressionString ?? '0 1 * * *',
    retain,
    retainFor: seconds(retainFor),
    archiveTimeout: seconds(archiveTimeout),
    compression,
    deltaSteps,
    fromReplica,
    uploadConcurrency,
    downloadConcurrency,
    diskRateLimit: diskRateLimit && quantity(diskRateLimit),
    networkRateLimit: networkRateLimit && quantity(networkRateLimit),
    onDemand,
    uncheckedWalgSettings: { ...uncheckedWalgSettings },
    restoreDrill: settleRestoreDrill(restoreDrill),
  });
}
