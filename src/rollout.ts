import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Feature, FeatureContext } from './private/feature';
import { Rule, valueRule } from './private/rules';
import { isWholeNumber } from './private/syntax';

/**
 * How a changed pod template reaches the members.
 */
export enum RolloutStrategy {
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
   * @default RolloutStrategy.ROLLING_UPDATE
   * @changes at-once
   */
  readonly strategy?: RolloutStrategy;

  /**
   * How long a new member must have been ready before Kubernetes goes on to the next. Patroni says ready before a
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

const rules: Rule<FeatureContext>[] = [
  valueRule('rollout-min-ready', 'rollout.minReady', 'whole seconds, not negative', 'The API server refuses the StatefulSet.',
    context => rollout(context).minReady && rollout(context).minReady!.toMilliseconds() / 1000, seconds => isWholeNumber(seconds, 0)),
  valueRule('rollout-max-unavailable', 'rollout.maxUnavailable', 'a whole number from 1 to instances',
    'With 0 no node with a member could be drained; with more there is no budget.',
    context => rollout(context).maxUnavailable, (count, { instances }) => isWholeNumber(count, 1, Math.max(1, instances))),
];

export const rolloutFeature: Feature = {
  rules,
  contribute: context => {
    const { strategy = RolloutStrategy.ROLLING_UPDATE, minReady = Duration.seconds(10), maxUnavailable = 1 } = rollout(context);
    const { names, labels } = context;
    return {
      statefulSet: { updateStrategy: { type: strategy }, minReadySeconds: minReady.toSeconds() },
      objects: [{
        id: 'PodDisruptionBudget',
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        name: names.cluster,
        labels: labels.metadata,
        body: {
          spec: k8s.toJson_PodDisruptionBudgetSpec({
            maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
            selector: { matchLabels: { ...labels.members } },
          }),
        },
      }],
    };
  },
};
