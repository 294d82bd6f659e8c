import { ISecret, SecretValue } from 'cdk8s-plus-27';
import { ServiceOptions } from '../../kit/service-options';
import { ConnectionTarget } from '../../spilo/cluster-ref';
import { ProxyOptions } from '../common/options';
import { HealthCheckOptions, PatroniTlsOptions, ReaderOptions } from '../haproxy/options';

/**
 * How PgBouncer finds the member that it pools connections to.
 */
export enum PoolUpstream {
  /** Through HAProxy in the same pod, which asks every member for its role. No cost for PostgreSQL, and no race. */
  HAPROXY_SIDECAR = 'HaproxySidecar',
  /**
   * Through the cluster's Service. Each time a connection is handed out PostgreSQL is asked whether it still is the
   * leader, which costs throughput; a session that has become read-only ends itself.
   */
  SERVICE = 'Service',
  /** By a program in the same pod, which writes the leader's address into the configuration and reloads PgBouncer. */
  FOLLOWER = 'Follower',
}

/**
 * When a server connection goes back to the pool.
 */
export enum PoolMode {
  /** When the client disconnects: everything works as without a pooler. */
  SESSION = 'session',
  /** After each transaction: session state such as `SET`, advisory locks and `LISTEN` does not work. */
  TRANSACTION = 'transaction',
  /** After each statement: no transactions of several statements. */
  STATEMENT = 'statement',
}

/**
 * A user that PgBouncer knows by itself, beside those that it looks up in PostgreSQL.
 */
export interface PoolerUser {
  /**
   * Name of the user.
   *
   * @changes rollout
   */
  readonly name: string;

  /**
   * Where the password is: a Secret in the pooler's namespace.
   *
   * @changes rollout
   */
  readonly password: SecretValue;
}

/**
 * The certificate that PgBouncer shows its clients.
 */
export interface PoolerClientTlsOptions {
  /**
   * Secret with `tls.crt` and `tls.key`. Pods read it at their start.
   *
   * @default - each pod signs a certificate by itself: clients can encrypt with it, but verify nothing
   * @changes rollout
   */
  readonly secret?: ISecret;

  /**
   * Key in `secret` of the certificate authority that signs the clients' certificates; clients must show one then.
   *
   * @default - client certificates are not asked for
   * @changes rollout
   */
  readonly caKey?: string;

  /**
   * Whether clients may connect without TLS.
   *
   * @default false
   * @changes rollout
   */
  readonly allowPlaintext?: boolean;
}

/**
 * How PgBouncer checks the members' certificates. It always encrypts.
 */
export interface PoolerServerTlsOptions {
  /**
   * Where the certificate authority is: key of a Secret in the pooler's namespace.
   *
   * @changes rollout
   */
  readonly ca: SecretValue;

  /**
   * Whether the certificate must carry the name that PgBouncer connects to. Only with `PoolUpstream.SERVICE`: the others
   * connect to addresses, which certificates do not name.
   *
   * @default false
   * @changes rollout
   */
  readonly verifyFull?: boolean;
}

/**
 * HAProxy in the pods of a pooler.
 */
export interface PoolerHaproxyOptions {
  /**
   * The image, as for `PatroniHaproxy`.
   *
   * @default 'docker.io/library/haproxy:3.4.2-alpine'
   * @changes rollout
   */
  readonly image?: string;

  /**
   * The version of HAProxy in the image, where its tag does not tell.
   *
   * @default - read from the tag
   * @changes rollout
   */
  readonly version?: string;

  /**
   * How often HAProxy asks each member for its role.
   *
   * @default - often enough to follow a switchover within about two seconds
   */
  readonly healthCheck?: HealthCheckOptions;

  /**
   * Which members a pooler for the replicas uses.
   *
   * @default - replicas that are at most 16 MiB behind, or the leader while there is none
   */
  readonly readOnly?: ReaderOptions;

  /**
   * TLS of Patroni's REST API.
   *
   * @default - the API has no TLS
   */
  readonly patroniTls?: PatroniTlsOptions;

  /**
   * DNS domain of the Kubernetes cluster.
   *
   * @default 'cluster.local'
   * @changes rollout
   */
  readonly clusterDomain?: string;
}

/**
 * Properties of `PgBouncerPooler`.
 */
export interface PgBouncerPoolerProps extends ProxyOptions {
  /**
   * Password of the role with which PgBouncer looks up the passwords of all others: a Secret in the pooler's namespace.
   * The role needs no rights beyond one function.
   *
   * @changes rollout
   */
  readonly authPassword: SecretValue;

