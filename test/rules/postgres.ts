import { clusterRow, Rows } from '../support/rule-rows';
import { InitdbOptions, SpiloClusterProps, SpiloImage } from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
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
    [parameters({ jit: true }), 'postgres.parameters.jit', 'true'],
    [parameters({ work_mem: 65536 }), 'postgres.parameters.work_mem', '65536'],
    [parameters({ jit: null }), 'postgres.parameters.jit', 'null'],
    ...['a\nb', 'a\tb', 'a\u0000', 'a\u007f', 'a\u2028b', '=', '<<'].map(text =>
      [parameters({ 'x.a': text }), 'postgres.parameters.x.a', JSON.stringify(text)] as const),
  ]),
  'postgres-parameter-taken': clusterRow([parameters({ constructor: '1', hot_standby_feedback: 'on' })], [
    ...['archive_command', 'listen_addresses', 'port', 'shared_preload_libraries', 'ssl', 'primary_conninfo', 'wal_log_hints'].map(name =>
      [parameters({ [name]: 'x' }), 'postgres.parameters', `"${name}"`] as const),
  ]),
  'postgres-wal-level': clusterRow([parameters({ wal_level: 'logical' })], [
    [parameters({ wal_level: 'minimal' }), 'postgres.parameters.wal_level', '"minimal"'],
  ]),
  'postgres-max-connections': clusterRow([parameters({ max_connections: '10' }), parameters({ max_connections: '262143' })], [
    [parameters({ max_connections: '9' }), 'postgres.parameters.max_connections', '"9"'],
    [parameters({ max_connections: '262144' }), 'postgres.parameters.max_connections', '"262144"'],
    [parameters({ max_connections: 'many' }), 'postgres.parameters.max_connections', '"many"'],
    [parameters({ max_connections: '' }), 'postgres.parameters.max_connections', '""'],
  ]),
  'postgres-preload-library': clusterRow([preload('auto_explain', '$libdir/own-1.2')], [
    [preload('a,b'), 'postgres.preloadLibraries', '"a,b"'],
    [preload('a', 'a'), 'postgres.preloadLibraries', '"a"'],
    [preload('a b'), 'postgres.preloadLibraries', '"a b"'],
  ]),
  'postgres-hba-line': clusterRow([
    hba('local all all peer'), hba('hostssl all all 10.0.0.0/8 cert clientcert=verify-full'), hba('host\tall\tall\tsamenet\tscram-sha-256'),
  ], [
    [hba('host all all scram-sha-256'), 'postgres.hba', '"host all all scram-sha-256"'],
    [hba('local all all'), 'postgres.hba', '"local all all"'],
    [hba('# nobody'), 'postgres.hba', '"# nobody"'],
    [hba('host all all 0.0.0.0/0 trust\nhost all all 0.0.0.0/0 trust'), 'postgres.hba', '"host all all 0.0.0.0/0 trust\\nhost all all 0.0.0.0/0 trust"'],
  ]),
  'postgres-hba-empty': clusterRow([{ postgres: {} }], [[hba(), 'postgres.hba', '[]']]),
  'postgres-locale': clusterRow([initdb({ locale: 'C.UTF-8' }), initdb({ locale: 'de_DE.utf8' })], [
    [initdb({ locale: 'C' }), 'postgres.initdb.locale', '"C"'],
    [initdb({ locale: 'ru_RU.KOI8-R' }), 'postgres.initdb.locale', '"ru_RU.KOI8-R"'],
  ]),
  'postgres-wal-segment-size': clusterRow([initdb({ walSegmentSize: 1 }), initdb({ walSegmentSize: 1024 })], [
    [initdb({ walSegmentSize: 0 }), 'postgres.initdb.walSegmentSize', '0'],
    [initdb({ walSegmentSize: 24 }), 'postgres.initdb.walSegmentSize', '24'],
    [initdb({ walSegmentSize: 2048 }), 'postgres.initdb.walSegmentSize', '2048'],
  ]),
};
