import { Duration, Size } from 'cdk8s';
import { DumpFormat } from './format';
import { dumpUse, ownDumpUse, restoreUse } from './stores';
import { cronJobNameRule, isCron } from '../../kernel/cron';
import { FeatureContext } from '../../kernel/feature';
import { isPositive, quantity } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { isObjectName, isOneLine, isWholeNumber } from '../../kernel/syntax';
import { VolumeStore } from '../store/volume';

const dump = ({ props }: FeatureContext) => props.logicalDump;
const restore = ({ props }: FeatureContext) => props.logicalRestore;
const seconds = (duration?: Duration) => duration && duration.toMilliseconds() / 1000;

/** A name as PostgreSQL keeps it: a longer one would be cut. */
const isDatabase = (name: unknown) => isOneLine(name) && name !== '' && Buffer.byteLength(name) <= 63 && !['template0', 'template1'].includes(name);
const twice = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) < index);
const DATABASE_SYNTAX = '1 to 63 bytes in one line, neither template0 nor template1';

/** Rules that are the same for dumps and restores. */
function scratchRules(stem: string, property: string, options: (context: FeatureContext) => ScratchOptions | undefined): Rule<FeatureContext>[] {
  return [
    valueRule(`${stem}-scratch`, `${property}.scratch`, 'more than zero, in whole kibibytes', 'The API server refuses the volume.',
      context => options(context)?.scratch && quantity(options(context)!.scratch!), (_, context) => isPositive(options(context)!.scratch!)),
    valueRule(`${stem}-scratch-class`, `${property}.scratchStorageClassName`, 'a DNS-1123 subdomain, with scratch',
      'The API server refuses the volume, or there is none.',
      context => options(context)?.scratchStorageClassName, (name, context) => isObjectName(name) && options(context)?.scratch !== undefined),
    valueRule(`${stem}-deadline`, `${property}.deadline`, 'whole seconds, at least 60', 'Nothing is done that fast: every Job would fail.',
      context => seconds(options(context)?.deadline), value => isWholeNumber(value, 60)),
  ];
}

interface ScratchOptions { readonly scratch?: Size; readonly scratchStorageClassName?: string; readonly deadline?: Duration }

/** Checks of logical dumps. */
export const dumpRules: Rule<FeatureContext>[] = [
  cronJobNameRule('dump-name', 'logicalDump', 'logical-dump', 'or no dumps', context => dump(context) !== undefined),
  {
    id: 'dump-store',
    property: 'logicalDump.store',
    allowed: 'a store, unless there is that of Backup.to(...)',
    why: 'The dumps would go nowhere.',
    find: context => dump(context) && !dumpUse(context) ? [{ received: 'no store and no backup' }] : [],
  },
  {
    id: 'dump-volume',
    property: 'logicalDump.store',
    allowed: 'a volume with existingClaim; or no store here, for that of backup',
    why: 'The claim `<cluster>-backup` would be made twice, or be that of the backups.',
    find: context => {
      const store = ownDumpUse(context)?.store;
      const size = store instanceof VolumeStore && store.options.size;
      return size ? [{ received: quantity(size) }] : [];
    },
  },
  {
    id: 'dump-encryption',
    property: 'logicalDump.encryption',
    allowed: 'only together with store',
    why: 'In the store of the backups everything is encrypted as they are: this would silently be ignored.',
    find: context => dump(context)?.encryption && !dump(context)!.store ? [{ received: 'encryption without store' }] : [],
  },
  valueRule('dump-schedule', 'logicalDump.schedule', 'five fields that cron runs: minute, hour, day, month, weekday', 'The API server refuses the CronJob.',
    context => dump(context)?.schedule?.expressionString, isCron),
  valueRule('dump-databases', 'logicalDump.databases', `at least one name, each once: ${DATABASE_SYNTAX}`, 'Nothing would be dumped, or every dump would fail.',
    context => dump(context)?.databases, names => names.length > 0 && names.every(isDatabase) && twice(names).length === 0),
  valueRule('dump-parallel-jobs', 'logicalDump.parallelJobs', 'a whole number from 1 to 100; more than 1 only with DumpFormat.DIRECTORY',
    'pg_dump refuses it, and every dump fails.',
    context => dump(context)?.parallelJobs,
    (jobs, context) => isWholeNumber(jobs, 1, 100) && (jobs === 1 || dump(context)!.format === DumpFormat.DIRECTORY)),
  {
    id: 'dump-scratch-format',
    property: 'logicalDump.scratch',
    allowed: 'with DumpFormat.DIRECTORY, and with no other format',
    why: 'A directory has to be somewhere before it goes into the store; the other formats would not use the room.',
    find: context => dump(context) && (dump(context)!.scratch !== undefined) !== (dump(context)!.format === DumpFormat.DIRECTORY)
      ? [{ received: dump(context)!.scratch && quantity(dump(context)!.scratch!) }] : [],
  },
  ...scratchRules('dump', 'logicalDump', dump),
  valueRule('dump-retain', 'logicalDump.retain', 'a whole number of at least 2', 'With one, nothing is left when the newest turns out to be damaged.',
    context => dump(context)?.retain, retain => isWholeNumber(retain, 2)),
  valueRule('dump-retain-for', 'logicalDump.retainFor', 'whole seconds, at least an hour',
    'Shorter than the distance between two dumps it keeps nothing that `retain` does not keep.',
    context => seconds(dump(context)?.retainFor), value => isWholeNumber(value, 3600)),
  valueRule('dump-pushgateway', 'logicalDump.pushgateway', 'http:// or https://, a host and perhaps a port and a path, without a slash at the end',
    'The metrics go nowhere.', context => dump(context)?.pushgateway, url => /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w./-]*\w)?$/.test(url)),
];

