import { PgBouncerPoolerProps, PoolMode, PoolUpstream } from './options';
import { ConnectionTarget } from '../../spilo/cluster-ref';
import { POSTGRES_PORT } from '../../spilo/paths';
import { ProxyContext } from '../common/workload';
import { READ_PORT, WRITE_PORT } from '../haproxy/config';

export type PoolerContext = ProxyContext<PgBouncerPoolerProps>;

export const POOLER_PORT = POSTGRES_PORT;
export const RUN_MOUNT = '/run/pgbouncer';
export const CLIENT_TLS_MOUNT = '/tls/client';
export const SERVER_TLS_MOUNT = '/tls/server';
export const DATABASES_FILE = `${RUN_MOUNT}/databases.ini`;

export const authUserOf = ({ authUser = 'pooler' }: PgBouncerPoolerProps) => authUser;
export const upstreamOf = ({ upstream = PoolUpstream.HAPROXY_SIDECAR }: PgBouncerPoolerProps) => upstream;
export const toLeader = ({ target = ConnectionTarget.LEADER }: PgBouncerPoolerProps) => target === ConnectionTarget.LEADER;
export const databasesOf = (props: PgBouncerPoolerProps) => props.databases ?? { '*': '' };

/** Names of the pods with peering, and of the headless Service that makes them addresses. */
export const peerService = (name: string) => `${name}-peers`;

/** `pgbouncer.ini`. Values that look odd were found by breaking a cluster behind it; `docs/proxy.md` has the figures. */
export function poolerConfig(context: PoolerContext): string {
  const { props, name } = context;
  const own = settings(props);
  return [
    ...upstreamOf(props) === PoolUpstream.FOLLOWER ? [`%include ${DATABASES_FILE}`] : ['[databases]', ...databases(props, serverOf(props))],
    '',
    ...props.peering ? ['[peers]', ...peers(props, name), ''] : [],
    '[pgbouncer]',
    ...props.peering ? [`%include ${RUN_MOUNT}/peer.ini`] : [],
    ...Object.entries({ ...own, ...props.settings }).map(([key, value]) => `${key} = ${value}`.trimEnd()),
    '',
  ].join('\n');
}

/** The lines of `[databases]`, each with the server's address and the user's settings. */
export function databases(props: PgBouncerPoolerProps, server: string): string[] {
  return Object.entries(databasesOf(props)).map(([name, more]) => `${quotedName(name)} = ${server} ${more}`.trimEnd());
}

function quotedName(name: string): string {
  return /^(\*|\w+)$/.test(name) ? name : `"${name}"`;
}

function serverOf(props: PgBouncerPoolerProps): string {
  if (upstreamOf(props) === PoolUpstream.HAPROXY_SIDECAR) { return `host=127.0.0.1 port=${toLeader(props) ? WRITE_PORT : READ_PORT}`; }
  return `host=${toLeader(props) ? props.cluster.leaderHost : props.cluster.replicaHost} port=${props.cluster.postgresPort}`;
}

function peers({ replicas = 2 }: PgBouncerPoolerProps, name: string): string[] {
  return Array.from({ length: replicas }, (_, ordinal) => `${ordinal + 1} = host=${name}-${ordinal}.${peerService(name)} port=${POOLER_PORT}`);
}

/** What the library writes into `[pgbouncer]`; `props.settings` comes after it. */
function settings(props: PgBouncerPoolerProps): { [name: string]: string } {
  return {
    listen_addr: '*',
    listen_port: String(POOLER_PORT),
    unix_socket_dir: '',
    pool_mode: props.poolMode ?? PoolMode.TRANSACTION,
    max_client_conn: String(props.maxClientConnections ?? 1000),
    default_pool_size: String(props.poolSize ?? 20),
    reserve_pool_size: '5',
    max_db_connections: String(props.maxServerConnections ?? 30),
    ...preparedStatements(props),
    ignore_startup_parameters: 'extra_float_digits,options',
    ...authentication(props),
    ...clientTls(props),
    ...serverTls(props),
    ...upstreamSettings(props),
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
function preparedStatements(props: PgBouncerPoolerProps): { [name: string]: string } {
  return (poolerVersion(props) ?? 0) >= 1021 ? { max_prepared_statements: '200' } : {};
}

function authentication(props: PgBouncerPoolerProps): { [name: string]: string } {
  const user = authUserOf(props);
  return {
    auth_type: 'scram-sha-256',
    auth_file: `${RUN_MOUNT}/userlist.txt`,
    auth_user: user,
    auth_dbname: 'postgres',
    auth_query: `SELECT uname, phash FROM ${user}.user_lookup($1)`,
    stats_users: user,
  };
}

function clientTls({ clientTls: options = {} }: PgBouncerPoolerProps): { [name: string]: string } {
  const directory = options.secret ? CLIENT_TLS_MOUNT : RUN_MOUNT;
  const required = options.caKey === undefined ? 'require' : 'verify-ca';
  return {
    client_tls_sslmode: options.allowPlaintext ? 'allow' : required,
    client_tls_cert_file: `${directory}/tls.crt`,
    client_tls_key_file: `${directory}/tls.key`,
    // PgBouncer does not start without a file of authorities, also where it verifies nobody; not every image has the system's.
    client_tls_ca_file: options.caKey === undefined ? `${directory}/tls.crt` : `${CLIENT_TLS_MOUNT}/${options.caKey}`,
  };
}

function serverTls({ serverTls: options }: PgBouncerPoolerProps): { [name: string]: string } {
  if (!options) { return { server_tls_sslmode: 'require' }; }
  return { server_tls_sslmode: options.verifyFull ? 'verify-full' : 'verify-ca', server_tls_ca_file: `${SERVER_TLS_MOUNT}/ca.crt` };
}

/**
 * A member that was the leader may answer before the Service has moved; PgBouncer would keep that connection until its
 * end. An error of a check is ignored (pgbouncer#683), but a server that ends the session is not.
 */
function upstreamSettings(props: PgBouncerPoolerProps): { [name: string]: string } {
  return upstreamOf(props) === PoolUpstream.SERVICE && toLeader(props) ? {
    server_check_delay: '0',
    server_check_query: 'SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()',
  } : {};
}

export const DEFAULT_POOLER_IMAGE = 'ghcr.io/cloudnative-pg/pgbouncer:1.25.2';

/** The version as `major * 1000 + minor`, by the property or the tag of the image. */
export function poolerVersion({ image = DEFAULT_POOLER_IMAGE, version }: PgBouncerPoolerProps): number | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? /:([^:/@]+)(@|$)/.exec(image)?.[1] ?? '') ?? [];
  return major === undefined ? undefined : Number(major) * 1000 + Number(minor);
}
