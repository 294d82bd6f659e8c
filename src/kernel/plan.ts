import { ClusterModel, Contribution, Manifest, merge } from './contribution';
import { FeatureContext } from './feature';
import { FIELD_CLASH, MODEL_RULES } from './model-rules';
import { check, RuleText, Violation } from './rule';
import { MANIFEST_RULES } from './text-rules';
import { FEATURES } from '../cluster/features';
import { STORE_RULES } from '../features/store/rules';

/** Every rule that a cluster is checked by. */
export const CLUSTER_RULES: readonly RuleText[] = [
  ...FEATURES.flatMap<RuleText>(({ rules }) => rules), ...STORE_RULES, ...MODEL_RULES, FIELD_CLASH, ...MANIFEST_RULES,
];

/** From a program to all its objects in apply order, or to everything that is wrong with it. */
export function plan(context: FeatureContext): { manifests: Manifest[]; violations: Violation[] } {
  const { model, violations } = buildModel(context);
  const manifests = model ? render(model) : [];
  return { manifests, violations: [...violations, ...check(MANIFEST_RULES, manifests)] };
}

/** Checks a program and puts its features together: the model, or the violations. */
function buildModel(context: FeatureContext): { model?: ClusterModel; violations: Violation[] } {
  const violations = FEATURES.flatMap(({ rules, store }) => {
    const use = store?.(context);
    return [...check(rules, context), ...use ? check(STORE_RULES, use) : []];
  });
  const contributions = contributionsOf(context, violations.length > 0);
  const { id: rule, allowed } = FIELD_CLASH;
  const merged = merge(contributions, (property, received) => {
    const isKnown = violations.some(violation => property.startsWith(violation.property));
    if (!isKnown) { violations.push({ rule, property, received, allowed }); }
  });
  violations.push(...check(MODEL_RULES, merged));
  return violations.length > 0 ? { violations } : { violations, model: { ...merged, names: context.names, labels: context.labels } };
}

/**
 * What the features add. They are also asked when a rule is broken, so that one error names the clashes as well; a
 * feature whose own property was refused may then fail, which says nothing new.
 */
function contributionsOf(context: FeatureContext, refused: boolean): Contribution[] {
  return FEATURES.map(feature => {
    try {
      return feature.contribute(context);
    } catch (error) {
      if (refused) { return {}; }
      throw error;
    }
  });
}

/** All objects of a cluster, in apply order: nothing before what it refers to. */
function render(model: ClusterModel): Manifest[] {
  const rank = ({ kind }: Manifest) => (APPLY_ORDER.indexOf(kind) + 1 || APPLY_ORDER.length + 1);
  const objects = [...model.objects, ...model.render.flatMap(objectsOf => objectsOf(model))];
  return objects.sort((a, b) => rank(a) - rank(b));
}

const APPLY_ORDER = [
  'ServiceAccount', 'Role', 'RoleBinding', 'Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Endpoints', 'Service',
  'PodDisruptionBudget', 'StatefulSet', 'Deployment', 'Job', 'CronJob',
];
