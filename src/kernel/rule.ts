import { isLabelKey, isLabelValue, LABEL_KEY_SYNTAX, LABEL_VALUE_SYNTAX } from './syntax';
import { RESERVED_LABELS } from '../spilo/labels';

type StringMap = { readonly [key: string]: string };
/** Maps of strings that a program has, by their property. */
type Maps<Input> = (input: Input) => { readonly [property: string]: StringMap | undefined };

/** One thing that is wrong with a program, and how to put it right. */
export interface Violation {
  /** Id of the broken rule; `docs/rules.md` explains it. */
  readonly rule: string;
  /** The property as the API calls it: `storage.size`. */
  readonly property: string;
  readonly received: unknown;
  readonly allowed: string;
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
      return received === undefined || accepts(received, input) ? [] : [{ received }];
    },
  };
}

/** All violations of `rules`, in their order. Nearly always none: so nothing is made for a rule that is kept. */
export function check<Input>(rules: readonly Rule<Input>[], input: Input): Violation[] {
  const violations: Violation[] = [];
  for (const { id, property, allowed, find } of rules) {
    for (const finding of find(input)) { violations.push({ rule: id, property, allowed, ...finding }); }
  }
  return violations;
}

/** The one error of a construct: every violation with rule id, path, property, received and allowed values. */
export function refusal(path: string, violations: readonly Violation[]): Error {
  const lines = violations.map(({ rule, property, received, allowed }) =>
    `  [${rule}] ${path}: ${property}: received ${show(received)}, allowed: ${allowed}`);
  const count = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
  return new Error([`${path} is refused: ${count}, nothing was written`, ...lines, '  rules are explained in docs/rules.md'].join('\n'));
}

/** A value as a user would write it. JSON has no NaN, and an instance shows its own text or its fields. */
export function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) { return String(value); }
  return JSON.stringify(value).replace(SECRET, '$1(not shown)');
}

/** A password within a longer text, such as a connection string or a line of pg_hba.conf. */
const SECRET = /(pass(?:word|wd|phrase)?\w*\s*=\s*).*(?=")/i;

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

/** Rules for labels that come beside those of the library. */
export function labelsRules<Input>(id: string, property: string, labels: Maps<Input>): Rule<Input>[] {
  return [labelSyntaxRule(id, property, labels), {
    id: `${id}-reserved`,
    property,
    allowed: `keys other than ${RESERVED_LABELS.join(', ')}`,
    why: 'Selectors and Patroni find the members by these labels; another value makes a member invisible.',
    find: input => entries(labels(input))
      .filter(({ key }) => RESERVED_LABELS.includes(key))
      .map(findingOf),
  }];
}

/** A rule for the annotations of one property: keys as Kubernetes takes them, any text as value. */
export function annotationsRule<Input>(id: string, property: string, annotations: Maps<Input>): Rule<Input> {
  return {
    id,
    property,
    allowed: `keys: ${LABEL_KEY_SYNTAX}; values: strings`,
    why: 'The API server refuses the object.',
    find: input => entries(annotations(input))
      .filter(({ key, value }) => !isLabelKey(key) || typeof value !== 'string')
      .map(findingOf),
  };
}

interface Entry { readonly property: string; readonly key: string; readonly value: string }

function entries(maps: { readonly [property: string]: StringMap | undefined }): Entry[] {
  return Object.entries(maps).flatMap(([property, map]) =>
    Object.entries(map ?? {}).map(([key, value]) => ({ property, key, value })));
}

function findingOf({ property, key, value }: Entry): Finding {
  return { property, received: { [key]: value } };
}
