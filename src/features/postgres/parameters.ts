/** Parameters that must be alike on all members: Patroni takes them from its dynamic configuration only. */
const DYNAMIC_PARAMETERS = [
  'max_connections', 'max_locks_per_transaction', 'max_worker_processes', 'max_prepared_transactions', 'wal_level',
  'track_commit_timestamp', 'max_wal_senders', 'max_replication_slots', 'wal_keep_segments', 'wal_keep_size',
];

/** Whether all members share a parameter. */
export const isDynamic = (name: string): boolean => DYNAMIC_PARAMETERS.includes(name);

/** What the library sets unless the user does. Spilo derives `max_connections` from the node's memory otherwise, once and for all at bootstrap. */
export const DEFAULT_PARAMETERS: { readonly [name: string]: string } = {
  max_connections: '100', wal_level: 'replica', password_encryption: 'scram-sha-256', tcp_keepalives_idle: '60',
};

/** Patroni replaces a smaller value by its own minimum, silently (`ConfigHandler.CMDLINE_OPTIONS`). */
export const LEAST_VALUES: { readonly [name: string]: number } = {
  max_connections: 25,
  max_wal_senders: 3,
  max_replication_slots: 4,
  max_worker_processes: 2,
  max_locks_per_transaction: 32,
  max_prepared_transactions: 0,
  wal_keep_segments: 1,
};

/** Who sets what, so that the message can say where else to turn. */
const TAKEN = new Map([
  ...owned('Patroni controls it and ignores other values', [
    'listen_addresses', 'port', 'cluster_name', 'hot_standby', 'primary_conninfo', 'primary_slot_name', 'synchronous_standby_names',
    'promote_trigger_file', 'data_directory', 'standby_mode', 'trigger_file', 'pause_at_recovery_target',
    'config_file', 'hba_file', 'ident_file', 'external_pid_file', 'wal_log_hints', 'unix_socket_directories',
  ]),
  ...owned('use the property backup', [
    'archive_mode', 'archive_command', 'archive_library', 'archive_timeout', 'restore_command', 'archive_cleanup_command',
  ]),
  ...owned('use the property tls', ['ssl', 'ssl_cert_file', 'ssl_key_file', 'ssl_ca_file', 'ssl_crl_file']),
  ...owned('use postgres.preloadLibraries, which appends to Spilo\'s list', ['shared_preload_libraries']),
  ...owned('Spilo makes pg_cron in the database postgres, and with another one the cluster is never made; use cron.schedule_in_database()', ['cron.database_name']),
  ...owned('write the parameters themselves', ['include', 'include_if_exists', 'include_dir']),
  ...owned('PostgreSQL only shows it: it is decided by initdb or when PostgreSQL is compiled', [
    'block_size', 'data_checksums', 'data_directory_mode', 'debug_assertions', 'huge_pages_status', 'in_hot_standby', 'integer_datetimes', 'is_superuser', 'lc_collate',
    'lc_ctype', 'max_function_args', 'max_identifier_length', 'max_index_keys', 'num_os_semaphores', 'segment_size', 'server_encoding', 'server_version',
    'server_version_num', 'shared_memory_size', 'shared_memory_size_in_huge_pages', 'ssl_library', 'wal_block_size', 'wal_segment_size',
  ]),
  ...owned('Spilo\'s own scripts log in and make tables with it; set it for a role or a database', ['default_table_access_method', 'role', 'session_authorization']),
  ...owned('Spilo\'s own scripts write; set it for a role or a database', ['default_transaction_read_only']),
]);

function owned(by: string, names: string[]): [string, string][] {
  return names.map(name => [name, by]);
}

/** Parameters of recovery, which Patroni keeps apart. The two others are PostgreSQL's own. */
const isOfRecovery = (name: string) => name.startsWith('recovery_') && !['recovery_prefetch', 'recovery_init_sync_method'].includes(name);

/** What to do instead of setting a parameter, or nothing where it may be set. */
export function takenBy(name: string): string | undefined {
  return isOfRecovery(name) ? 'use bootstrap with a RecoveryTarget: a setting for recovery replaces that of the backups' : TAKEN.get(name);
}

/** Parameters whose value is the name of a locale. */
export const LOCALE_PARAMETERS = ['lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time'];
