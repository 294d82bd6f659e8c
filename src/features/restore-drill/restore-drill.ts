import { Cron, Duration } from 'cdk8s';
import { onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { Resources, settleResources } from '../../kit/resources';
import { RestoreDrillSpec } from '../backup/spec';
import { CLIENT_RESOURCES } from '../store/job';
import { ScratchOptions, settleScratch } from '../store/scratch';

/**
 * Something that must be true in the restored database.
 */
export interface DrillCheck {
  /**
   * What the check is called in the report.
   *
   * @changes at-once
   */
  readonly name: string;

  /**
   * A query with one row and one column, which must be true: `SELECT count(*) > 0 FROM orders`.
   *
   * @changes at-once
   */
  readonly sql: string;

  /**
   * The database.
   *
   * @default 'postgres'
   * @changes at-once
   */
  readonly database?: string;
}

/**
 * A restore that is done, not hoped for: a CronJob fetches the newest base backup, replays all WAL, starts PostgreSQL on a
 * socket that nobody else reaches, and looks whether the data is whole: no gap in the WAL, `pg_amcheck`, page checksums,
 * and what you say must be true.
 *
 * It reports by its exit status, one line of JSON in its log and as termination message. It cannot read tables of
 * extensions that must be preloaded, such as TimescaleDB.
 */
export interface RestoreDrillOptions {
  /**
   * Room for the restored database: more than its size, and the WAL since the last base backup.
   */
  readonly scratch: ScratchOptions;

  /**
   * When, in UTC.
   *
   * @default - on Sundays at four
   * @changes at-once
   */
  readonly schedule?: Cron;

  /**
   * What must be true in the restored database.
   *
   * @default - only what PostgreSQL's own tools look for
   * @changes at-once
   */
  readonly checks?: DrillCheck[];

  /**
   * How old the last restored transaction may be. A quiet database has none: write a row now and then.
   *
   * @default - any age
   * @changes at-once
   */
  readonly maxRecoveryPointAge?: Duration;

  /**
   * How long fetch and replay may take: what you promised for a disaster.
   *
   * @default - as long as `deadline`
   * @changes at-once
   */
  readonly maxRestoreTime?: Duration;

  /**
   * After how much time a drill is ended and counts as failed.
   *
   * @default Duration.hours(6)
   * @changes at-once
   */
  readonly deadline?: Duration;

  /**
   * URL of a Prometheus Pushgateway that gets the results as metrics `spilo_restore_drill_*`.
   *
   * @default - no metrics
   * @changes at-once
   */
  readonly pushgateway?: string;

  /**
   * CPU and memory of the drill.
   *
   * @default - 100 millicores and 256 MiB requested, limit of 1 GiB memory
   * @changes at-once
   */
  readonly resources?: Resources;
}

/** The drill with every default. */
export function settleRestoreDrill(options?: RestoreDrillOptions): RestoreDrillSpec | undefined {
  if (!options) { return undefined; }
  const { scratch, schedule, checks = [], maxRecoveryPointAge, maxRestoreTime, deadline = Duration.hours(6), pushgateway, resources } = options;
  return onlyDefined({
    scratch: settleScratch(scratch),
    schedule: schedule?.expressionString ?? '0 4 * * 0',
    checks: checks.map(({ name, sql, database = 'postgres' }) => ({ name, sql, database })),
    maxRecoveryPointAge: seconds(maxRecoveryPointAge),
    maxRestoreTime: seconds(maxRestoreTime),
    deadline: seconds(deadline),
    pushgateway,
    resources: settleResources(resources, CLIENT_RESOURCES),
  });
}
