import { writtenPlaces } from './in-use';
import { storeRules } from './rules';
import { Feature } from '../../kernel/feature';
import { ClusterSpec } from '../../spilo/spec';

/** Every store that a cluster uses. What they add comes with the features that use them. */
export const storeFeature: Feature<ClusterSpec> = { rules: storeRules, contribute: () => ({}), places: writtenPlaces };
