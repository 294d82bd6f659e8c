import { hbaLine, postgresRules } from './rules';
import { JsonMap } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { derivedSharedBuffers } from '../resources/resources';

/**
 * Options of `initdb`. They only count when a new cluster is made. UTF-8 and data checksums are always on: Spilo drops
 * both as soon as anybody adds an option of his own, so the library says them again.
 */
export interface InitdbOptions {
  /**
   * Locale of the databases.
   *
   * @default 'en_US.UTF-8'
   * @changes bootstrap
   */
  readonly locale?: string;

  /**
   * Size of WAL segments in mebibytes: a power of two up to 1024.
   *
   * @default - PostgreSQL's own, 16
   * @changes bootstrap
   */
  readonly walSegmentSize?: number;
}

/**
 * PostgreSQL.
 */
export interface PostgresOptions {
  /**
   * Major version. It only counts for a new cluster: a live one keeps the version of its data, and a major upgrade is
   * more than a number.
   *
   * @default - the newest in the image
   * @changes dangerous
   */
  readonly version?: number;

  /**
   * Parameters, all as strings: `'on'`, `'256MB'`. Those that must be alike on all members go into Patroni's dynamic
   * configuration, the others into each member's own.
   *
   * `shared_preload_libraries`, `archive_command` and others that Patroni, Spilo or the library set are refused.
   *
   * @default - shared_buffers of a quarter of the memory limit, max_connections 100, SCRAM passwords
   * @changes rollout those that all members share through Patroni's dynamic configuration
   */
  readonly parameters?: { [name: string]: string };

  /**
   * Libraries to preload beside those that Spilo needs.
   *
   * @default - Spilo's own
   * @changes rollout
   */
  readonly preloadLibraries?: string[];

  /**
   * Lines of `pg_hba.conf` for clients. They replace the library's last line, which lets everybody in over TLS with a
   * SCRAM password. The lines before it, for Patroni, for replication, and against connections without TLS, stay.
   *
   * @default ['hostssl all all all scram-sha-256']
   * @changes rollout
   */
  readonly hba?: string[];

  /**
   * Whether clients may connect without TLS. Your own `hba` lines, or the default line, then count for both.
   *
   * @default false
   * @changes rollout
   */
  readonly allowPlaintext?: boolean;

  /**
   * Options of `initdb`.
   *
   * @default - UTF-8, locale en_US.UTF-8, data checksums
   */
  readonly initdb?: InitdbOptions;
}

/** Parameters that must be alike on all members: Patroni takes them from its dynamic configuration only. */
const DYNAMIC_PARAMETERS = [
  'max_connections', 'max_locks_per_transaction', 'max_worker_processes', 'max_prepared_transactions', 'wal_level',
  'track_commit_timestamp', 'max_wal_senders', 'max_replication_slots', 'wal_keep_segments', 'wal_keep_size',
];

/** Spilo derives `max_connections` from the node's memory otherwise, once and for all at bootstrap. */
const DYNAMIC_DEFAULTS = { max_connections: '100', wal_level: 'replica', wal_log_hints: 'on', archive_mode: 'on' };

const LOCAL_DEFAULTS = { password_encryption: 'scram-sha-256', tcp_keepalives_idle: '60' };

const postgres = ({ props }: FeatureContext) => props.postgres ?? {};

/** How many connections each member takes. */
export function maxConnectionsOf(context: FeatureContext): number {
  return Number(postgres(context).parameters?.max_connections ?? DYNAMIC_DEFAULTS.max_connections);
}

/** Parameters as the document carries them, the user's before the defaults. */
function parameters(context: FeatureContext): { dynamic: JsonMap; local: JsonMap } {
  const given = Object.entries(postgres(context).parameters ?? {});
  const isDynamic = ([name]: [string, string]) => DYNAMIC_PARAMETERS.includes(name);
  const sharedBuffers = derivedSharedBuffers(context);
  return {
    dynamic: { ...DYNAMIC_DEFAULTS, ...Object.fromEntries(given.filter(isDynamic)) },
    local: {
      ...(sharedBuffers ? { shared_buffers: sharedBuffers } : {}),
      ...LOCAL_DEFAULTS,
      // A list of one's own replaces Spilo's, and post_init.sh then stops at CREATE EXTENSION: append to it.
      ...(postgres(context).preloadLibraries?.length ? { shared_preload_libraries: preloadLibraries(context).join(',') } : {}),
      ...Object.fromEntries(given.filter(parameter => !isDynamic(parameter))),
    },
  };
}

function preloadLibraries(context: FeatureContext): string[] {
  return [...new Set([...context.image.preloadLibraries(context.postgresVersion), ...postgres(context).preloadLibraries ?? []])];
}

/**
 * The whole pg_hba.conf, since a list replaces Spilo's. Spilo's own lines say md5; the local lines are for Patroni and
 * for Spilo's scripts, which run beside PostgreSQL in one container.
 */
function hba(context: FeatureContext): string[] {
  const { hba: clients, allowPlaintext = false } = postgres(context);
  const { replicationName } = context.props.credentials._resolve(context.names.cluster);
  return [
    'local all all trust',
    `local replication ${replicationName} trust`,
    'host all all 127.0.0.1/32 scram-sha-256',
    'host all all ::1/128 scram-sha-256',
    `hostssl replication ${replicationName} all scram-sha-256`,
    ...(allowPlaintext ? [] : ['hostnossl all all all reject']),
    ...clients?.map(hbaLine) ?? [`${allowPlaintext ? 'host' : 'hostssl'} all all all scram-sha-256`],
  ];
}

function initdb({ locale = 'en_US.UTF-8', walSegmentSize }: InitdbOptions = {}): (JsonMap | string)[] {
  return [
    { encoding: 'UTF8' },
    { locale },
    'data-checksums',
    ...(walSegmentSize === undefined ? [] : [{ 'wal-segsize': String(walSegmentSize) }]),
  ];
}

export const postgresFeature: Feature = {
  rules: postgresRules,
  contribute: context => {
    const { dynamic, local } = parameters(context);
    return {
      env: [
        { name: 'PGVERSION', value: String(context.postgresVersion) },
        ...(postgres(context).allowPlaintext ? [{ name: 'ALLOW_NOSSL', value: 'true' }] : []),
      ],
      configuration: {
        bootstrap: {
          initdb: initdb(postgres(context).initdb),
          dcs: { postgresql: { use_pg_rewind: true, use_slots: true, parameters: dynamic } },
        },
        postgresql: {
          // Spilo's script waits for a spread checkpoint, up to minutes; a replica is ready in seconds with a fast one.
          basebackup: [{ checkpoint: 'fast' }],
          parameters: local,
          pg_hba: hba(context),
        },
      },
    };
  },
};
