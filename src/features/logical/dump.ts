import { Cron, Duration } from 'cdk8s';
import { DumpFormat, settleFormat } from './format';
import { LogicalDumpSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { Resources, settleResources } from '../../kit/resources';
import { Identity } from '../../spilo/spec';
import { BackupCompression } from '../store/compression';
import { BackupEncryption, settleEncryption } from '../store/encryption';
import { CLIENT_RESOURCES } from '../store/job';
import { BackupStore, settleStore } from '../store/store';

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
   * @default DumpFormat.custom()
   * @changes at-once
   */
  readonly format?: DumpFormat;

  /**
   * Compression of dumps, by wal-g on the way into the store; a restore recognizes what it finds.
   *
   * @default - that of `backup` in its store, else that of wal-g, lz4
   * @changes at-once
   */
  readonly compression?: BackupCompression;

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
  readonly resources?: Resources;
}

/** The dumps with every default. */
export function settleLogicalDump(
  options: LogicalDumpOptions | undefined, facts: Identity & { readonly postgresVersion: number },
): LogicalDumpSpec | undefined {
  if (!options) { return undefined; }
  const {
    schedule, databases, format, compression, retain = 7, retainFor, fromReplica = false, store, encryption, deadline = Duration.hours(6),
    pushgateway, resources,
  } = options;
  return onlyDefined({
    schedule: schedule?.expressionString ?? '0 3 * * *',
    databases: databases && [...databases],
    ...settleFormat(format),
    compression,
    retain,
    retainFor: seconds(retainFor),
    fromReplica,
    store: store && settleStore(store, facts),
    encryption: settleEncryption(encryption),
    deadline: seconds(deadline),
    pushgateway,
    resources: settleResources(resources, CLIENT_RESOURCES),
  });
}
