import { ContainerImage } from '../../kit/image';
import { SecretKey } from '../../kit/secret-key';
import { PatroniTlsOptions } from '../common/patroni-tls';
import { HaproxyCheckOptions, HaproxyReaderOptions } from '../haproxy/checks';

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
  readonly password: SecretKey;
}

/**
 * The certificate that PgBouncer shows its clients.
 */
export interface PoolerClientTlsOptions {
  /**
   * Name of a Secret with `tls.crt` and `tls.key`. Pods read it at their start.
   *
   * @default - each pod signs a certificate by itself: clients can encrypt with it, but verify nothing
   * @changes rollout
   */
  readonly secretName?: string;

  /**
   * Key in that Secret of the certificate authority that signs the clients' certificates; clients must show one then.
   *
   * @default - client certificates are not asked for
   * @changes rollout
   */
  readonly caEntry?: string;

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
  readonly ca: SecretKey;

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
   * @default - docker.io/library/haproxy:3.4.2-alpine
   * @changes rollout
   */
  readonly image?: ContainerImage;

  /**
   * How often HAProxy asks each member for its role.
   *
   * @default - often enough to follow a switchover within about two seconds
   */
  readonly healthCheck?: HaproxyCheckOptions;

  /**
   * Which members a pooler for the replicas uses.
   *
   * @default - replicas that are at most 16 MiB behind, or the leader while there is none
   */
  readonly readOnly?: HaproxyReaderOptions;

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
