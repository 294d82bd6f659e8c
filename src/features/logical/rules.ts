import { LogicalDumpSpec, LogicalRestoreSpec } from './spec';
import { dumpUse, restoreUse } from './stores';
import { isCronJobSchedule, SCHEDULE_SYNTAX } from '../../kernel/cron';
import { below, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isUrl, isWholeNumber, twice, URL_SYNTAX } from '../../kernel/syntax';
import { resourcesRules } from '../../kit/resources';
import { ClusterSpec } from '../../spilo/spec';
import { cronJobNameRule } from '../store/job';
import { scratchRules } from '../store/scratch';

/** A name as PostgreSQL keeps it: a longer one would be cut. */
const isDatabase = (name: unknown) => isOneLine(name) && name !== '' && Buffer.byteLength(name) <= 63 && !['template0', 'template1'].includes(name);
const DATABASE_SYNTAX = '1 to 63 bytes in one line, neither template0 nor template1';

/** What is the same for dumps and restores. */
type Job = Pick<LogicalDumpSpec & LogicalRestoreSpec, 'deadline' | 'parallelJobs' | 'scratch' | 'resources'>;

function jobRules(stem: string, scratch: string): Rule<Job>[] {
  return [
    ...scratchRules<Job>(stem, scratch, job => job.scratch),
    valueRule(`${stem}-parallel-jobs`, `${scratch}.parallelJobs`, 'a whole number from 1 to 100', 'PostgreSQL\'s programs refuse it: every Job would fail.',
      job => job.parallelJobs, jobs => isWholeNumber(jobs, 1, 100)),
    valueRule(`${stem}-deadline`, 'deadline', 'whole seconds, at least 60', 'Nothing is done that fast: every Job would fail.',
      job => job.deadline, value => isWholeNumber(value, 60)),
    ...resourcesRules<Job>('resources', job => job.resources),
  ];
}

const ofDump: readonly Rule<LogicalDumpSpec>[] = [
  {
    id: 'dump-volume',
    property: 'store',
    allowed: 'a volume with BackupStore.existingClaim(); or no store here, for that of backup',
    why: 'The claim `<cluster>-backup` would be made twice, or be that of the backups.',
    find: ({ store }) => store?.kind === 'volume' && store.size !== undefined ? [{ received: store.size }] : [],
  },
  {
    id: 'dump-encryption',
    property: 'encryption',
    allowed: 'only together with store',
    why: 'In the store of the backups everything is encrypted as they are: this would silently be ignored.',
    find: ({ store, encryption }) => encryption && !store ? [{ received: 'encryption without store' }] : [],
  },
  valueRule('dump-schedule', 'schedule', SCHEDULE_SYNTAX, 'The API server refuses the CronJob.', ({ schedule }) => schedule, isCronJobSchedule),
  valueRule('dump-databases', 'databases', `at least one name, each once: ${DATABASE_SYNTAX}`, 'Nothing would be dumped, or every dump would fail.',
    ({ databases }) => databases, names => names.length > 0 && names.every(isDatabase) && twice(names).length === 0),
  ...jobRules('dump', 'format.scratch'),
  valueRule('dump-retain', 'retain', 'a whole number of at least 2', 'With one, nothing is left when the newest turns out to be damaged.',
    ({ retain }) => retain, retain => isWholeNumber(retain, 2)),
  valueRule('dump-retain-for', 'retainFor', 'whole seconds, at least an hour',
    'Shorter than the distance between two dumps it keeps nothing that `retain` does not keep.',
    ({ retainFor }) => retainFor, value => isWholeNumber(value, 3600)),
  valueRule('dump-pushgateway', 'pushgateway', URL_SYNTAX, 'The metrics go nowhere.', ({ pushgateway }) => pushgateway, isUrl),
];

/** Checks of logical dumps. */
export const dumpRules: readonly Rule<ClusterSpec>[] = [
  cronJobNameRule('dump-name', 'logicalDump', 'logical-dump', 'or no dumps', ({ logicalDump }) => logicalDump !== undefined),
  {
    id: 'dump-store',
    property: 'logicalDump.store',
    allowed: 'a store, unless there is that of Backup.to(...)',
    why: 'The dumps would go nowhere.',
    find: spec => spec.logicalDump && !dumpUse(spec) ? [{ received: 'no store and no backup' }] : [],
  },
  ...below('logicalDump', ({ logicalDump }: ClusterSpec) => logicalDump, ofDump),
];

const ofRestore: readonly Rule<LogicalRestoreSpec>[] = [
  valueRule('restore-source-name', 'source.clusterName', 'the name of a cluster', 'The dumps are looked for where none can be.',
    ({ source }) => source?.cluster, name => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)),
  valueRule('restore-dump', 'dump', 'an id as 20261121T030000Z', 'There is no such dump.', ({ dump }) => dump, id => /^\d{8}T\d{6}Z$/.test(id)),
  {
    id: 'restore-databases',
    property: 'databases',
    allowed: `at least one; names of ${DATABASE_SYNTAX}; each name in this cluster once, and not postgres`,
    why: 'PostgreSQL refuses the name, or the database always holds what Spilo puts there: every restore would fail.',
    find: ({ databases }) => databases === undefined ? [] : databases.length === 0 ? [{ received: [] }] : badDatabases(databases),
  },
  ...jobRules('restore', 'scratch'),
];

function badDatabases(databases: NonNullable<LogicalRestoreSpec['databases']>) {
  const targets = databases.map(({ newName }) => newName);
  return databases
    .filter(({ name, newName }, index) => !isDatabase(name) || !isDatabase(newName) || newName === 'postgres' || targets.indexOf(newName) < index)
    .map(({ name, newName }) => ({ received: newName === name ? { name } : { name, newName } }));
}

/** Checks of restores from logical dumps. */
export const restoreRules: readonly Rule<ClusterSpec>[] = [
  {
    id: 'restore-source',
    property: 'logicalRestore.source',
    allowed: 'a source, unless this cluster has logicalDump or Backup.to(...)',
    why: 'There is no store with dumps.',
    find: spec => spec.logicalRestore && !restoreUse(spec) ? [{ received: 'no source, logicalDump or backup' }] : [],
  },
  {
    id: 'restore-source-namespace',
    property: 'logicalRestore.source.namespace',
    allowed: 'for dumps on a volume, the namespace of this cluster',
    why: 'A claim lives in one namespace: the pod would wait for it forever.',
    find: ({ logicalRestore, namespace }) => {
      const source = logicalRestore?.source;
      return source?.store.kind === 'volume' && source.namespace !== namespace ? [{ received: source.namespace }] : [];
    },
  },
  {
    id: 'restore-standby',
    property: 'logicalRestore',
    allowed: 'only in a cluster that takes writes, not with Bootstrap.standby()',
    why: 'The Job would wait for its whole deadline and fail.',
    find: ({ logicalRestore, bootstrap }) => logicalRestore && bootstrap.kind === 'standby' ? [{ received: 'a standby' }] : [],
  },
  ...below('logicalRestore', ({ logicalRestore }: ClusterSpec) => logicalRestore, ofRestore),
  valueRule('restore-postgres-version', 'logicalRestore.postgresVersion', 'a whole number of at least 9', 'The dumps are looked for where none can be.',
    ({ logicalRestore }) => logicalRestore?.postgresVersion, (version, { postgres }) => version === postgres.version || isWholeNumber(version, 9)),
];
