import { Texts } from './contribution';
import { show, visible } from './show';
import { isLabelKey, isLabelValue, LABEL_KEY_SYNTAX, LABEL_VALUE_SYNTAX } from './syntax';

/** Maps of strings that a program has, by their property. */
type Maps<Input> = (input: Input) => { readonly [property: string]: Texts | undefined };

/** One thing that is wrong with a program, and how to put it right. */
export interface Violation {
  /** Id of the broken rule; `docs/rules.md` explains it. */
  readonly rule: string;
  /** The property as the API calls it: `storage.size`. */
  readonly property: string;
  readonly received: unknown;
  readonly allowed: string;
  readonly why: string;
}

/** What a rule found: the received value, and property and allowed values where the rule covers several. */
export type Finding = Pick<Violation, 'received'> & Partial<Pick<Violation, 'property' | 'allowed'>>;

/** A check at synth time. Rules are data: `docs/rules.md` and the test tables are made of them. */
export interface Rule<Input> {
  readonly id: string;
  readonly property: string;
  readonly allowed: string;
  /** What would happen in the cluster if this were let through. */
  readonly why: string;
  readonly find: (input: Input) => readonly Finding[];
}

/** What is said of a rule, whatever it looks at. */
export type RuleText = Omit<Rule<never>, 'find'>;

const NOTHING: readonly Finding[] = [];

/** Shorthand for a rule about one value: nothing to say about an absent one. */
export function valueRule<Input, Value>(
  id: string,
  property: string,
  allowed: string,
  why: string,
  value: (input: Input) => Value | undefined,
  accepts: (value: Value, input: Input) => boolean,
): Rule<Input> {
  return {
    id,
    property,
    allowed,
    why,
    find: input => {
      const received = value(input);
      return received === undefined || accepts(received, input) ? NOTHING : [{ received }];
    },
  };
}

/** The same rules for a part of a larger input, below a property; nothing to say where the part is absent. */
export function below<Input, Part>(property: string, part: (input: Input) => Part | undefined, rules: readonly Rule<Part>[]): Rule<Input>[] {
  const path = (name: string) => [property, name].filter(text => text !== '').join('.');
  return rules.map(rule => ({
    ...rule,
    property: path(rule.property),
    find: input => {
      const found = part(input);
      return found === undefined ? NOTHING : rule.find(found).map(finding => ({ ...finding, property: path(finding.property ?? rule.property) }));
    },
  }));
}

/** All violations of `rules`, in their order. Nearly always none: so nothing is made for a rule that is kept. */
export function check<Input>(rules: readonly Rule<Input>[], input: Input): Violation[] {
  const violations: Violation[] = [];
  for (const rule of rules) {
    const findings = rule.find(input);
    if (findings.length === 0) { continue; }
    const { id, property, allowed, why } = rule;
    violations.push(...findings.map(finding => ({ rule: id, property, allowed, why, ...finding })));
  }
  return violations;
}

/** Where every rule is explained. */
const RULES_URL = 'https://github.com/cdk8s-spilo/cdk8s-spilo/blob/main/docs/rules.md';

/** The one error of a construct: every violation with rule id, path, property, received and allowed values, and the reason. */
export function refusal(path: string, violations: readonly Violation[]): Error {
  const lines = violations.flatMap(({ rule, property, received, allowed, why }) => [
    // The name of a property ends in what the user called an entry of a map.
    `  [${rule}] ${path}: ${show(property).slice(1, -1)}: received ${show(received)}, allowed: ${visible(allowed)}`,
    `    ${why} ${RULES_URL}#${rule}`,
  ]);
  const count = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
  return new Error([`${path} is refused: ${count}, nothing was written`, ...lines].join('\n'));
}

/** A rule for a map that must follow the syntax of labels, such as a node selector. */
export function labelSyntaxRule<Input>(id: string, property: string, labels: Maps<Input>): Rule<Input> {
  return {
    id,
    property,
    allowed: `keys: ${LABEL_KEY_SYNTAX}; values: ${LABEL_VALUE_SYNTAX}`,
    why: 'The API server refuses the object.',
    find: input => entries(labels(input))
      .filter(({ key, value }) => !isLabelKey(key) || !isLabelValue(value))
      .map(findingOf),
  };
}

/** Rules for labels that come beside those of the library, whose keys are `reserved`. */
export function labelsRules<Input>(id: string, property: string, labels: Maps<Input>, reserved: readonly string[]): Rule<Input>[] {
  return [labelSyntaxRule(id, property, labels), {
    id: `${id}-reserved`,
    property,
    allowed: `keys other than ${reserved.join(', ')}`,
    why: 'Selectors and Patroni find the members by these labels; another value makes a member invisible.',
    find: input => entries(labels(input))
      .filter(({ key }) => reserved.includes(key))
      .map(findingOf),
  }];
}

/** A rule for the annotations of one property: keys as Kubernetes takes them, any text as value. */
export function annotationsRule<Input>(id: string, property: string, annotations: Maps<Input>): Rule<Input> {
  return {
    id,
    property,
    allowed: `keys: ${LABEL_KEY_SYNTAX}, and not of ${OWN_PREFIX}; values: strings`,
    why: 'The API server refuses the object, or the annotation is one that the library sets itself.',
    find: input => entries(annotations(input))
      .filter(({ key, value }) => !isLabelKey(key) || key.startsWith(OWN_PREFIX) || typeof value !== 'string')
      .map(findingOf),
  };
}

/** Annotations of the library's own begin so. */
export const OWN_PREFIX = 'cdk8s-spilo/';

interface Entry { readonly property: string; readonly key: string; readonly value: string }

function entries(maps: { readonly [property: string]: Texts | undefined }): Entry[] {
  return Object.entries(maps).flatMap(([property, map]) =>
    Object.entries(map ?? {}).map(([key, value]) => ({ property, key, value })));
}

function findingOf({ property, key, value }: Entry): Finding {
  return { property, received: { [key]: value } };
}
