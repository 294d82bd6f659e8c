import { Duration, Size } from 'cdk8s';
import { BackupOptions } from './backup';
import { cronJobNameRule, isCron } from '../../kernel/cron';
import { FeatureContext } from '../../kernel/feature';
import { kibibytes, quantity } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';

const options = ({ props }: FeatureContext): BackupOptions => props.backup?._options ?? {};
const seconds = (duration?: Duration) => duration && duration.toMilliseconds() / 1000;

/** A rule about a whole number among the options. */
function countRule(id: string, option: 'deltaSteps' | 'uploadConcurrency' | 'downloadConcurrency', least: number, most: number, why: string): Rule<FeatureContext> {
  return valueRule(id, `backup.${option}`, `a whole number from ${least} to ${most}`, why,
    context => options(context)[option], value => isWholeNumber(value, least, most));
}

function rateRule(id: string, option: 'diskRateLimit' | 'networkRateLimit'): Rule<FeatureContext> {
  const rate = (size?: Size) => size && quantity(size);
  return {
    ...valueRule<FeatureContext, string>(id, `backup.${option}`, 'at least 64Ki each second',
      'A backup would never end, and WAL would pile up until the volume is full.',
      context => rate(options(context)[option]), (_, context) => {
        const kib = kibibytes(options(context)[option]!);
        return Number.isInteger(kib) && kib >= 64;
      }),
  };
}

/** Settings with a property of their own, or that decide where everything goes. */
const TAKEN_SETTINGS = new RegExp(`_PREFIX$|^USE_WALG|^BACKUP_|^PG(HOST|PORT|USER)$|^TMPDIR$|^WALG_(LIBSODIUM|PGP)_|^WALG_(${[
  'COMPRESSION_METHOD', 'DELTA_MAX_STEPS', 'UPLOAD_CONCURRENCY', 'DOWNLOAD_CONCURRENCY', 'DISK_RATE_LIMIT', 'NETWORK_RATE_LIMIT',
  'BACKUP_FROM_REPLICA', 'PREVENT_WAL_OVERWRITE', 'S3_CA_CERT_FILE', 'S3_SSE', 'S3_SSE_KMS_ID', 'S3_STORAGE_CLASS',
].join('|')})$|^(AWS|AZURE|SSH|GOOGLE)_`);

/** Checks of backups. */
export const backupRules: Rule<FeatureContext>[] = [
  valueRule('backup-schedule', 'backup.schedule', 'five fields that cron runs: minute, hour, day, month, weekday',
    'cron ignores the whole line: there is never another base backup.',
    context => options(context).schedule?.expressionString, isCron),
  cronJobNameRule('backup-on-demand-name', 'backup.onDemand', 'base-backup', 'or false',
    context => context.props.backup?._use(context) !== undefined && options(context).onDemand !== false),
  valueRule('backup-retain', 'backup.retain', 'a whole number of at least 2',
    'With one, a restore is impossible while the next is being made and after it turned out to be damaged.',
    context => options(context).retain, retain => isWholeNumber(retain, 2)),
  valueRule('backup-retain-for', 'backup.retainFor', 'whole seconds, at least an hour',
    'Shorter than the distance between two base backups it keeps nothing that `retain` does not keep.',
    context => seconds(options(context).retainFor), value => isWholeNumber(value, 3600)),
  valueRule('backup-archive-timeout', 'backup.archiveTimeout', 'whole seconds, at least 10',
    'Every timeout archives a segment of 16 MiB; 0 would keep a quiet database\'s last changes out of the archive forever.',
    context => seconds(options(context).archiveTimeout), value => isWholeNumber(value, 10)),
  countRule('backup-delta-steps', 'deltaSteps', 0, 100, 'A restore applies all increments one after the other: it would take for ever.'),
  countRule('backup-upload-concurrency', 'uploadConcurrency', 1, 100, 'With 0 wal-g sends nothing; each stream takes memory of the database container.'),
  countRule('backup-download-concurrency', 'downloadConcurrency', 1, 100, 'With 0 wal-g fetches nothing; each stream takes memory of the database container.'),
  rateRule('backup-disk-rate', 'diskRateLimit'),
  rateRule('backup-network-rate', 'networkRateLimit'),
  {
    id: 'backup-walg-settings',
    property: 'backup.uncheckedWalgSettings',
    allowed: 'names as WALG_TAR_SIZE_THRESHOLD with one-line values; none that has a property or that the library sets',
    why: 'The directory holds one line for each variable; a second prefix would send WAL elsewhere.',
    find: context => Object.entries(options(context).uncheckedWalgSettings ?? {})
      .filter(([name, value]) => !/^[A-Z][A-Z0-9_]*$/.test(name) || !isOneLine(value) || TAKEN_SETTINGS.test(name))
      .map(([name, value]) => ({ received: { [name]: value } })),
  },
];
