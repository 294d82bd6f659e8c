import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { rolloutObjects } from './job';
import { Manifest } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';

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

const rollout = ({ props }: FeatureContext) => props.rollout ?? {};

const seconds = (duration?: Duration) => duration && duration.toMilliseconds() / 1000;

const rules: Rule<FeatureContext>[] = [
  valueRule('rollout-min-ready', 'rollout.minReady', 'whole seconds, not negative', 'The API server refuses the StatefulSet.',
    context => seconds(rollout(context).minReady), value => isWholeNumber(value, 0)),
  valueRule('rollout-deadline', 'rollout.deadline', 'whole seconds, at least 60', 'No member could be replaced in that time.',
    context => seconds(rollout(context).deadline), value => isWholeNumber(value, 60)),
  valueRule('rollout-job-ttl', 'rollout.jobTtl', 'whole seconds, not negative', 'The API server refuses the Job.',
    context => seconds(rollout(context).jobTtl), value => isWholeNumber(value, 0)),
  valueRule('rollout-max-unavailable', 'rollout.maxUnavailable', 'a whole number from 1 to instances',
    'With 0 no node with a member could be drained; with more there is no budget.',
    context => rollout(context).maxUnavailable, (count, { instances }) => isWholeNumber(count, 1, Math.max(1, instances))),
];

/** The Job asks for a StatefulSet that leaves its pods alone. */
function updateStrategy(strategy: RolloutStrategy): k8s.StatefulSetUpdateStrategy {
  return { type: strategy === RolloutStrategy.LEADER_LAST ? RolloutStrategy.ON_DELETE : strategy };
}

function budget({ names, labels }: FeatureContext, maxUnavailable: number): Manifest {
  return {
    id: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    name: names.cluster,
    labels: labels.metadata,
    body: {
      spec: k8s.toJson_PodDisruptionBudgetSpec({
        maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
        // A broken member protects nothing, and must be replaced when a better template comes.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: { ...labels.members } },
      }),
    },
  };
}

export const rolloutFeature: Feature = {
  rules,
  contribute: context => {
    const { strategy = RolloutStrategy.LEADER_LAST, minReady = Duration.seconds(10), maxUnavailable = 1 } = rollout(context);
    const { deadline = Duration.hours(1), jobTtl } = rollout(context);
    const job = { deadlineSeconds: deadline.toSeconds(), jobTtlSeconds: jobTtl?.toSeconds() };
    return {
      statefulSet: { updateStrategy: updateStrategy(strategy), minReadySeconds: minReady.toSeconds() },
      objects: [budget(context, maxUnavailable)],
      render: strategy === RolloutStrategy.LEADER_LAST ? [model => rolloutObjects(model, job)] : [],
    };
  },
};
