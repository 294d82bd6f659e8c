import { isCronJobSchedule, SCHEDULE_SYNTAX } from '../../kernel/cron';
import { below, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isUrl, isWholeNumber, URL_SYNTAX } from '../../kernel/syntax';
import { resourcesRules } from '../../kit/resources';
import { ClusterSpec } from '../../spilo/spec';
import { RestoreDrillSpec } from '../backup/spec';
import { backupOf } from '../store/in-use';
import { cronJobNameRule } from '../store/job';
import { scratchRules } from '../store/scratch';

/** The drill of a cluster that has one. */
export const drillOf = (spec: ClusterSpec): RestoreDrillSpec | undefined => backupOf(spec)?.restoreDrill;

function durationRule(id: string, option: 'maxRecoveryPointAge' | 'maxRestoreTime' | 'deadline') {
  return valueRule<RestoreDrillSpec, number>(id, option, 'whole seconds, at least 60', 'No restore is that fast: every drill would fail.',
    drill => drill[option], value => isWholeNumber(value, 60));
}

const isText = (text: unknown) => typeof text === 'string' && text.trim() !== '';

const ofDrill: readonly Rule<RestoreDrillSpec>[] = [
  ...scratchRules<RestoreDrillSpec>('drill', 'scratch', ({ scratch }) => scratch),
  valueRule('drill-schedule', 'schedule', SCHEDULE_SYNTAX, 'The API server refuses the CronJob.', ({ schedule }) => schedule, isCronJobSchedule),
  {
    id: 'drill-checks',
    property: 'checks',
    allowed: 'a one-line name and a query that is not empty',
    why: 'A check that asks nothing is always green.',
    find: ({ checks }) => checks
      .filter(({ name, sql, database }) => !isOneLine(name) || !isText(name) || !isText(sql) || !isText(database)).map(received => ({ received })),
  },
  durationRule('drill-max-recovery-point-age', 'maxRecoveryPointAge'),
  durationRule('drill-max-restore-time', 'maxRestoreTime'),
  durationRule('drill-deadline', 'deadline'),
  valueRule('drill-pushgateway', 'pushgateway', URL_SYNTAX, 'The metrics go nowhere.', ({ pushgateway }) => pushgateway, isUrl),
  ...resourcesRules<RestoreDrillSpec>('resources', ({ resources }) => resources),
];

/** Checks of the restore drill. */
export const restoreDrillRules: readonly Rule<ClusterSpec>[] = [
  ...below('backup.restoreDrill', drillOf, ofDrill),
  cronJobNameRule('drill-name', 'backup.restoreDrill', 'restore-drill', 'or no drill', spec => drillOf(spec) !== undefined),
];
