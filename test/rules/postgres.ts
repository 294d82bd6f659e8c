import { Size } from 'cdk8s';
import { Props } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import { InitdbOptions, SpiloImage, Synchronous, Tls } from 'cdk8s-spilo';

const parameters = (given: { [name: string]: unknown }): Props => ({ postgres: { parameters: given as { [name: string]: string } } });
const hba = (...lines: string[]): Props => ({ postgres: { hba: lines } });
const preload = (...preloadLibraries: string[]): Props => ({ postgres: { preloadLibraries } });
const initdb = (options: InitdbOptions): Props => ({ postgres: { initdb: options } });

/** Rules of PostgreSQL. */
export const rows: Rows = {
  'postgres-version': clusterRow([{ postgres: { version: 13 } }, { image: SpiloImage.SPILO_15_3_0_P1, postgres: { version: 10 } }], [
    [{ postgres: { version: 12 } }, 'postgres.version', '12'],
    [{ postgres: { version: 18 } }, 'postgres.version', '18'],
    [{ postgres: { version: 16.1 } }, 'postgres.version', '16.1'],
  ]),
  'postgres-parameter-name': clusterRow([parameters({ 'work_mem': '4MB', 'pg_stat_statements.max': '1' })], [
    [parameters({ Work_mem: '4MB' }), 'postgres.parameters.Work_mem', '"4MB"'],
    [parameters({ 'work mem': '4MB' }), 'postgres.parameters.work mem', '"4MB"'],
    [parameters({ 'a.b.c': '1' }), 'postgres.parameters.a.b.c', '"1"'],
    [parameters({ '': '1' }), 'postgres.parameters.', '"1"'],
  ]),
  'postgres-parameter-value': clusterRow([
    parameters({ 'jit': 'on', 'x.a': '0777', 'x.b': '1e3', 'x.c': '2026-11-21', 'x.d': '', 'x.e': '$(POD_IP) $$' }),
  ], [
    ...['a\nb', 'a\tb', 'a\u0000', '=', '<<'].map(text => [parameters({ 'x.a': text }), 'postgres.parameters.x.a', JSON.stringify(text)] as const),
    [parameters({ 'x.api_key': 'geheim\n' }), 'postgres.parameters.x.api_key', '"a text (not shown)"'],
    [parameters({ 'x.a': 'a\u007f' }), 'postgres.parameters.x.a', '"a\\u007f"', 'manifest-text'],
    [parameters({ 'x.a': 'a\u2028b' }), 'postgres.parameters.x.a', '"a\\u2028b"', 'manifest-text'],
  ]),
  'postgres-parameter-taken': clusterRow([parameters({ constructor: '1', hot_standby_feedback: 'on', recovery_prefetch: 'off', recovery_init_sync_method: 'syncfs' })], [
    ...['archive_command', 'listen_addresses', 'port', 'shared_preload_libraries', 'ssl', 'primary_conninfo', 'wal_log_hints', 'cron.database_name', 'default_transaction_read_only', 'recovery_min_apply_delay', 'include', 'data_checksums', 'wal_segment_size', 'server_version', 'is_superuser', 'role', 'default_table_access_method', 'recovery_target', 'recovery_end_command', 'recovery_target_action', 'standby_mode'].map(name =>
      [parameters({ [name]: 'x' }), 'postgres.parameters', `"${name}"`] as const),
  ]),
  'postgres-wal-level': clusterRow([parameters({ wal_level: 'logical' })], [
    [parameters({ wal_level: 'minimal' }), 'postgres.parameters.wal_level', '"minimal"'],
  ]),
  'postgres-parameter-least': clusterRow([parameters({ max_connections: '25' }), parameters({ max_connections: '262143' })], [
    [parameters({ max_connections: '24' }), 'postgres.parameters.max_connections', '"24"'],
    [parameters({ max_connections: '262144' }), 'postgres.parameters.max_connections', '"262144"'],
    [parameters({ max_connections: 'many' }), 'postgres.parameters.max_connections', '"many"'],
    ...['', '0100', '0x64', '1e2', ' 100', '100.0', '１００'].map(value => [parameters({ max_connections: value }), 'postgres.parameters.max_connections', JSON.stringify(value)] as const),
    ...Object.entries({ max_wal_senders: '2', max_replication_slots: '3', max_worker_processes: '1', max_locks_per_transaction: '31', max_prepared_transactions: '-1', wal_keep_segments: '0' })
      .map(([name, value]) => [parameters({ [name]: value }), `postgres.parameters.${name}`, `"${value}"`] as const),
  ]),
  'postgres-password-encryption': clusterRow([parameters({ password_encryption: 'scram-sha-256' })], [
    [parameters({ password_encryption: 'md5' }), 'postgres.parameters.password_encryption', '"md5"'],
    [parameters({ password_encryption: 'on' }), 'postgres.parameters.password_encryption', '"on"'],
  ]),
  'postgres-reserved-connections': clusterRow([
    parameters({ superuser_reserved_connections: '99' }), parameters({ reserved_connections: '96' }), parameters({ max_connections: '200', reserved_connections: '150' }),
  ], [
    [parameters({ superuser_reserved_connections: '100' }), 'postgres.parameters.superuser_reserved_connections', '"100"'],
    [parameters({ reserved_connections: '97' }), 'postgres.parameters.reserved_connections', '"97"'],
  ]),
  'postgres-wal-size': clusterRow([
    parameters({ max_wal_size: '32MB', min_wal_size: '32' }), { postgres: { initdb: { walSegmentSize: Size.mebibytes(64) }, parameters: { max_wal_size: '1GB' } } },
  ], [
    [parameters({ max_wal_size: '31MB' }), 'postgres.parameters.max_wal_size', '"31MB"'],
    [parameters({ min_wal_size: '31' }), 'postgres.parameters.min_wal_size', '"31"'],
    [{ postgres: { initdb: { walSegmentSize: Size.mebibytes(64) }, parameters: { min_wal_size: '80MB' } } }, 'postgres.parameters.min_wal_size', '"80MB"'],
  ]),
  'postgres-wal-keep-size': clusterRow(['16MB', '16', ' 1 GB', '1.5GB'].map(value => parameters({ wal_keep_size: value })),
    ['0', '15MB', 'much'].map(value => [parameters({ wal_keep_size: value }), 'postgres.parameters.wal_keep_size', JSON.stringify(value)] as const)),
  'postgres-track-commit-timestamp': clusterRow(['on', 'OFF', 'yes', '1'].map(value => parameters({ track_commit_timestamp: value })),
    ['t', 'maybe', ''].map(value => [parameters({ track_commit_timestamp: value }), 'postgres.parameters.track_commit_timestamp', JSON.stringify(value)] as const)),
  'postgres-shared-buffers': clusterRow([
    parameters({ shared_buffers: '1023MB' }), parameters({ shared_buffers: '4GB', huge_pages: 'on' }), { resources: {}, ...parameters({ shared_buffers: '4GB' }) },
  ], [
    [parameters({ shared_buffers: '1GB' }), 'postgres.parameters.shared_buffers', '"1GB"'],
    [parameters({ shared_buffers: '131072' }), 'postgres.parameters.shared_buffers', '"131072"'],
  ]),
  'postgres-search-path-of-files': clusterRow([parameters({ extension_control_path: '/ext:$system', dynamic_library_path: '$libdir' })], [
    [parameters({ extension_control_path: '/ext' }), 'postgres.parameters.extension_control_path', '"/ext"'],
    [parameters({ dynamic_library_path: '' }), 'postgres.parameters.dynamic_library_path', '""'],
  ]),
  'postgres-timeout': clusterRow([parameters({ statement_timeout: '0', lock_timeout: '1s', transaction_timeout: '1000' })], [
    [parameters({ statement_timeout: '999' }), 'postgres.parameters.statement_timeout', '"999"'],
    [parameters({ lock_timeout: '10ms' }), 'postgres.parameters.lock_timeout', '"10ms"'],
    [parameters({ transaction_timeout: '0.5s' }), 'postgres.parameters.transaction_timeout', '"0.5s"'],
  ]),
  'postgres-synchronous-commit': clusterRow([
    parameters({ synchronous_commit: 'off' }), { ...parameters({ synchronous_commit: 'remote_apply' }), patroni: { synchronous: Synchronous.on() } },
  ], [
    [{ ...parameters({ synchronous_commit: 'local' }), patroni: { synchronous: Synchronous.on() } }, 'postgres.parameters.synchronous_commit', '"local"'],
    [{ ...parameters({ synchronous_commit: 'off' }), patroni: { synchronous: Synchronous.strict() } }, 'postgres.parameters.synchronous_commit', '"off"'],
  ]),
  'postgres-preload-library': clusterRow([preload('auto_explain', '$libdir/own-1.2')], [
    [preload('a,b'), 'postgres.preloadLibraries', '"a,b"'],
    [preload('a', 'a'), 'postgres.preloadLibraries', '"a"'],
    [preload('a b'), 'postgres.preloadLibraries', '"a b"'],
  ]),
  'postgres-hba-line': clusterRow([
    hba('local all all peer'), hba('hostssl "a b",c +d 10.0.0.0 255.0.0.0 md5 # why'), hba('host all all .example.org reject'), hba('host\tall\tall\tsamenet\tscram-sha-256'),
    hba('hostssl app, shop "/^(a|b), c$" all md5'), hba('# the shop:', '', '\t# and\u00a0nobody else', 'hostssl all all db.example.org. md5 # why\u00a0not'),
  ], [
    [{ postgres: { version: 15, hba: ['hostssl /^shop all all md5'] } }, 'postgres.hba', '"hostssl /^shop all all md5"'],
    [hba('host all all scram-sha-256'), 'postgres.hba', '"host all all scram-sha-256"'],
    [hba('local all all'), 'postgres.hba', '"local all all"'],
    [hba('hostssl @databases all all md5'), 'postgres.hba', '"hostssl @databases all all md5"'],
    [hba('hostssl a,@b all all md5'), 'postgres.hba', '"hostssl a,@b all all md5"'],
    [hba('# nobody\nhost all all all trust'), 'postgres.hba', '"# nobody\\nhost all all all trust"'],
    [hba('# nobody\\', 'local all all peer'), 'postgres.hba', '"# nobody\\\\"'],
    ...['host all all 10.0.0.0 scram-sha-256', 'host all all 10.0.0.0/33 md5', 'host all all 10.0.0.0/8 # md5', 'host all all all scram', 'host all all all md5 \\\\',
      'host all\u00a0all all md5', 'hostssl all all all peer', 'host all all all cert'].map(line => [hba(line.replace('\\\\', '\\')), 'postgres.hba', JSON.stringify(line.replace('\\\\', '\\'))] as const),
    [hba('host all all 0.0.0.0/0 trust\nhost all all 0.0.0.0/0 trust'), 'postgres.hba', '"host all all 0.0.0.0/0 trust\\nhost all all 0.0.0.0/0 trust"'],
  ]),
  'postgres-hba-empty': clusterRow([{ postgres: {} }], [
    [hba(), 'postgres.hba', '[]'], [hba('# hostssl all all all md5', ''), 'postgres.hba', '["# hostssl all all all md5",""]'],
  ]),
  'postgres-hba-certificate': clusterRow([{ ...hba('hostssl all all all cert'), tls: Tls.fromSecret('tls', { caEntry: 'ca.crt' }) }], [
    [hba('hostssl all all all cert'), 'postgres.hba', '"hostssl all all all cert"'],
    [hba('hostssl all all all scram-sha-256 clientcert=verify-ca'), 'postgres.hba', '"hostssl all all all scram-sha-256 clientcert=verify-ca"'],
  ]),
  'postgres-hba-map': clusterRow([{ postgres: { hba: ['local all all peer map=people'], ident: ['people a b'] } }], [
    [hba('local all all peer map=people'), 'postgres.hba', '"local all all peer map=people"'],
  ]),
  'postgres-ident-line': clusterRow([{ postgres: { ident: ['people /^(.*)@example.org$ \\1', 'our-people "Jane Doe" jane # since May', '# nobody else'] } }], [
    [{ postgres: { ident: ['people /^(jane app'] } }, 'postgres.ident', '"people /^(jane app"'],
    [{ postgres: { ident: ['people a'] } }, 'postgres.ident', '"people a"'],
  ]),
  'postgres-parameter-locale': clusterRow([parameters({ lc_messages: 'C' })], [
    [parameters({ lc_time: 'de_DE.UTF-8' }), 'postgres.parameters.lc_time', '"de_DE.UTF-8"'],
  ]),
  'postgres-initdb-option': clusterRow([initdb({ uncheckedOptions: { set: 'huge_pages=off' } })], [
    [initdb({ uncheckedOptions: { locale: 'C' } }), 'postgres.initdb.uncheckedOptions', '"locale"'],
    [initdb({ uncheckedOptions: { '--set': 'a' } }), 'postgres.initdb.uncheckedOptions', '"--set"'],
  ]),
  'postgres-locale': clusterRow([initdb({ locale: 'C.UTF-8' }), initdb({ locale: 'en_US.utf8' }), initdb({ locale: 'C' }), initdb({ locale: 'POSIX' })], [
    [initdb({ locale: 'de_DE.UTF-8' }), 'postgres.initdb.locale', '"de_DE.UTF-8"'],
    [initdb({ locale: 'ru_RU.KOI8-R' }), 'postgres.initdb.locale', '"ru_RU.KOI8-R"'],
  ]),
  'postgres-wal-segment-size': clusterRow([initdb({ walSegmentSize: Size.mebibytes(1) }), initdb({ walSegmentSize: Size.gibibytes(1) })], [
    [initdb({ walSegmentSize: Size.mebibytes(0) }), 'postgres.initdb.walSegmentSize', '"0Pi"'],
    [initdb({ walSegmentSize: Size.mebibytes(24) }), 'postgres.initdb.walSegmentSize', '"24Mi"'],
    [initdb({ walSegmentSize: Size.gibibytes(2) }), 'postgres.initdb.walSegmentSize', '"2Gi"'],
  ]),
};
