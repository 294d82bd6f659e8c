import { PROGRAM, rolloutObjects } from './job';
import { RolloutStrategy } from './rollout';
import { Feature } from '../../kernel/feature';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { budget } from '../../kit/objects';
import { clusterLabels } from '../../spilo/labels';
import { ClusterSpec } from '../../spilo/spec';

const rules: Rule<ClusterSpec>[] = [
  valueRule('rollout-min-ready', 'rollout.minReady', 'whole seconds, not negative', 'The API server refuses the StatefulSet.',
    ({ rollout }) => rollout.minReady, value => isWholeNumber(value, 0)),
  valueRule('rollout-deadline', 'rollout.deadline', 'whole seconds, at least 60', 'No member could be replaced in that time.',
    ({ rollout }) => rollout.deadline, value => isWholeNumber(value, 60)),
  valueRule('rollout-job-ttl', 'rollout.jobTtl', 'whole seconds, not negative', 'The API server refuses the Job.',
    ({ rollout }) => rollout.jobTtl, value => isWholeNumber(value, 0)),
  valueRule('rollout-max-unavailable', 'rollout.maxUnavailable', 'a whole number from 1 to instances',
    'With 0 no node with a member could be drained; with more there is no budget.',
    ({ rollout }) => rollout.maxUnavailable, (count, { instances }) => isWholeNumber(count, 1, Math.max(1, instances))),
];

/** How a changed pod template reaches the members, and how many may be away at once. */
export const rolloutFeature: Feature<ClusterSpec> = {
  rules,
  contribute: ({ name, rollout: { strategy, minReady, maxUnavailable } }) => {
    const labels = clusterLabels(name);
    const byJob = strategy === RolloutStrategy.LEADER_LAST;
    return {
      // The Job asks for a StatefulSet that leaves its pods alone.
      statefulSet: { updateStrategy: { type: byJob ? RolloutStrategy.ON_DELETE : strategy }, minReadySeconds: minReady },
      programs: byJob ? PROGRAM : [],
      // A broken member protects nothing, and must be replaced when a better template comes.
      objects: [budget('PodDisruptionBudget', name, labels.metadata, labels.members, maxUnavailable, 'AlwaysAllow')],
    };
  },
  complete: (model, spec) => spec.rollout.strategy === RolloutStrategy.LEADER_LAST ? rolloutObjects(model, spec) : [],
};
