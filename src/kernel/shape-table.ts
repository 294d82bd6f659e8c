/** The table of public types (`src/properties.json`): how a value of each is recognized at run time. */
import { read, UNREADABLE } from './data';

/**
 * One property of a struct, or one parameter of a static factory.
 *
 * Its type is the name of a type in the table or in `KINDS`, `T[]` for a list, or `{T}` for a map with any keys.
 */
export interface Member {
  readonly type: string;
  readonly optional?: boolean;
  /** The text of the tag of the same name, as the next one. */
  readonly default?: string;
  readonly changes?: string;
}
export interface Members { readonly [name: string]: Member }

/** A type has one of these; a class may have `constants` beside its factories. */
export interface Shape {
  /** Of a struct, with those that it inherits. */
  readonly properties?: Members;
  /** Of a class that only its static factories make. Instances keep which one it was and its arguments in `_data`. */
  readonly factories?: { readonly [kind: string]: { readonly parameters: Members } };
  /** Names of the instances that such a class has ready. */
  readonly constants?: readonly string[];
  /** Of an enum. */
  readonly values?: { readonly [name: string]: string };
  /** Of an interface with behaviour, which any object may implement, or of a class that holds values. */
  readonly members?: Members;
}
export interface Shapes { readonly [type: string]: Shape }

/** A type that needs no table. */
interface Kind {
  /** It may throw: such a value is not accepted. */
  readonly accepts: (value: any) => boolean;
  readonly allowed: string;
}

/** Types of cdk8s are recognized by their members, since an app may have two copies of cdk8s. */
export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['string', { accepts: value => typeof value === 'string', allowed: 'a string' }],
  // NaN and Infinity are left to the rules, which know what the number is for.
  ['number', { accepts: value => typeof value === 'number', allowed: 'a number' }],
  ['boolean', { accepts: value => typeof value === 'boolean', allowed: 'true or false' }],
  ['any', { accepts: value => isTree(value), allowed: 'a string, a number, true or false, a list or an object' }],
  ['Size', { accepts: value => typeof value?.toKibibytes?.({ rounding: 2 }) === 'number', allowed: 'a Size, such as Size.gibibytes(10)' }],
  ['Duration', { accepts: value => typeof value?.toMilliseconds?.() === 'number', allowed: 'a Duration, such as Duration.minutes(5)' }],
  ['Cron', { accepts: value => typeof value?.expressionString === 'string', allowed: 'a Cron, such as Cron.schedule({ minute: \'0\', hour: \'1\' })' }],
]);

/** `T` of `T[]`. */
export const elementType = (type: string) => type.endsWith('[]') ? type.slice(0, -2) : undefined;
/** `T` of `{T}`. */
export const valueType = (type: string) => type.startsWith('{') && type.endsWith('}') ? type.slice(1, -1) : undefined;

/** Whether the table can say what a value of this type looks like. */
export function isType(shapes: Shapes, type: string): boolean {
  const inner = elementType(type) ?? valueType(type);
  return inner === undefined ? KINDS.has(type) || Object.hasOwn(shapes, type) : isType(shapes, inner);
}

/** Without a value: what languages without `undefined` send counts as well. */
export const isAbsent = (value: unknown) => value === undefined || value === null;

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A list without holes. */
export const isWhole = (value: unknown): value is unknown[] => Array.isArray(value) && Object.keys(value).length >= value.length;

/** What a manifest can hold: what JSON can say. Instances of classes are left to the rules, unless they contain themselves as constructs do. */
function isTree(value: unknown, around: ReadonlySet<object> = new Set()): boolean {
  if (!isObject(value)) { return !['bigint', 'function', 'symbol'].includes(typeof value); }
  if (around.has(value) || read(value, 'constructor') === UNREADABLE) { return false; }
  if (Array.isArray(value) && (!isWhole(value) || value.some(isAbsent))) { return false; }
  const inside = new Set([...around, value]);
  return Object.values(value).every(entry => isTree(entry, inside));
}
