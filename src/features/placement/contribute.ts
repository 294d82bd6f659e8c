import { Feature } from '../../kernel/feature';
import { placementRules, podPlacement } from '../../kit/placement';
import { clusterLabels } from '../../spilo/labels';
import { ClusterSpec } from '../../spilo/spec';

/** On which nodes members run. */
export const placementFeature: Feature<ClusterSpec> = {
  rules: placementRules(({ placement }) => placement),
  contribute: ({ name, placement }) => ({ pod: podPlacement(placement, clusterLabels(name).members) }),
};
