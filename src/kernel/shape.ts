/**
 * Checks names and types of what a user gives, against the table of public types. TypeScript does so when it compiles;
 * JavaScript and Python do not.
 */
import { isMap, read, UNREADABLE } from './data';
import { RuleText, Violation } from './rule';
import { elementType, isAbsent, isObject, isWhole, KINDS, Member, Members, Shapes, valueType } from './shape-table';
import { cut, expected, mayBeSecret, received, suggestion } from './shape-text';

const UNKNOWN: RuleText = {
  id: 'unknown-property',
  property: 'every property',
  allowed: 'a name that the API has',
  why: 'A mistyped name would be ignored, and the default take effect in its place.',
};
const MISSING: RuleText = {
  id: 'missing-property',
  property: 'every required property',
  allowed: 'a value of the type of the property',
  why: 'No default is right for everybody.',
};
const TYPE: RuleText = {
  id: 'property-type',
  property: 'every property',
  allowed: 'a value of the type of the property',
  why: 'A value of another type would end up in a manifest as something that nobody meant.',
};
export const SHAPE_RULES: readonly RuleText[] = [UNKNOWN, MISSING, TYPE];

/** What is wrong with a value, and the value without it. */
export interface Repaired<Value> {
  readonly violations: readonly Violation[];
  /**
   * What other rules can still judge: the value itself if nothing is wrong with it, else a copy without the optional parts
   * that are wrong. Absent where a required part is missing or wrong.
   */
  readonly value?: Value;
}

/** All that is wrong with the names and types in a value, whatever it is. `property` is where the value stands. */
export function checkShape(shapes: Shapes, type: string, value: unknown, property = ''): readonly Violation[] {
  return repair(shapes, type, value, property).violations;
}

/** As `checkShape()`, and what is left. */
export function repair<Value>(shapes: Shapes, type: string, value: Value, property = ''): Repaired<Value> {
  const run: Run = { shapes, violations: [], open: new Set() };
  const kept = isAbsent(value) ? missing(run, type, property) : inspect(run, type, value, { path: property, hidden: false });
  return kept === BROKEN ? { violations: run.violations } : { violations: run.violations, value: kept as Value };
}

interface Run {
  readonly shapes: Shapes;
  readonly violations: Violation[];
  /** The objects around the value that is looked at: one of them again is a circle. */
  readonly open: Set<object>;
}

/** Where a value stands, and whether it may hold a secret although the path does not say so. */
interface Place { readonly path: string; readonly hidden: boolean }

interface Values { readonly [name: string]: unknown }

/** In place of a value that is wrong. */
const BROKEN = Symbol('broken');
const join = (path: string, name: string) => path === '' ? name : `${path}.${name}`;

/** The value as it may stay, or `BROKEN`. */
function inspect(run: Run, type: string, value: unknown, place: Place): unknown {
  if (!isObject(value)) { return inspectAs(run, type, value, place); }
  // What contains itself, and what throws whenever anybody looks at it.
  if (run.open.has(value) || read(value, 'constructor') === UNREADABLE) { return wrong(run, type, value, place); }
  run.open.add(value);
  try {
    return inspectAs(run, type, value, place);
  } catch {
    // A Proxy, or what looks like a Size and is none.
    return wrong(run, type, value, place);
  } finally {
    run.open.delete(value);
  }
}

function inspectAs(run: Run, type: string, value: any, place: Place): unknown {
  const kind = KINDS.get(type);
  if (kind) { return kind.accepts(value) ? value : wrong(run, type, value, place); }
  const [element, entry] = [elementType(type), valueType(type)];
  if (element !== undefined) { return isWhole(value) ? list(run, element, value, place) : wrong(run, type, value, place); }
  if (entry !== undefined) { return isMap(value) ? map(run, entry, value, place) : wrong(run, type, value, place); }
  const { properties, factories, values, members: all } = run.shapes[type] ?? {};
  if (properties && isStructLike(value, properties)) { return struct(run, type, properties, value, place); }
  if (factories && isMadeBy(value, type, factories)) { return instance(run, factories[value._data.kind].parameters, value, place); }
  if (all && isObject(value) && hasAll(value, all)) { return implementation(run, all, value as Values, place); }
  return values && Object.values(values).includes(value) ? value : wrong(run, type, value, place);
}

/** An element that is wrong breaks its list: without it the others would stand at other places than in the program. */
function list(run: Run, type: string, value: readonly unknown[], { path, hidden }: Place): unknown {
  const kept = value.map((entry, index) => {
    const place = { path: `${path}[${index}]`, hidden };
    return isAbsent(entry) ? wrong(run, type, entry, place) : inspect(run, type, entry, place);
  });
  if (kept.includes(BROKEN)) { return BROKEN; }
  return kept.every((entry, index) => Object.is(entry, value[index])) ? value : kept;
}