  /**
   * Name of that role. It also may read PgBouncer's statistics.
   *
   * @default 'pooler'
   * @changes rollout the role of the old name stays in PostgreSQL
   */
  readonly authUser?: string;

  /**
   * Whether a Job creates the role and the function, or brings them up to date. It logs in as the superuser. Otherwise
   * see `docs/proxy.md` for the SQL.
   *
   * @default true
   * @changes at-once
   */
  readonly authBootstrap?: boolean;

  /**
   * Users that PgBouncer knows by itself. Superusers and replication users are never looked up: one that must go through
   * the pooler has to be listed.
   *
   * @default - none
   */
  readonly users?: PoolerUser[];

  /**
   * The members to pool connections to.
   *
   * @default ConnectionTarget.LEADER
   * @changes recreation unless `name` is set
   */
  readonly target?: ConnectionTarget;

  /**
   * How PgBouncer finds them.
   *
   * @default PoolUpstream.HAPROXY_SIDECAR
   * @changes rollout
   */
  readonly upstream?: PoolUpstream;

  /**
   * HAProxy in the pods, with `PoolUpstream.HAPROXY_SIDECAR`.
   *
   * @default - as for `PatroniHaproxy`
   */
  readonly haproxy?: PoolerHaproxyOptions;

  /**
   * The image: PgBouncer 1.19 or newer, which looks up passwords in one database for all. From 1.23 on a pod that is told
   * to stop waits for its clients.
   *
   * @default 'ghcr.io/cloudnative-pg/pgbouncer:1.25.2'
   * @changes rollout
   */
  readonly image?: string;

  /**
   * The version of PgBouncer in the image, where its tag does not tell.
   *
   * @default - read from the tag
   * @changes rollout
   */
  readonly version?: string;

  /**
   * User id of the image.
   *
   * @default 998
   * @changes rollout
   */
  readonly uid?: number;

  /**
   * Group id of the image.
   *
   * @default 996
   * @changes rollout
   */
  readonly gid?: number;

  /**
   * When a server connection goes back to the pool.
   *
   * @default PoolMode.TRANSACTION
   * @changes rollout
   */
  readonly poolMode?: PoolMode;

  /**
   * Most client connections of one pod.
   *
   * @default 1000
   * @changes rollout
   */
  readonly maxClientConnections?: number;

  /**
   * Server connections of one pod for each pair of user and database.
   *
   * @default 20
   * @changes rollout
   */
  readonly poolSize?: number;

  /**
   * Most server connections of one pod for each database. With one pod more, which an update starts, they must fit into
   * `max_connections` less ten for administration.
   *
   * @default 30
   * @changes rollout
   */
  readonly maxServerConnections?: number;

  /**
   * The databases, each with further settings as PgBouncer knows them: `{ reports: 'pool_mode=session pool_size=5' }`.
   * `'*'` is every database. Host and port are the library's.
   *
   * @default - `{ '*': '' }`
   * @changes rollout
   */
  readonly databases?: { [name: string]: string };

  /**
   * Any setting of the section `[pgbouncer]`. It has the last word over what the library writes.
   *
   * @default - none
   * @changes rollout
   */
  readonly settings?: { [name: string]: string };

  /**
   * A whole `pgbouncer.ini` of your own. Properties that shape the file are refused beside it. Users are in
   * `/run/pgbouncer/userlist.txt`, HAProxy listens on 127.0.0.1, ports 5000 and 5001.
   *
   * @default - the library's
   * @changes rollout
   */
  readonly config?: string;

  /**
   * The certificate for clients.
   *
   * @default - clients must use TLS; each pod signs a certificate by itself
   */
  readonly clientTls?: PoolerClientTlsOptions;

  /**
   * How the members' certificates are checked.
   *
   * @default - connections to members are encrypted, their certificates not checked
   */
  readonly serverTls?: PoolerServerTlsOptions;

  /**
   * Whether a Prometheus exporter runs beside PgBouncer, on port 9127.
   *
   * @default false
   * @changes rollout
   */
  readonly exporter?: boolean;

  /**
   * Image of the exporter.
   *
   * @default 'quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1'
   * @changes rollout
   */
  readonly exporterImage?: string;

  /**
   * Whether pods pass on requests to cancel a query. Such a request is a connection of its own, which the Service may lead
   * to another pod than the one with the query; without peering it is lost. The pods are a StatefulSet then: an
   * update takes one away before the next comes, and Kubernetes replaces none whose node is gone without a word.
   *
   * @default false
   * @changes recreation
   */
  readonly peering?: boolean;

  /**
   * The Service.
   *
   * @default - a ClusterIP Service
   */
  readonly service?: ServiceOptions;
}
