import { Duration } from 'cdk8s';
import { RolloutSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';

/**
 * How a changed pod template reaches the members.
 */
export enum RolloutStrategy {
  /**
   * A Job, one for each change, replaces the replicas one by one, waits until each streams, switches over once, and
   * replaces the old leader last: writes stop once, and nothing that was acknowledged is lost. It also writes Patroni's
   * dynamic configuration, and refuses to go from one Patroni store to the other in a live cluster.
   */
  LEADER_LAST = 'LeaderLast',
  /** Kubernetes replaces members from the highest number down, wherever the leader is: writes stop one to three times. */
  ROLLING_UPDATE = 'RollingUpdate',
  /** Nothing happens until somebody deletes a pod. */
  ON_DELETE = 'OnDelete',
}

/**
 * How changes reach the members, and how many may be away at once.
 */
export interface RolloutOptions {
  /**
   * How a changed pod template reaches the members.
   *
   * @default RolloutStrategy.LEADER_LAST
   * @changes at-once
   */
  readonly strategy?: RolloutStrategy;

  /**
   * How long one try of the Job may take; it is tried seven times, and each try goes on where the last one ended.
   *
   * @default Duration.hours(1)
   * @changes at-once
   */
  readonly deadline?: Duration;

  /**
   * After which time Kubernetes removes a finished Job. Tools that compare the cluster with git make it again then,
   * which changes nothing but takes a pod's time.
   *
   * @default - finished Jobs stay
   * @changes at-once
   */
  readonly jobTtl?: Duration;

  /**
   * How long a new member must have been ready before Kubernetes counts it as available. Patroni says ready before a
   * replica streams.
   *
   * @default Duration.seconds(10)
   * @changes at-once
   */
  readonly minReady?: Duration;

  /**
   * How many members voluntary disruptions, such as the drain of a node, may take away at once.
   *
   * @default 1
   * @changes at-once
   */
  readonly maxUnavailable?: number;
}

/** The rollout with every default. */
export function settleRollout(options: RolloutOptions = {}): RolloutSpec {
  const { strategy = RolloutStrategy.LEADER_LAST, jobTtl, maxUnavailable = 1 } = options;
  const { deadline = Duration.hours(1), minReady = Duration.seconds(10) } = options;
  return onlyDefined({ strategy, deadline: seconds(deadline), jobTtl: seconds(jobTtl), minReady: seconds(minReady), maxUnavailable });
}
