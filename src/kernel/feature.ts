import { Contribution, Manifest, Model } from './contribution';
import { Rule } from './rule';
import { MadeObject, Place } from './watch';

/**
 * One room of the house: the checks of a part of the spec, and what that part adds. It may read what the spec says of other
 * features, and calls none of them.
 */
export interface Feature<Spec> {
  readonly rules: readonly Rule<Spec>[];
  readonly contribute: (spec: Spec) => Contribution;
  /** Objects that show what all features make together, such as the StatefulSet. */
  readonly complete?: (model: Model, spec: Spec) => Manifest[];
  /** What is allowed but seldom meant: said aloud when the app is synthesized. */
  readonly warnings?: (spec: Spec) => string[];
  /** Places outside the cluster that nothing else may write to. */
  readonly places?: (spec: Spec) => readonly Place[];
  /** Objects that come into being without being applied: no other object may have their names. */
  readonly makes?: (spec: Spec) => readonly MadeObject[];
}
