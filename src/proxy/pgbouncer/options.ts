import { PoolerClientTlsOptions, PoolerHaproxyOptions, PoolerServerTlsOptions, PoolerUser, PoolMode, PoolUpstream } from './parts';
import { ContainerImage } from '../../kit/image';
import { SecretKey } from '../../kit/secret-key';
import { ServiceOptions } from '../../kit/service-options';
import { ConnectionTarget } from '../../spilo/connection';
import { ProxyOptions } from '../common/options';

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
  readonly authPassword: SecretKey;

  /**
   * Any text, to be changed together with the password in the Secret: the Job then gives the role the new password, and the pods
   * start again with it. A changed Secret alone changes neither.
   *
   * @default - none
   * @changes rollout
   */
  readonly authPasswordRevision?: string;

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
   * @default - ghcr.io/cloudnative-pg/pgbouncer:1.25.2, whose user is 998 and group 996
   * @changes rollout
   */
  readonly image?: ContainerImage;

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
   * `max_connections` less ten for administration. A pooler for the replicas goes to the leader while there is no replica
   * (unless its upstream is the Service), and is not counted there: leave room for it.
   *
   * @default 30
   * @changes rollout
   */
  readonly maxServerConnections?: number;

  /**
   * The databases, each with further settings as PgBouncer knows them: `{ reports: 'pool_mode=session pool_size=5' }`.
   * `'*'` is every database. Host and port are the library's. A name with other characters than letters, digits, `_`, `-` and
   * `.` cannot be written into PgBouncer's file; `'*'` reaches it.
   *
   * @default - `{ '*': '' }`
   * @changes rollout
   */
  readonly databases?: { [name: string]: string };

  /**
   * Any setting of the section `[pgbouncer]`, unchecked. It has the last word over what the library writes; where PgBouncer
   * listens and how it looks up passwords are the library's.
   *
   * @default - none
   * @changes rollout
   */
  readonly uncheckedSettings?: { [name: string]: string };

  /**
   * A whole `pgbouncer.ini` of your own, unchecked. Properties that shape the file are refused beside it. Users are in
   * `/run/pgbouncer/userlist.txt`, HAProxy listens on 127.0.0.1, ports 5000 and 5001.
   *
   * @default - the library's
   * @changes rollout
   */
  readonly uncheckedConfig?: string;

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
   * @default - quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1
   * @changes rollout
   */
  readonly exporterImage?: ContainerImage;

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
