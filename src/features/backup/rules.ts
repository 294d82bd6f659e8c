import { StoredBackupSpec } from './spec';
import { isCrontab, SCHEDULE_SYNTAX } from '../../kernel/cron';
import { kibibytes } from '../../kernel/quantity';
import { below, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';
import { ClusterSpec } from '../../spilo/spec';
import { backupOf } from '../store/in-use';
import { cronJobNameRule } from '../store/job';

/** A rule about a whole number among the options. */
function countRule(id: string, option: 'deltaSteps' | 'uploadConcurrency' | 'downloadConcurrency', least: number, most: number, why: string) {
  return valueRule<StoredBackupSpec, number>(id, option, `a whole number from ${least} to ${most}`, why,
    backup => backup[option], value => isWholeNumber(value, least, most));
}

function rateRule(id: string, option: 'diskRateLimit' | 'networkRateLimit') {
  return valueRule<StoredBackupSpec, string>(id, option, 'at least 64Ki each second', 'A backup would never end, and WAL would pile up until the volume is full.',
    backup => backup[option], rate => Number.isInteger(kibibytes(rate)) && kibibytes(rate) >= 64);
}

/** Settings with a property of their own, or that decide where everything goes. */
const TAKEN_SETTINGS = new RegExp(`_PREFIX$|^USE_WALG|^BACKUP_|^PG(HOST|PORT|USER)$|^TMPDIR$|^WALG_(LIBSODIUM|PGP)_|^WALG_(${[
  'COMPRESSION_METHOD', 'DELTA_MAX_STEPS', 'UPLOAD_CONCURRENCY', 'DOWNLOAD_CONCURRENCY', 'DISK_RATE_LIMIT', 'NETWORK_RATE_LIMIT',
  'BACKUP_FROM_REPLICA', 'PREVENT_WAL_OVERWRITE', 'PG_WAL_SIZE', 'S3_CA_CERT_FILE', 'S3_SSE', 'S3_SSE_KMS_ID', 'S3_STORAGE_CLASS',
].join('|')})$|^(AWS|AZURE|SSH|GOOGLE)_`);

const ofBackups: readonly Rule<StoredBackupSpec>[] = [
  valueRule('backup-schedule', 'schedule', SCHEDULE_SYNTAX, 'cron ignores the whole line: there is never another base backup.',
    ({ schedule }) => schedule, isCrontab),
  valueRule('backup-retain', 'retain', 'a whole number of at least 2',
    'With one, a restore is impossible while the next is being made and after it turned out to be damaged.',
    ({ retain }) => retain, retain => isWholeNumber(retain, 2)),
  valueRule('backup-retain-for', 'retainFor', 'whole seconds, at least an hour',
    'Shorter than the distance between two base backups it keeps nothing that `retain` does not keep.',
    ({ retainFor }) => retainFor, value => isWholeNumber(value, 3600)),
  valueRule('backup-archive-timeout', 'archiveTimeout', 'whole seconds, at least 10',
    'Every timeout archives a whole segment; 0 would keep a quiet database\'s last changes out of the archive forever.',
    ({ archiveTimeout }) => archiveTimeout, value => isWholeNumber(value, 10)),
  countRule('backup-delta-steps', 'deltaSteps', 0, 100, 'A restore applies all increments one after the other: it would take for ever.'),
  countRule('backup-upload-concurrency', 'uploadConcurrency', 1, 100, 'With 0 wal-g sends nothing; each stream takes memory of the database container.'),
  countRule('backup-download-concurrency', 'downloadConcurrency', 1, 100, 'With 0 wal-g fetches nothing; each stream takes memory of the database container.'),
  rateRule('backup-disk-rate', 'diskRateLimit'),
  rateRule('backup-network-rate', 'networkRateLimit'),
  {
    id: 'backup-walg-settings',
    property: 'uncheckedWalgSettings',
    allowed: 'names as WALG_TAR_SIZE_THRESHOLD with one-line values; none that has a property or that the library sets',
    why: 'The directory holds one line for each variable; a second prefix would send WAL elsewhere.',
    // Of a setting only the name is shown: its value may be a secret.
    find: ({ uncheckedWalgSettings }) => Object.entries(uncheckedWalgSettings)
      .filter(([name, value]) => !/^[A-Z][A-Z0-9_]*$/.test(name) || !isOneLine(value) || TAKEN_SETTINGS.test(name))
      .map(([received]) => ({ received })),
  },
];

/** Checks of backups. */
export const backupRules: readonly Rule<ClusterSpec>[] = [
  ...below('backup', backupOf, ofBackups),
  cronJobNameRule('backup-on-demand-name', 'backup.onDemand', 'base-backup', 'or false', spec => backupOf(spec)?.onDemand === true),
];
