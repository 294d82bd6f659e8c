/** What is said about values that have not the type of their property. */
import { isMap, UNREADABLE } from './data';
import { nearest } from './nearest';
import { elementType, isAbsent, isObject, KINDS, Shapes, valueType } from './shape-table';

/** Names of properties and types that may hold a secret. What the library does not check may hold anything. */
export const mayBeSecret = (name: string) => /pass|secret|key|token|credential|unchecked/i.test(name);

const LONGEST = 60;
/** Text of a user within a message. */
export const cut = (text: string) => `${text.slice(0, LONGEST).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}${text.length > LONGEST ? '...' : ''}`;

/** What to write. */
export function expected(shapes: Shapes, type: string): string {
  const [element, entry] = [elementType(type), valueType(type)];
  if (element !== undefined) { return `a list; each element: ${expected(shapes, element)}`; }
  if (entry !== undefined) { return `an object; each value: ${expected(shapes, entry)}`; }
  const { properties, factories, constants = [], values } = shapes[type] ?? {};
  if (values) { return Object.entries(values).map(([name, value]) => `${type}.${name} ('${value}')`).join(', '); }
  if (properties) { return `an object with ${Object.entries(properties).map(([name, { optional }]) => optional ? `${name}?` : name).join(', ')}`; }
  if (!factories) { return KINDS.get(type)?.allowed ?? `an ${type}`; }
  return [
    ...Object.entries(factories).map(([kind, { parameters }]) => `${type}.${kind}(${Object.keys(parameters).length > 0 ? '...' : ''})`),
    ...constants.map(name => `${type}.${name}`),
  ].join(', ');
}

/** What to write in place of a name that is none of `known`. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `one of ${known.join(', ')}` : `did you mean '${near}'?`;
}

/** What is shown of a value. A string only where the type is a short one: elsewhere it may be a secret, or a file. */
export function received(value: unknown, isHidden: boolean, isShort: boolean): unknown {
  if (isAbsent(value)) { return value; }
  if (isHidden) { return `(${kindOf(value)}, not shown)`; }
  if (typeof value === 'number' || typeof value === 'boolean') { return value; }
  if (typeof value === 'string' && isShort) { return cut(value); }
  return isObject(value) ? described(value) : `(${kindOf(value)})`;
}

function kindOf(value: unknown): string {
  if (value === UNREADABLE) { return 'a value that cannot be read'; }
  return isObject(value) ? 'an object' : `a ${typeof value}`;
}

function described(value: object): string {
  try {
    if (Array.isArray(value)) { return '(a list)'; }
    if (!isMap(value)) { return `(an instance of ${cut(String(value.constructor.name))})`; }
    const names = Object.keys(value);
    return names.length === 0 ? '(an empty object)' : `(an object with ${cut(names.join(', '))})`;
  } catch {
    return '(an object that cannot be read)';
  }
}
