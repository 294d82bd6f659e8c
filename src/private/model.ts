import { ClusterModel, Contribution, Manifest, merge } from './contribution';
import { FeatureContext } from './feature';
import { FEATURES } from './features';
import { check, Violation } from './rules';

/** Rules about what features make together; they have ids and documentation as all others. */
export const MODEL_RULES = [{
  id: 'contribution-clash',
  property: 'pod',
  allowed: 'a name that neither the library nor another property uses',
  why: 'One of the two would silently lose.',
}];

/**
 * Checks a program and puts its features together. Clashes between features are looked for also when a rule is broken,
 * so that one error says everything; contributions of refused properties may then fail, which says nothing new.
 */
export function buildModel(context: FeatureContext): { model?: ClusterModel; violations: Violation[] } {
  const violations = FEATURES.flatMap(feature => check(feature.rules, context));
  const contributions: Contribution[] = [];
  for (const feature of FEATURES) {
    try {
      contributions.push(feature.contribute(context));
    } catch (error) {
      if (violations.length === 0) { throw error; }
    }
  }
  const { merged, clashes } = merge(contributions);
  violations.push(...clashes);
  return violations.length > 0 ? { violations } : { violations, model: { ...merged, names: context.names, labels: context.labels } };
}

/** All objects of a cluster, in apply order: nothing before what it refers to. */
export function render(model: ClusterModel): Manifest[] {
  const rank = ({ kind }: Manifest) => (APPLY_ORDER.indexOf(kind) + 1 || APPLY_ORDER.length + 1);
  const objects = [...model.objects, ...model.render.flatMap(objectsOf => objectsOf(model))];
  return objects.sort((a, b) => rank(a) - rank(b));
}

const APPLY_ORDER = [
  'ServiceAccount', 'Role', 'RoleBinding', 'Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Endpoints', 'Service',
  'PodDisruptionBudget', 'StatefulSet', 'Deployment', 'Job', 'CronJob',
];
