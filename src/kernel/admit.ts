import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { inApplyOrder } from './apply-order';
import { Manifest } from './contribution';
import { ManifestObject } from './manifest-object';
import { Plan } from './plan';
import { check, refusal, Rule, Violation } from './rule';
import { repair } from './shape';
import { Shapes } from './shape-table';
import { MANIFEST_RULES } from './text-rules';
import { Statement, watch } from './watch';

/** What is left of the properties when names and types are looked at, with all that is wrong with those. Refuses at once what nobody can judge further. */
export function admitShape<Props>(
  scope: Construct,
  id: string,
  shapes: Shapes,
  type: string,
  props: Props,
): { readonly value: Props; readonly violations: readonly Violation[] } {
  const { value, violations } = repair(shapes, type, props);
  if (value === undefined) { throw refusal(pathOf(scope, id), violations); }
  return { value, violations };
}

const pathOf = (scope: Construct, id: string) => [scope.node.path, id].filter(part => part !== '').join('/');

/** The manifests of a plan, before there is a construct: a refused one leaves none behind. */
export function admit(scope: Construct, id: string, { manifests, violations }: Plan): readonly Manifest[] {
  if (violations.length > 0) { throw refusal(pathOf(scope, id), violations); }
  return manifests;
}

/** The objects of a construct by their ids, watched together with all others of the app. */
export function build(construct: Construct, manifests: readonly Manifest[], statement: Statement = {}): { [id: string]: ApiObject } {
  const objects = manifests.map(manifest => [manifest.id, new ManifestObject(construct, manifest)] as const);
  watch(construct, manifests, statement);
  return Object.fromEntries(objects);
}

/** The plan of a construct that has no features: its rules over its spec, and its manifests, a function of the spec. */
export function planOf<Spec>(
  spec: Spec, rules: readonly Rule<Spec>[], manifestsOf: (spec: Spec) => readonly Manifest[], known: readonly Violation[] = [],
): Plan {
  const manifests = inApplyOrder(manifestsOf(spec));
  return { manifests, violations: [...known, ...check(rules, spec), ...check(MANIFEST_RULES, manifests)] };
}
