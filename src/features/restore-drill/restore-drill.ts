import { Cron, Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { Contribution } from '../../kernel/contribution';
import { cronJobNameRule, isCron } from '../../kernel/cron';
import { Feature, FeatureContext } from '../../kernel/feature';
import { isPositive, quantity } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { isObjectName, isOneLine, isWholeNumber } from '../../kernel/syntax';
import { readOnlyAccess, storeCronJob } from '../store/job';

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
   *
   * @changes at-once
   */
  readonly scratch: Size;

  /**
   * Storage class of a volume that lives as long as the drill.
   *
   * @default - an emptyDir on the node's disk
   * @changes at-once
   */
  readonly scratchStorageClassName?: string;

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
  readonly resources?: ContainerResources;
}

const drill = ({ props }: FeatureContext) => props.restoreDrill;
const seconds = (duration?: Duration) => duration && duration.toMilliseconds() / 1000;

const rules: Rule<FeatureContext>[] = [
  {
    id: 'drill-backup',
    property: 'restoreDrill',
    allowed: 'only with Backup.to(...)',
    why: 'There is nothing to restore.',
    find: context => drill(context) && !context.props.backup?._use(context) ? [{ received: 'no backup' }] : [],
  },
  cronJobNameRule('drill-name', 'restoreDrill', 'restore-drill', 'or no drill', context => drill(context) !== undefined),
  valueRule('drill-scratch', 'restoreDrill.scratch', 'more than zero, in whole kibibytes', 'The API server refuses the volume.',
    context => drill(context) && quantity(drill(context)!.scratch), (_, context) => isPositive(drill(context)!.scratch)),
  valueRule('drill-scratch-class', 'restoreDrill.scratchStorageClassName', 'a DNS-1123 subdomain', 'The API server refuses the volume.',
    context => drill(context)?.scratchStorageClassName, isObjectName),
  valueRule('drill-schedule', 'restoreDrill.schedule', 'five fields that cron runs: minute, hour, day, month, weekday', 'The API server refuses the CronJob.',
    context => drill(context)?.schedule?.expressionString, isCron),
  {
    id: 'drill-checks',
    property: 'restoreDrill.checks',
    allowed: 'a one-line name and a query that is not empty',
    why: 'A check that asks nothing is always green.',
    find: context => (drill(context)?.checks ?? [])
      .filter(({ name, sql }) => !isOneLine(name) || name.trim() === '' || typeof sql !== 'string' || sql.trim() === '')
      .map(received => ({ received })),
  },
  ...(['maxRecoveryPointAge', 'maxRestoreTime', 'deadline'] as const).map(option => valueRule<FeatureContext, number>(
    `drill-${option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, `restoreDrill.${option}`, 'whole seconds, at least 60',
    'No restore is that fast: every drill would fail.', context => seconds(drill(context)?.[option]), value => isWholeNumber(value, 60))),
  valueRule('drill-pushgateway', 'restoreDrill.pushgateway', 'http:// or https://, a host and perhaps a port and a path, without a slash at the end',
    'The metrics go nowhere.', context => drill(context)?.pushgateway, url => /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w./-]*\w)?$/.test(url)),
];

function contribute(context: FeatureContext): Contribution {
  const options = drill(context);
  const use = context.props.backup?._use(context);
  if (!options || !use) { return {}; }
  const {
    scratch, scratchStorageClassName, schedule = Cron.schedule({ minute: '0', hour: '4', weekDay: '0' }), checks = [],
    maxRecoveryPointAge, maxRestoreTime, deadline = Duration.hours(6), pushgateway,
    resources = { cpu: { request: Cpu.millis(100) }, memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) } },
  } = options;
  return {
    // It reads the store and writes nothing there.
    render: [model => storeCronJob(model, readOnlyAccess(use, model), {
      id: 'RestoreDrill',
      suffix: 'restore-drill',
      container: 'drill',
      files: ['features/restore-drill/programs/drill.py', 'kit/programs/report.py', 'features/store/programs/walg.py'],
      variable: 'DRILL',
      scratch: { size: quantity(scratch), storageClassName: scratchStorageClassName },
      // Some time for the report, after PostgreSQL has used up its own.
      deadlineSeconds: deadline.toSeconds() + 300,
      resources,
      task: {
        cluster: context.names.cluster,
        checks: checks.map(({ name, sql, database = 'postgres' }) => ({ name, sql, database })),
        max_recovery_point_age: maxRecoveryPointAge?.toSeconds(),
        max_restore_seconds: maxRestoreTime?.toSeconds(),
        deadline: deadline.toSeconds(),
        pushgateway,
      },
    }, { schedule: schedule.expressionString })],
  };
}

export const restoreDrillFeature: Feature = { rules, contribute };
