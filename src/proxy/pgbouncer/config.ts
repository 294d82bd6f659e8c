import { databaseSettings } from './databases';
import { PoolUpstream } from './parts';
import { PoolerSpec } from './spec';
import { versionNumber } from '../../kit/image';
import { ConnectionTarget } from '../../spilo/connection';
import { serviceHost } from '../../spilo/endpoint';
import { POSTGRES_PORT } from '../../spilo/paths';
import { READ_PORT, WRITE_PORT } from '../haproxy/config';

export const POOLER_PORT = POSTGRES_PORT;
export const RUN_MOUNT = '/run/pgbouncer';
export const CLIENT_TLS_MOUNT = '/tls/client';
export const SERVER_TLS_MOUNT = '/tls/server';
export const DATABASES_FILE = `${RUN_MOUNT}/databases.ini`;

/** Whether a pooler is for the leader. */
export const toLeader = ({ target }: Pick<PoolerSpec, 'target'>) => target === ConnectionTarget.LEADER;

type Pools = Pick<PoolerSpec, 'databases' | 'maxServerConnections' | 'uncheckedSettings'>;

/** Most server connections of one pod for all databases. To PgBouncer 0 is no limit. */
export function serverConnections({ databases: all, maxServerConnections, uncheckedSettings }: Pools): number {
  const usual = uncheckedSettings.max_db_connections ?? maxServerConnections;
  const ofDatabase = (more: unknown) => Number(databaseSettings(String(more))?.get('max_db_connections') ?? usual) || Infinity;
  return Object.values(all).reduce((sum, more) => sum + ofDatabase(more), 0);
}

/** Names of the pods with peering, and of the headless Service that makes them addresses. */
export const peerService = (name: string) => `${name}-peers`;

/** `pgbouncer.ini`. Values that look odd were found by breaking a cluster behind it; `docs/proxy.md` has the figures. */
export function poolerConfig(spec: PoolerSpec): string {
  return [
    ...spec.following ? [`%include ${DATABASES_FILE}`] : ['[databases]', ...databases(spec, serverOf(spec))],
    '',
    ...spec.peering ? ['[peers]', ...peers(spec), ''] : [],
    '[pgbouncer]',
    ...spec.peering ? [`%include ${RUN_MOUNT}/peer.ini`] : [],
    ...Object.entries({ ...settings(spec), ...spec.uncheckedSettings }).map(([key, value]) => `${key} = ${value}`.trimEnd()),
    '',
  ].join('\n');
}

/** The lines of `[databases]`, each with the server's address and the user's settings. PgBouncer's parser knows no quotes before `=`. */
export function databases(spec: PoolerSpec, server: string): string[] {
  return Object.entries(spec.databases).map(([name, more]) => `${name} = ${server} ${more}`.trimEnd());
}

function serverOf(spec: PoolerSpec): string {
  const { cluster: { leaderService, replicaService, namespace, postgresPort }, haproxy } = spec;
  if (haproxy) { return `host=127.0.0.1 port=${toLeader(spec) ? WRITE_PORT : READ_PORT}`; }
  return `host=${serviceHost(toLeader(spec) ? leaderService : replicaService, namespace)} port=${postgresPort}`;
}

function peers({ replicas, name }: PoolerSpec): string[] {
  const count = Math.max(0, Math.min(replicas, 1000)) || 0;
  return Array.from({ length: count }, (_, ordinal) => `${ordinal + 1} = host=${name}-${ordinal}.${peerService(name)} port=${POOLER_PORT}`);
}

/** What the library writes into `[pgbouncer]`; the user's settings come after it. */
function settings(spec: PoolerSpec): { [name: string]: string } {
  return {
    listen_addr: '*',
    listen_port: String(POOLER_PORT),
    unix_socket_dir: '',
    pool_mode: spec.poolMode,
    max_client_conn: String(spec.maxClientConnections),
    default_pool_size: String(spec.poolSize),
    reserve_pool_size: '5',
    max_db_connections: String(spec.maxServerConnections),
    ...preparedStatements(spec),
    ignore_startup_parameters: 'extra_float_digits',
    ...authentication(spec),
    ...clientTls(spec),
    ...serverTls(spec),
    ...upstreamSettings(spec),
    server_connect_timeout: '4',
    // A server that refused is tried again at once, not after 15 s: most of the outage would be waiting for that.
    server_login_retry: '0.2',
    server_lifetime: '600',
    server_idle_timeout: '300',
    // After a reload connections to the old leader end with their transaction, in session mode as well.
    server_fast_close: '1',
    query_wait_timeout: '30',
    // A member that vanishes without a word is noticed within 15 seconds.
    tcp_keepidle: '10',
    tcp_keepintvl: '5',
    tcp_keepcnt: '3',
    tcp_user_timeout: '15000',
    log_connections: '0',
    log_disconnections: '0',
  };
}

/** Came with PgBouncer 1.21; drivers that prepare statements need it in transaction mode. */
function preparedStatements({ image }: PoolerSpec): { [name: string]: string } {
  return (versionNumber(image.version)?.number ?? 0) >= 1021 ? { max_prepared_statements: '200' } : {};
}

function authentication({ authUser: user }: PoolerSpec): { [name: string]: string } {
  return {
    auth_type: 'scram-sha-256',
    auth_file: `${RUN_MOUNT}/userlist.txt`,
    auth_user: user,
    auth_dbname: 'postgres',
    auth_query: `SELECT uname, phash FROM "${user}".user_lookup($1)`,
    stats_users: user,
  };
}

function clientTls({ clientTls: options }: PoolerSpec): { [name: string]: string } {
  const directory = options.secretName ? CLIENT_TLS_MOUNT : RUN_MOUNT;
  const required = options.caEntry === undefined ? 'require' : 'verify-ca';
  return {
    client_tls_sslmode: options.allowPlaintext ? 'allow' : required,
    client_tls_cert_file: `${directory}/tls.crt`,
    client_tls_key_file: `${directory}/tls.key`,
    // PgBouncer does not start without a file of authorities, also where it verifies nobody; not every image has the system's.
    client_tls_ca_file: options.caEntry === undefined ? `${directory}/tls.crt` : `${CLIENT_TLS_MOUNT}/${options.caEntry}`,
  };
}

function serverTls({ serverTls: options }: PoolerSpec): { [name: string]: string } {
  if (!options) { return { server_tls_sslmode: 'require' }; }
  return { server_tls_sslmode: options.verifyFull ? 'verify-full' : 'verify-ca', server_tls_ca_file: `${SERVER_TLS_MOUNT}/ca.crt` };
}

/**
 * A member that was the leader may answer before the Service has moved; PgBouncer would keep that connection until its
 * end. An error of a check is ignored (pgbouncer#683), but a server that ends the session is not.
 */
function upstreamSettings(spec: PoolerSpec): { [name: string]: string } {
  return spec.upstream === PoolUpstream.SERVICE && toLeader(spec) ? {
    server_check_delay: '0',
    server_check_query: 'SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()',
  } : {};
}