/** Checks of restores from logical dumps. */
export const restoreRules: Rule<FeatureContext>[] = [
  {
    id: 'restore-source',
    property: 'logicalRestore.source',
    allowed: 'CloneSource.backups(), unless this cluster has logicalDump or Backup.to(...)',
    why: 'There is no store with dumps.',
    find: context => restore(context) && !restoreUse(context) ? [{ received: restore(context)!.source ? 'a server' : 'no source, logicalDump or backup' }] : [],
  },
  {
    id: 'restore-source-name',
    property: 'logicalRestore.source',
    allowed: 'the name of a cluster; for dumps on a volume, the namespace of this one',
    why: 'The dumps are looked for where none can be, or the pod waits for a claim forever.',
    find: context => {
      const use = restoreUse(context);
      if (!use) { return []; }
      if (use.store instanceof VolumeStore && use.context.namespace !== context.namespace) { return [{ received: use.context.namespace }]; }
      return /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(use.context.names.cluster) ? [] : [{ received: use.context.names.cluster }];
    },
  },
  {
    id: 'restore-standby',
    property: 'logicalRestore',
    allowed: 'only in a cluster that takes writes, not with Bootstrap.standby()',
    why: 'The Job would wait for its whole deadline and fail.',
    find: context => restore(context) && context.props.bootstrap?._standby ? [{ received: 'a standby' }] : [],
  },
  valueRule('restore-dump', 'logicalRestore.dump', 'an id as 20261121T030000Z', 'There is no such dump.',
    context => restore(context)?.dump, id => /^\d{8}T\d{6}Z$/.test(id)),
  {
    id: 'restore-databases',
    property: 'logicalRestore.databases',
    allowed: `at least one; names of ${DATABASE_SYNTAX}; each name in this cluster once, and not postgres`,
    why: 'PostgreSQL refuses the name, or the database always holds what Spilo puts there: every restore would fail.',
    find: context => {
      const databases = restore(context)?.databases;
      const targets = (databases ?? []).map(({ name, newName = name }) => newName);
      if (databases?.length === 0) { return [{ received: [] }]; }
      return (databases ?? [])
        .filter(({ name }, index) => !isDatabase(name) || !isDatabase(targets[index]) || targets[index] === 'postgres' || targets.indexOf(targets[index]) < index)
        .map(received => ({ received }));
    },
  },
  valueRule('restore-parallel-jobs', 'logicalRestore.parallelJobs', 'a whole number from 1 to 100; more than 1 only with scratch',
    'Several tables at once can be read only from a file: every restore would fail.',
    context => restore(context)?.parallelJobs,
    (jobs, context) => isWholeNumber(jobs, 1, 100) && (jobs === 1 || restore(context)!.scratch !== undefined)),
  valueRule('restore-postgres-version', 'logicalRestore.postgresVersion', 'a whole number of at least 9', 'The dumps are looked for where none can be.',
    context => restore(context)?.postgresVersion, version => isWholeNumber(version, 9)),
  ...scratchRules('restore', 'logicalRestore', restore),
];
