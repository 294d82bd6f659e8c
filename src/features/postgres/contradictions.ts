import { kibibytes, mebibytes } from '../../kernel/quantity';
import { Finding, Rule } from '../../kernel/rule';
import { ClusterSpec } from '../../spilo/spec';

const KIBIBYTES: { readonly [unit: string]: number } = { B: 1 / 1024, kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 };

/** An amount of memory as PostgreSQL writes it, in kibibytes; a number alone counts `unit`s. Nothing where it is no amount. */
function amount(text: string | undefined, unit: number): number | undefined {
  const [, number, written] = /^\s*(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?\s*$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (written === undefined ? unit : KIBIBYTES[written]);
}

const MILLISECONDS: { readonly [unit: string]: number } = { us: 1 / 1000, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as PostgreSQL writes it; a number alone counts milliseconds. Nothing where it is no time. */
function milliseconds(text: string | undefined): number | undefined {
  const [, number, unit = 'ms'] = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * MILLISECONDS[unit];
}

/** Where PostgreSQL finds what is in the image. */
const OWN_PATHS: { readonly [parameter: string]: string } = { extension_control_path: '$system', dynamic_library_path: '$libdir' };

const found = (name: string, received: string): Finding[] => [{ property: `postgres.parameters.${name}`, received }];

/** Connections that are kept for superusers and for roles with `pg_use_reserved_connections`. */
function reserved({ postgres: { parameters } }: ClusterSpec): number {
  const [superusers, others] = [parameters.superuser_reserved_connections ?? '3', parameters.reserved_connections ?? '0'].map(Number);
  return superusers + others;
}

/** Parameters that contradict each other or the rest of the cluster. */
export const contradictionRules: readonly Rule<ClusterSpec>[] = [
  {
    id: 'postgres-password-encryption',
    property: 'postgres.parameters.password_encryption',
    allowed: '\'scram-sha-256\'',
    why: 'pg_hba.conf asks for SCRAM, for which PostgreSQL then has no passwords: replicas and superuser do not get in.',
    find: ({ postgres: { parameters: { password_encryption: value } } }) => value === 'scram-sha-256' ? [] : found('password_encryption', value),
  },
  {
    id: 'postgres-reserved-connections',
    property: 'postgres.parameters.superuser_reserved_connections',
    allowed: 'together with reserved_connections less than max_connections',
    why: 'PostgreSQL does not start.',
    find: spec => {
      const { parameters } = spec.postgres;
      const name = ['superuser_reserved_connections', 'reserved_connections'].find(one => parameters[one] !== undefined);
      return name !== undefined && reserved(spec) >= Number(parameters.max_connections) ? found(name, parameters[name]) : [];
    },
  },
  {
    id: 'postgres-wal-size',
    property: 'postgres.parameters',
    allowed: 'min_wal_size and max_wal_size of at least two WAL segments (postgres.initdb.walSegmentSize)',
    why: 'PostgreSQL does not start.',
    find: ({ postgres: { parameters, initdb } }) => ['min_wal_size', 'max_wal_size'].flatMap(name => {
      const size = amount(parameters[name], KIBIBYTES.MB);
      return size !== undefined && size < 2 * 1024 * mebibytes(initdb.walSegmentSize) ? found(name, parameters[name]) : [];
    }),
  },
  {
    id: 'postgres-wal-keep-size',
    property: 'postgres.parameters.wal_keep_size',
    allowed: '16MB or more',
    why: 'Patroni replaces another value by 128MB, silently.',
    find: ({ postgres: { parameters: { wal_keep_size: value } } }) =>
      value === undefined || (amount(value, KIBIBYTES.MB) ?? 0) >= 16 * KIBIBYTES.MB ? [] : found('wal_keep_size', value),
  },
  {
    id: 'postgres-track-commit-timestamp',
    property: 'postgres.parameters.track_commit_timestamp',
    allowed: '\'on\' or \'off\'',
    why: 'Patroni replaces another value by off, silently.',
    find: ({ postgres: { parameters: { track_commit_timestamp: value } } }) =>
      value === undefined || /^(on|off|true|false|yes|no|1|0)$/i.test(value) ? [] : found('track_commit_timestamp', value),
  },
  {
    id: 'postgres-shared-buffers',
    property: 'postgres.parameters.shared_buffers',
    allowed: 'less than resources.memory.limit, unless huge_pages is on',
    why: 'The kernel kills PostgreSQL as soon as it has used so much.',
    find: ({ postgres: { parameters }, resources: { memory } }) => {
      const size = amount(parameters.shared_buffers, 8);
      const isTooMuch = size !== undefined && memory?.limit !== undefined && size >= kibibytes(memory.limit) && parameters.huge_pages !== 'on';
      return isTooMuch ? found('shared_buffers', parameters.shared_buffers) : [];
    },
  },
  {
    id: 'postgres-search-path-of-files',
    property: 'postgres.parameters',
    allowed: 'extension_control_path with $system, dynamic_library_path with $libdir',
    why: 'PostgreSQL finds the extensions of the image no more, and Spilo\'s script stops at the first: the cluster is never made.',
    find: ({ postgres: { parameters } }) => Object.entries(OWN_PATHS).flatMap(([name, own]) =>
      parameters[name] === undefined || parameters[name].split(':').includes(own) ? [] : found(name, parameters[name])),
  },
  {
    id: 'postgres-timeout',
    property: 'postgres.parameters',
    allowed: 'statement_timeout, transaction_timeout and lock_timeout of 0, or at least a second',
    why: 'They hold for Spilo\'s scripts too, which then stop: the cluster is never made.',
    find: ({ postgres: { parameters } }) => ['statement_timeout', 'transaction_timeout', 'lock_timeout'].flatMap(name => {
      const time = milliseconds(parameters[name]);
      return time !== undefined && time > 0 && time < 1000 ? found(name, parameters[name]) : [];
    }),
  },
  {
    id: 'postgres-synchronous-commit',
    property: 'postgres.parameters.synchronous_commit',
    allowed: '\'on\', \'remote_apply\' or \'remote_write\' together with patroni.synchronous',
    why: 'No commit waits for a replica then, and a failover loses what was acknowledged.',
    find: ({ postgres: { parameters: { synchronous_commit: value } }, patroni: { synchronous } }) =>
      synchronous.mode !== 'off' && value !== undefined && !['on', 'remote_apply', 'remote_write'].includes(value) ? found('synchronous_commit', value) : [],
  },
];
