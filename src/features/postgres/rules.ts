import { FeatureContext } from '../../kernel/feature';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';

/** Who sets what, so that the message can say where else to turn. */
const TAKEN = new Map([
  ...owned('Patroni controls it and ignores other values', [
    'listen_addresses', 'port', 'cluster_name', 'hot_standby', 'primary_conninfo', 'primary_slot_name', 'synchronous_standby_names',
    'recovery_target', 'recovery_target_time', 'recovery_target_lsn', 'recovery_target_name', 'recovery_target_xid',
    'recovery_target_timeline', 'recovery_target_action', 'recovery_target_inclusive', 'promote_trigger_file', 'data_directory',
    'config_file', 'hba_file', 'ident_file', 'external_pid_file', 'wal_log_hints', 'unix_socket_directories',
  ]),
  ...owned('use the property backup', [
    'archive_mode', 'archive_command', 'archive_library', 'archive_timeout', 'restore_command', 'archive_cleanup_command',
  ]),
  ...owned('use the property tls', ['ssl', 'ssl_cert_file', 'ssl_key_file', 'ssl_ca_file', 'ssl_crl_file']),
  ...owned('use postgres.preloadLibraries, which appends to Spilo\'s list', ['shared_preload_libraries']),
]);

function owned(by: string, names: string[]): [string, string][] {
  return names.map(name => [name, by]);
}

const PARAMETER_NAME = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;
const LIBRARY_NAME = /^[A-Za-z0-9_$/.-]+$/;
const LOCALE = /^[A-Za-z]{1,8}(_[A-Za-z]{2})?(\.(UTF-?8|utf-?8))$/;
const HBA_LINE = /^(local(\s+\S+){3,}|host(ssl|nossl|gssenc|nogssenc)?(\s+\S+){4,})$/;
/** PostgreSQL refuses to start with fewer, and Patroni needs three of them for itself. */
const LEAST_CONNECTIONS = 10;

/** A line of pg_hba.conf with single spaces: it is custom to align the fields with tabs, which YAML does not carry. */
export function hbaLine(line: string): string {
  return line.trim().split(/[ \t]+/).join(' ');
}

const postgres = ({ props }: FeatureContext) => props.postgres ?? {};

function badParameters(context: FeatureContext, isBad: (name: string, value: unknown) => boolean): Finding[] {
  return Object.entries(postgres(context).parameters ?? {})
    .filter(([name, value]) => isBad(name, value))
    .map(([name, received]) => ({ property: `postgres.parameters.${name}`, received }));
}

/** Checks of the property `postgres`. */
export const postgresRules: Rule<FeatureContext>[] = [
  valueRule('postgres-version', 'postgres.version', 'one of the PostgreSQL majors in the image',
    'Spilo takes another version than the one asked for, silently.',
    ({ props }) => props.postgres?.version, (version, { image }) => image.postgresVersions.includes(version)),
  {
    id: 'postgres-parameter-name',
    property: 'postgres.parameters',
    allowed: 'lower-case names as PostgreSQL writes them, with a dot for extensions',
    why: 'PostgreSQL does not start with a parameter that it does not know.',
    find: context => badParameters(context, name => !PARAMETER_NAME.test(name)),
  },
  {
    id: 'postgres-parameter-value',
    property: 'postgres.parameters',
    allowed: 'a string in one line, such as \'on\' or \'256MB\'',
    why: 'Numbers and booleans change their look on the way through YAML: on becomes true, 0777 becomes 511.',
    find: context => badParameters(context, (_, value) => !isOneLine(value)),
  },
  {
    id: 'postgres-parameter-taken',
    property: 'postgres.parameters',
    allowed: 'parameters that neither Patroni nor the library set',
    why: 'Patroni and Spilo overwrite the value silently.',
    find: context => Object.keys(postgres(context).parameters ?? {})
      .filter(name => TAKEN.has(name))
      .map(name => ({ property: 'postgres.parameters', received: name, allowed: `not this parameter: ${TAKEN.get(name)}` })),
  },
  {
    id: 'postgres-wal-level',
    property: 'postgres.parameters.wal_level',
    allowed: '\'replica\' or \'logical\'',
    why: 'Replicas cannot stream from a leader with wal_level minimal.',
    find: context => badParameters(context, (name, value) => name === 'wal_level' && !['replica', 'logical'].includes(String(value))),
  },
  {
    id: 'postgres-max-connections',
    property: 'postgres.parameters.max_connections',
    allowed: `a whole number from ${LEAST_CONNECTIONS} to 262143`,
    why: 'PostgreSQL does not start, or Patroni finds no connection for itself.',
    find: context => badParameters(context, (name, value) => name === 'max_connections' && !isWholeNumber(Number(value), LEAST_CONNECTIONS, 262143)),
  },
  {
    id: 'postgres-preload-library',
    property: 'postgres.preloadLibraries',
    allowed: 'names of libraries, each once, without commas or spaces',
    why: 'PostgreSQL does not start when it cannot load a library.',
    find: context => (postgres(context).preloadLibraries ?? [])
      .filter((name, index, all) => !LIBRARY_NAME.test(name) || all.indexOf(name) < index).map(received => ({ received })),
  },
  {
    id: 'postgres-hba-line',
    property: 'postgres.hba',
    allowed: 'lines of pg_hba.conf: type, database, user, address (not for local), method',
    why: 'PostgreSQL keeps the old rules when it cannot read the file, and does not start with it.',
    find: context => (postgres(context).hba ?? [])
      .filter(line => !isOneLine(hbaLine(line)) || !HBA_LINE.test(hbaLine(line))).map(received => ({ received })),
  },
  {
    id: 'postgres-hba-empty',
    property: 'postgres.hba',
    allowed: 'at least one line',
    why: 'No client could connect.',
    find: context => postgres(context).hba?.length === 0 ? [{ received: [] }] : [],
  },
  valueRule('postgres-locale', 'postgres.initdb.locale', 'a UTF-8 locale such as en_US.UTF-8 or C.UTF-8',
    'Databases in another encoding cannot hold every text, and initdb fails on a locale that does not fit UTF-8.',
    ({ props }) => props.postgres?.initdb?.locale, locale => LOCALE.test(locale)),
  valueRule('postgres-wal-segment-size', 'postgres.initdb.walSegmentSize', 'a power of two from 1 to 1024',
    'initdb refuses it and the cluster never starts.',
    ({ props }) => props.postgres?.initdb?.walSegmentSize, size => isWholeNumber(size, 1, 1024) && Number.isInteger(Math.log2(size))),
];
