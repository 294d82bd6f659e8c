/** `docs/rules.md`: every check at synth time, from the tables that the library itself walks. */
import { CONSTRUCTS } from './constructs';
import { code, link, page } from './markdown';
import { ATTRIBUTE_RULES } from '../../src/cluster/attributes';
import { FEATURES } from '../../src/cluster/features';
import { FIELD_CLASH, modelRules } from '../../src/kernel/model-rules';
import { RuleText } from '../../src/kernel/rule';
import { SHAPE_RULES } from '../../src/kernel/shape';
import { MANIFEST_RULES } from '../../src/kernel/text-rules';
import { APP_RULES } from '../../src/kernel/watch';
import { CONNECTION_RULES } from '../../src/spilo/connection';
import { CONTAINER } from '../../src/spilo/paths';

/** Rules that belong together, under one heading. */
export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly RuleText[];
  /** Rules that stand in an earlier group: a construct that takes the options of another one takes their rules. */
  readonly shared: readonly RuleText[];
}

/** All rules, each once. */
export function ruleGroups(): RuleGroup[] {
  const [, ...others] = CONSTRUCTS;
  const groups: { title: string; rules: readonly RuleText[] }[] = [
    { title: 'Names and types', rules: SHAPE_RULES },
    ...Object.entries(FEATURES).map(([name, { rules }]) => ({ title: name === 'store' ? 'Stores' : titleOf(rules), rules })),
    { title: 'Features together', rules: [...modelRules(CONTAINER), FIELD_CLASH] },
    { title: 'Rendered objects', rules: MANIFEST_RULES },
    { title: 'connection()', rules: CONNECTION_RULES },
    { title: 'fromClusterAttributes()', rules: ATTRIBUTE_RULES },
    ...others,
    { title: 'The whole app', rules: APP_RULES },
  ];
  const seen = new Set<string>();
  return groups.filter(({ rules }) => rules.length > 0).map(({ title, rules }) => {
    const shared = unique(rules.filter(({ id }) => seen.has(id)));
    return { title, rules: rules.filter(({ id }) => !seen.has(id) && seen.add(id)), shared };
  });
}

/** A construct with several images checks each by the same rules. */
function unique(rules: readonly RuleText[]): RuleText[] {
  return [...new Map(rules.map(rule => [rule.id, rule])).values()];
}

/** The properties that a feature checks, without what is below them. */
function titleOf(rules: readonly RuleText[]): string {
  return [...new Set(rules.map(({ property }) => code(property.split(/[.[]/)[0])))].join(', ');
}

/** The page. */
export function rulesPage(): string {
  const groups = ruleGroups();
  const whyOf = new Map(groups.flatMap(({ rules }) => rules.map(({ id, why }) => [id, why])));
  const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  return page(
    '# Rules',
    `A program that breaks one of these ${count} rules is refused when it is synthesized: one error lists every violation with the id of its `
      + 'rule, the path of the construct, the property, the received value and the allowed ones. Nothing is written then.',
    groups.map(({ title, rules }) => `- ${title}: ${links(rules)}`).join('\n'),
    ...groups.flatMap(({ title, rules, shared }) => [
      `## ${title}`,
      ...(shared.length > 0 ? [`Beside these: ${links(shared)}.`] : []),
      ...shared.filter(({ id, why }) => why !== whyOf.get(id)).map(({ id, why }) => `${link(id, id)} has another reason here: ${why}`),
      ...rules.map(({ id, property, allowed, why }) => `### ${id}\n\n${code(property)}. Allowed: ${sentence(allowed)}\n\nWhy: ${why}`),
    ]),
  );
}

function links(rules: readonly RuleText[]): string {
  return rules.map(({ id }) => link(id, id)).join(', ');
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
