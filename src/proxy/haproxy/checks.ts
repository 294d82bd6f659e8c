import { Duration, Size } from 'cdk8s';
import { HaproxyCheckSpec, HaproxyReaderSpec } from './spec';
import { quantity } from '../../kernel/quantity';

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
export enum HaproxyWriteCheck {
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
export enum HaproxyReadCheck {
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
export interface HaproxyReaderOptions {
  /**
   * Which members take readers.
   *
   * @default HaproxyReadCheck.REPLICA
   * @changes rollout
   */
  readonly check?: HaproxyReadCheck;

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
export interface HaproxyReadOnlyOptions extends HaproxyReaderOptions {
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
export interface HaproxyCheckOptions {
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

/** The checks with every default. */
export function settleChecks(options: HaproxyCheckOptions = {}): HaproxyCheckSpec {
  const {
    interval = Duration.seconds(2), fastInterval = Duration.millis(500), downInterval = Duration.millis(500), timeout = Duration.seconds(3),
    fall = 2, rise = 1,
  } = options;
  return {
    interval: interval.toMilliseconds(),
    fastInterval: fastInterval.toMilliseconds(),
    downInterval: downInterval.toMilliseconds(),
    timeout: timeout.toMilliseconds(),
    fall,
    rise,
  };
}

/** Who takes readers, with every default. */
export function settleReaders(options: HaproxyReaderOptions = {}): HaproxyReaderSpec {
  const { check = HaproxyReadCheck.REPLICA, maxLag = Size.mebibytes(16), tags = {}, fallbackToLeader = true } = options;
  return { check, maxLag: quantity(maxLag), tags: { ...tags }, fallbackToLeader };
}
