import { Contribution } from './contribution';
import { Rule } from './rule';
import { SpiloClusterProps } from '../cluster/props';
import { StoreUse } from '../features/store/access';
import { ImageFacts } from '../spilo/image';
import { ClusterLabels } from '../spilo/labels';
import { ClusterNames } from '../spilo/names';

/** Everything that a feature may look at: the user's properties and what follows from them at once. */
export interface FeatureContext {
  readonly props: SpiloClusterProps;
  readonly names: ClusterNames;
  readonly labels: ClusterLabels;
  readonly image: ImageFacts;
  readonly instances: number;
  /** PostgreSQL's major version. */
  readonly postgresVersion: number;
  /** The chart's namespace. Unknown where it is left to `kubectl apply -n`. */
  readonly namespace?: string;
}

/**
 * One room of the house: the checks of its properties, and what they add to the cluster. A feature sees no other
 * feature, and `cluster.ts` sees no feature: it walks the list in `features.ts`.
 */
export interface Feature {
  readonly rules: readonly Rule<FeatureContext>[];
  readonly contribute: (context: FeatureContext) => Contribution;
  /** The store that it reads or writes, unless another feature says so already: the rules of stores are about all of them. */
  readonly store?: (context: FeatureContext) => StoreUse | undefined;
  /** What is allowed but seldom meant: said aloud when the app is synthesized. */
  readonly warnings?: (context: FeatureContext) => string[];
}
