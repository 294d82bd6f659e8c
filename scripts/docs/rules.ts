/** `docs/rules.md`: every check at synth time, from the tables that the library itself walks. */
import { code, link, page } from './markdown';
import { PGADMIN_RULES } from '../../src/pgadmin';
import { CONNECTION_RULES } from '../../src/private/cluster-base';
import { FEATURES } from '../../src/private/features';
import { FIELD_CLASH, MODEL_RULES } from '../../src/private/model-rules';
import { Rule } from '../../src/private/rules';
import { APP_RULES } from '../../src/private/watch';

/** What the page says of a rule. */
export type RuleText = Pick<Rule<never>, 'id' | 'property' | 'allowed' | 'why'>;

/** Rules that belong together, under one heading. */
export interface RuleGroup { readonly title: string; readonly rules: readonly RuleText[] }

/** All rules, each once: a construct that takes the options of another one takes its rules with them. */
export function ruleGroups(): RuleGroup[] {
  const seen = new Set<string>();
  const features = FEATURES.map(({ rules }): RuleGroup => ({ title: titleOf(rules), rules }));
  return [
    ...features,
    { title: 'Features together', rules: [...MODEL_RULES, FIELD_CLASH] },
    { title: 'connection()', rules: CONNECTION_RULES },
    { title: 'PgAdmin', rules: PGADMIN_RULES },
    { title: 'The whole app', rules: APP_RULES },
  ].map(({ title, rules }) => ({ title, rules: rules.filter(({ id }) => !seen.has(id) && seen.add(id)) }))
    .filter(({ rules }) => rules.length > 0);
}

/** The properties that a feature checks, without what is below them. */
function titleOf(rules: readonly RuleText[]): string {
  return [...new Set(rules.map(({ property }) => code(property.split(/[.[]/)[0])))].join(', ');
}

/** The page. */
export function rulesPage(): string {
  const groups = ruleGroups();
  const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const shared = PGADMIN_RULES.map(({ id }) => id).filter(id => groups.some(({ title, rules }) => title !== 'PgAdmin' && rules.some(rule => rule.id === id)));
  return page(
    '# Rules',
    `A program that breaks one of these ${count} rules is refused when it is synthesized: one error lists every violation with the id of its `
      + 'rule, the path of the construct, the property, the received value and the allowed ones. Nothing is written then.',
    groups.map(({ title, rules }) => `- ${title}: ${rules.map(({ id }) => link(id, id)).join(', ')}`).join('\n'),
    ...groups.flatMap(({ title, rules }) => [
      `## ${title}`,
      ...(title === 'PgAdmin' ? [`Beside these: ${shared.map(id => link(id, id)).join(', ')}.`] : []),
      ...rules.map(({ id, property, allowed, why }) => `### ${id}\n\n${code(property)}. Allowed: ${sentence(allowed)}\n\nOtherwise: ${why}`),
    ]),
  );
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