function map(run: Run, type: string, value: Values, { path, hidden }: Place): unknown {
  const keys = Object.keys(value);
  const any: Member = { type, optional: true };
  const repairs = members(run, Object.fromEntries(keys.map(key => [key, any])), value, key => ({ path: join(path, cut(key)), hidden }));
  return repairs || keys.some(key => value[key] === undefined) ? without(value, keys, repairs as Repairs) : value;
}

function struct(run: Run, type: string, properties: Members, value: Values, { path, hidden }: Place): unknown {
  const unknown = Object.keys(value).filter(name => !Object.hasOwn(properties, name) && !isAbsent(read(value, name)));
  for (const name of unknown) { report(run, UNKNOWN, join(path, cut(name)), cut(name), suggestion(name, Object.keys(properties))); }
  const isHidden = hidden || mayBeSecret(type);
  const repairs = members(run, properties, value, name => ({ path: join(path, name), hidden: isHidden }));
  if (repairs === BROKEN) { return BROKEN; }
  return repairs || unknown.length > 0 ? without(value, Object.keys(properties), repairs) : value;
}

/**
 * An instance of a class with factories. What is in its `options` stands where the instance stands. An argument that is wrong
 * breaks the instance, also an optional one: its default is known to the factory only.
 */
function instance(run: Run, parameters: Members, value: { _data: Values }, { path, hidden }: Place): unknown {
  const kept = Object.entries(parameters).map(([name, { type, optional }]) => {
    const [given, place] = [read(value._data, name), { path: name === 'options' ? path : join(path, name), hidden }];
    if (given === undefined) { return [name, optional ? undefined : missing(run, type, place.path)] as const; }
    return [name, inspect(run, type, given, place)] as const;
  });
  if (kept.some(([, argument]) => argument === BROKEN)) { return BROKEN; }
  if (kept.every(([name, argument]) => Object.is(argument, value._data[name]))) { return value; }
  const _data = { value: { ...value._data, ...Object.fromEntries(kept) }, enumerable: true };
  return Object.create(Object.getPrototypeOf(value), { ...Object.getOwnPropertyDescriptors(value), _data });
}

/** An object with behaviour is no bag of values that could be copied: it stays as it is, or is wrong as a whole. */
function implementation(run: Run, all: Members, value: Values, { path, hidden }: Place): unknown {
  const before = run.violations.length;
  members(run, all, value, name => ({ path: join(path, name), hidden }));
  return run.violations.length > before ? BROKEN : value;
}

function hasAll(value: object, all: Members): boolean {
  return Object.entries(all).every(([name, { optional }]) => optional || name in value);
}

/** What to put in place of members that are wrong, by name. */
type Repairs = ReadonlyMap<string, unknown> | undefined;

/** Looks at all members. Those that are optional and wrong are left out; a required one that is wrong breaks the whole. */
function members(run: Run, all: Members, value: Values, placeOf: (name: string) => Place): Repairs | typeof BROKEN {
  let repairs: Map<string, unknown> | undefined;
  let isBroken = false;
  for (const name of Object.keys(all)) {
    const { type, optional } = all[name];
    const given = read(value, name);
    if (given === undefined && optional) { continue; }
    const kept = isAbsent(given)
      ? optional ? undefined : missing(run, type, placeOf(name).path)
      : inspect(run, type, given, placeOf(name));
    if (Object.is(kept, given)) { continue; }
    isBroken ||= kept === BROKEN && !optional;
    (repairs ??= new Map()).set(name, kept === BROKEN ? undefined : kept);
  }
  return isBroken ? BROKEN : repairs;
}

function without(value: Values, names: readonly string[], repairs: Repairs): object {
  const entries = names.map(name => [name, repairs?.has(name) ? repairs.get(name) : value[name]]);
  return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
}

/** A plain object, or an instance of a user's class that has properties of the struct; but none of a class with factories. */
function isStructLike(value: unknown, properties: Members): boolean {
  return isObject(value) && !Array.isArray(value) && !('_data' in value)
    && (isMap(value) || Object.keys(properties).some(name => name in value));
}

/** The name that jsii gives a class, also where a bundler has shortened its own. */
const JSII = Symbol.for('jsii.rtti');

function isMadeBy(value: any, type: string, factories: object): boolean {
  const { constructor } = isObject(value) ? Object.getPrototypeOf(value) ?? {} : {} as any;
  return (constructor?.name === type || String(constructor?.[JSII]?.fqn).endsWith(`.${type}`))
    && isMap(value._data) && Object.hasOwn(factories, value._data.kind as string);
}

function missing(run: Run, type: string, path: string): typeof BROKEN {
  return report(run, MISSING, path || type, undefined, expected(run.shapes, type));
}

function wrong(run: Run, type: string, value: unknown, { path, hidden }: Place): typeof BROKEN {
  const isText = KINDS.has(type) || run.shapes[type]?.values !== undefined;
  return report(run, TYPE, path || type, received(value, hidden || mayBeSecret(path), isText), expected(run.shapes, type));
}

function report(run: Run, { id, why }: RuleText, property: string, got: unknown, allowed: string): typeof BROKEN {
  run.violations.push({ rule: id, property, received: got, allowed, why });
  return BROKEN;
}
