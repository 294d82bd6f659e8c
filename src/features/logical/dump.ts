import { Cron, Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { DumpFormat } from './format';
import { dumpObjects, SMALL_CLIENT } from './jobs';
import { dumpRules } from './rules';
import { dumpUse, ownDumpUse } from './stores';
import { Contribution } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { quantity } from '../../kernel/quantity';
import { Compression } from '../backup/backup';
import { BackupEncryption } from '../store/encryption';
import { BackupStore } from '../store/store';

/**
 * Logical dumps: a CronJob `<cluster>-logical-dump` writes every database with `pg_dump`, and the roles with `pg_dumpall`, into
 * a store. What base backups cannot do, a dump can: bring single databases into another cluster or a newer PostgreSQL.
 * A dump is no substitute for a base backup with WAL: what came after it is lost.
 *
 * It reports by its exit status, and by one line of JSON in its log and as termination message. A dump counts only when it is whole.
 */
export interface LogicalDumpOptions {
  /**
   * When, in UTC.
   *
   * @default - every night at three
   * @changes at-once
   */
  readonly schedule?: Cron;

  /**
   * Names of the databases. Each is dumped as it is at a moment of its own. One that does not exist makes the dump fail.
   *
   * @default - all that accept connections, without template0 and template1
   * @changes at-once
   */
  readonly databases?: string[];

  /**
   * How databases are written.
   *
   * @default DumpFormat.CUSTOM
   * @changes at-once
   */
  readonly format?: DumpFormat;

  /**
   * How many tables are dumped at once, each over a connection of its own. Only with `DumpFormat.DIRECTORY`.
   *
   * @default 1
   * @changes at-once
   */
  readonly parallelJobs?: number;

  /**
   * Compression of dumps, by wal-g on the way into the store; a restore recognizes what it finds.
   *
   * @default - that of `backup`, else lz4
   * @changes at-once
   */
  readonly compression?: Compression;

  /**
   * How many dumps are kept at least. Older ones go after each new one.
   *
   * @default 7
   * @changes at-once
   */
  readonly retain?: number;

  /**
   * For how long dumps are kept at least, also if there are more than `retain`.
   *
   * @default - as many as `retain` says, whatever their age
   * @changes at-once
   */
  readonly retainFor?: Duration;

  /**
   * Whether a replica is read, as long as one is ready; the leader otherwise. A replica ends a dump that holds up replay for
   * longer than `max_standby_streaming_delay`, 30 seconds by default, unless `hot_standby_feedback` is on.
   *
   * @default false
   * @changes at-once
   */
  readonly fromReplica?: boolean;

  /**
   * A store of its own. Dumps are below `logical/` in the place where base backups of the cluster would be. A volume must be an
   * existing claim.
   *
   * @default - that of `backup`
   * @changes at-once
   */
  readonly store?: BackupStore;

  /**
   * Encryption before anything leaves the pod, in the `store` that is given here. The store of `backup` has its own.
   *
   * @default - that of `backup` in its store, else none
   * @changes at-once
   */
  readonly encryption?: BackupEncryption;

  /**
   * Room for the largest database as a compressed directory. Given for `DumpFormat.DIRECTORY`, and for no other.
   *
   * @default - none: dumps go into the store as they come
   * @changes at-once
   */
  readonly scratch?: Size;

  /**
   * Storage class of a volume that lives as long as the dump.
   *
   * @default - an emptyDir on the node's disk
   * @changes at-once
   */
  readonly scratchStorageClassName?: string;

  /**
   * After how much time a dump is ended and counts as failed.
   *
   * @default Duration.hours(6)
   * @changes at-once
   */
  readonly deadline?: Duration;

  /**
   * URL of a Prometheus Pushgateway that gets the results as metrics `spilo_logical_dump_*`.
   *
   * @default - no metrics
   * @changes at-once
   */
  readonly pushgateway?: string;

  /**
   * CPU and memory of the dump.
   *
   * @default - 100 millicores and 256 MiB requested, limit of 1 GiB memory
   * @changes at-once
   */
  readonly resources?: ContainerResources;
}

function contribute(context: FeatureContext): Contribution {
  const { props: { logicalDump: options, credentials }, names } = context;
  const use = dumpUse(context);
  if (!options || !use) { return {}; }
  const {
    schedule = Cron.schedule({ minute: '0', hour: '3' }), databases, format = DumpFormat.CUSTOM, parallelJobs = 1, compression,
    retain = 7, retainFor, fromReplica = false, scratch, scratchStorageClassName, deadline = Duration.hours(6), pushgateway, resources = SMALL_CLIENT,
  } = options;
  return {
    render: [model => dumpObjects(model, use, credentials._resolve(names.cluster), {
      schedule: schedule.expressionString,
      scratch: scratch && { size: quantity(scratch), storageClassName: scratchStorageClassName },
      deadlineSeconds: deadline.toSeconds(),
      resources,
      task: {
        // libpq tries the second where the first has nobody.
        host: fromReplica ? `${names.replicaService},${names.leaderService}` : names.leaderService,
        databases,
        format,
        jobs: parallelJobs,
        compression,
        retain,
        retain_seconds: retainFor?.toSeconds(),
        deadline: deadline.toSeconds(),
        pushgateway,
      },
    })],
  };
}

export const logicalDumpFeature: Feature = { rules: dumpRules, contribute, store: ownDumpUse };
