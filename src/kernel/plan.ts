import { inApplyOrder } from './apply-order';
import { Manifest, merge } from './contribution';
import { Feature } from './feature';
import { FIELD_CLASH, modelRules } from './model-rules';
import { check, RuleText, Violation } from './rule';
import { MANIFEST_RULES } from './text-rules';

/** All objects in apply order, and everything that is wrong with them. */
export interface Plan {
  readonly manifests: readonly Manifest[];
  readonly violations: readonly Violation[];
}

/** Every rule that is checked when `features` plan something whose main container is named `container`. */
export function rulesOf(features: readonly Feature<never>[], container: string): RuleText[] {
  return [...features.flatMap<RuleText>(({ rules }) => rules), ...modelRules(container), FIELD_CLASH, ...MANIFEST_RULES];
}

/** From a settled spec to all its objects, or to all that is wrong with it. */
export function plan<Spec>(features: readonly Feature<Spec>[], spec: Spec, container: string): Plan {
  const violations = features.flatMap(({ rules }) => check(rules, spec));
  const model = merge(features.map(({ contribute }) => contribute(spec)), (property, received) => {
    const isKnown = violations.some(violation => property === violation.property || property.startsWith(`${violation.property}.`));
    if (!isKnown) { violations.push({ ...FIELD_CLASH, rule: FIELD_CLASH.id, property, received }); }
  });
  violations.push(...check(modelRules(container), model));
  const manifests = inApplyOrder([...model.objects, ...features.flatMap(({ complete }) => complete?.(model, spec) ?? [])]);
  return { manifests, violations: [...violations, ...check(MANIFEST_RULES, manifests)] };
}
