import { Duration, Size } from 'cdk8s';
import { SecretValue } from 'cdk8s-plus-27';
import { ServiceOptions } from '../../kit/service-options';
import { ProxyOptions } from '../common/options';

/**
 * How HAProxy finds the members.
 */
export enum MemberDiscovery {
  /** By the addresses of the headless Service: members come and go without a change of the proxy. */
  DNS_TEMPLATE = 'DnsTemplate',
  /** By the name of each pod: metrics carry the names of the members, and another number of members restarts the proxy. */
  POD_NAMES = 'PodNames',
}

/**
 * Which member takes writers, as Patroni's REST API tells it.
 */
export enum WriteCheck {
  /** The leader of a cluster that takes writes. The leader of a standby cluster does not pass. */
  PRIMARY = 'primary',
  /** The leader of a standby cluster, which takes no writes: for reading from a standby cluster at one address. */
  STANDBY_LEADER = 'standby-leader',
  /** The leader of either kind: for a cluster that is a standby until it is promoted. */
  LEADER = 'leader',
}

/**
 * Which members take readers, as Patroni's REST API tells it. Members with the tag `noloadbalance` never do.
 */
export enum ReadCheck {
  /** Replicas. */
  REPLICA = 'replica',
  /** Replicas and the leader. */
  READ_ONLY = 'read-only',
  /** Synchronous replicas. */
  SYNC = 'sync',
  /** Asynchronous replicas. */
  ASYNC = 'async',
}

/**
 * Which members take readers.
 */
export interface ReaderOptions {
  /**
   * Which members take readers.
   *
   * @default ReadCheck.REPLICA
   * @changes rollout
   */
  readonly check?: ReadCheck;

  /**
   * How far a replica may be behind. Patroni compares with the leader's position of its last loop, ten seconds ago.
   *
   * @default Size.mebibytes(16)
   * @changes rollout
   */
  readonly maxLag?: Size;

  /**
   * Patroni tags that a member must have, with these values.
   *
   * @default - none
   * @changes rollout
   */
  readonly tags?: { [name: string]: string };

  /**
   * Whether readers go to the leader while no replica passes. Otherwise their connections are refused.
   *
   * @default true
   * @changes rollout
   */
  readonly fallbackToLeader?: boolean;
}

/**
 * The address for readers.
 */
export interface ReadOnlyOptions extends ReaderOptions {
  /**
   * Whether there is one.
   *
   * @default true
   * @changes rollout
   */
  readonly enabled?: boolean;
}

/**
 * How often HAProxy asks each member for its role. The defaults follow a switchover within about two seconds; slower
 * checks leave two members up as leader for a while.
 */
export interface HealthCheckOptions {
  /**
   * Time between checks of a member that passes.
   *
   * @default Duration.seconds(2)
   * @changes rollout
   */
  readonly interval?: Duration;

  /**
   * Time between checks of a member whose last answer was another one.
   *
   * @default Duration.millis(500)
   * @changes rollout
   */
  readonly fastInterval?: Duration;

  /**
   * Time between checks of a member that does not pass: how soon a new leader is found.
   *
   * @default Duration.millis(500)
   * @changes rollout
   */
  readonly downInterval?: Duration;

  /**
   * How long a member may take to answer.
   *
   * @default Duration.seconds(3)
   * @changes rollout
   */
  readonly timeout?: Duration;

  /**
   * Failed checks after which a member is out and its sessions are cut.
   *
   * @default 2
   * @changes rollout
   */
  readonly fall?: number;

  /**
   * Passed checks after which a member is in.
   *
   * @default 1
   * @changes rollout
   */
  readonly rise?: number;
}

/**
 * TLS of Patroni's REST API, where the members have it on.
 */
export interface PatroniTlsOptions {
  /**
   * Where the certificate authority is that signed the members' certificates: key of a Secret in the proxy's namespace.
   *
   * @changes rollout
   */
  readonly ca: SecretValue;

  /**
   * The name that the members' certificates carry.
   *
   * @default - any name that the authority signed
   * @changes rollout
   */
  readonly verifyHost?: string;
}

/**
 * Properties of `PatroniHaproxy`.
 */
export interface PatroniHaproxyProps extends ProxyOptions {
  /**
   * The image. HAProxy 3.1 or newer takes no member for a leader before its first check; 3.2.0 is refused, it hangs at a
   * switchover.
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
   * User id of the image. Its group must have the same number.
   *
   * @default 99
   * @changes rollout
   */
  readonly uid?: number;

  /**
   * The Service `<name>-rw` for writers.
   *
   * @default - a ClusterIP Service
   */
  readonly readWriteService?: ServiceOptions;

  /**
   * The Service `<name>-ro` for readers.
   *
   * @default - a ClusterIP Service
   */
  readonly readOnlyService?: ServiceOptions;

  /**
   * Which member takes writers.
   *
   * @default WriteCheck.PRIMARY
   * @changes rollout
   */
  readonly writeCheck?: WriteCheck;

  /**
   * The address for readers.
   *
   * @default - replicas that are at most 16 MiB behind, or the leader while there is none
   */
  readonly readOnly?: ReadOnlyOptions;

  /**
   * How often HAProxy asks each member for its role.
   *
   * @default - often enough to follow a switchover within about two seconds
   */
  readonly healthCheck?: HealthCheckOptions;

  /**
   * How HAProxy finds the members.
   *
   * @default MemberDiscovery.DNS_TEMPLATE
   * @changes rollout
   */
  readonly discovery?: MemberDiscovery;

  /**
   * Most members that HAProxy has room for, with `MemberDiscovery.DNS_TEMPLATE`.
   *
   * @default - two more than the cluster has, at least 5
   * @changes rollout
   */
  readonly maxMembers?: number;

  /**
   * DNS domain of the Kubernetes cluster. HAProxy knows no search domains.
   *
   * @default 'cluster.local'
   * @changes rollout
   */
  readonly clusterDomain?: string;

  /**
   * TLS of Patroni's REST API, which HAProxy asks for the roles.
   *
   * @default - the API has no TLS, as with Spilo's defaults
   */
  readonly patroniTls?: PatroniTlsOptions;

  /**
   * Most connections of one pod.
   *
   * @default 2000
   * @changes rollout
   */
  readonly maxConnections?: number;

  /**
   * After which time without a byte a session is cut.
   *
   * @default Duration.hours(4)
   * @changes rollout
   */
  readonly sessionTimeout?: Duration;

  /**
   * Lines to add, by section: `global`, `resolvers`, `defaults`, the frontends `rw`, `ro` and `metrics`, the backends
   * `primary` and `replicas`. They come last in their section.
   *
   * @default - none
   * @changes rollout
   */
  readonly extraLines?: { [section: string]: string[] };

  /**
   * A whole configuration of your own. It must listen on 5000 for writers, on 5001 for readers, and answer `/healthz` on
   * 8404; all properties that shape the configuration are refused beside it.
   *
   * @default - the library's
   * @changes rollout
   */
  readonly config?: string;
}
