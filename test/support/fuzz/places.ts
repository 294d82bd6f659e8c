/** Every place of a program where somebody can write something, by the table of public types, and programs with something else there. */
import { isMap } from '../../../src/kernel/data';
import { elementType, isObject, Members, Shapes, valueType } from '../../../src/kernel/shape-table';
import properties from '../../../src/properties.json';
import * as library from 'cdk8s-spilo';

const SHAPES = properties as Shapes;

/** Where something stands, what it is by the API, and what is to be there. */
export interface Place {
  /** The option: `StorageOptions.size`, `Access.leaderNodePort.portOnNodes`. */
  readonly option: string;
  readonly path: readonly (string | number)[];
  /** The type of a value; of a name in a map, `key`. */
  readonly type: string;
}

/** Nothing at all. */
export const ABSENT = Symbol('absent');

/** What stands at a place of a program. */
export function valueAt(program: any, path: Place['path']): unknown {
  return path.reduce((part, key) => part?.[key] ?? part?._data?.[key], program);
}

/** One place for each option of some programs of a type: where it has a value, if it has one anywhere. */
export function placesOf<Program>(type: string, programs: readonly Program[]): { readonly program: Program; readonly place: Place }[] {
  const all = programs.flatMap(program => placesIn(type, program).map(place => ({ program, place })));
  const found = new Map<string, typeof all[number]>();
  for (const one of [...all.filter(({ program, place }) => valueAt(program, place.path) !== undefined), ...all]) {
    if (!found.has(one.place.option)) { found.set(one.place.option, one); }
  }
  return [...found.values()];
}

/** All places in a value of a type, also those of optional properties that it does not have. */
export function placesIn(type: string, value: any, path: readonly (string | number)[] = [], option = type): Place[] {
  const here: Place = { option, path, type };
  const [element, entry] = [elementType(type), valueType(type)];
  if (element !== undefined) { return [here, ...indexes(value).flatMap(index => placesIn(element, value[index], [...path, index], `${option}[]`))]; }
  if (entry !== undefined) {
    const names = Object.keys(value ?? {});
    return [
      here, ...names.slice(0, 1).map(name => ({ option: `${option} name`, path: [...path, name], type: 'key' })),
      ...(names.length > 0 ? names : ['a']).flatMap(name => placesIn(entry, value?.[name], [...path, name], `${option}{}`)),
    ];
  }
  const { properties: struct, factories, members } = SHAPES[type] ?? {};
  if (factories && isObject(value)) {
    const { kind } = (value as any)._data;
    return [here, ...within(`${type}.${kind}`, factories[kind].parameters, (value as any)._data, path)];
  }
  const all = struct ?? (members && isObject(value) && holds(value, members) ? members : undefined);
  if (all && isObject(value)) { return [here, ...within(type, all, value, path)]; }
  return type === 'any' && isObject(value) ? [here, ...tree(value, path, option)] : [here];
}

/** Whether an object keeps all that its interface demands itself, as a copy of it does; a construct has some from its class. */
const holds = (value: object, members: Members) => Object.entries(members).every(([name, { optional }]) => optional || Object.hasOwn(value, name));

function within(option: string, all: Members, value: any, path: readonly (string | number)[]): Place[] {
  const places = Object.entries(all).flatMap(([name, { type }]) => placesIn(type, value[name], [...path, name], `${option}.${name}`));
  return [...places, { option: `${option} unknown`, path: [...path, 'clusterNam'], type: 'unknown' }];
}

/** Parts of what Kubernetes defines. */
function tree(value: any, path: readonly (string | number)[], option: string): Place[] {
  if (!isMap(value) && !Array.isArray(value)) { return []; }
  const keys = Array.isArray(value) ? indexes(value) : Object.keys(value);
  return keys.flatMap(key => [{ option: `${option}.${key}`, path: [...path, key], type: 'any' }, ...tree(value[key as never], [...path, key], `${option}.${key}`)]);
}

const indexes = (list: any): number[] => Array.isArray(list) ? [...list.keys()] : [];

/** The value with something else at a place, made as a user would make it: by calling the factories. */
export function replaced(value: any, [head, ...rest]: readonly (string | number)[], replacement: unknown, type?: string): any {
  if (head === undefined) { return replacement; }
  const key = type === 'key' && rest.length === 0 ? String(replacement) : head;
  const inner = (of: any) => type === 'key' && rest.length === 0 ? of?.[head] : replaced(of?.[head], rest, replacement, type);
  if (isObject(value) && isMap((value as any)._data)) { return remade(value, head, inner((value as any)._data)); }
  if (Array.isArray(value)) { return value.map((entry, index) => index === head ? inner(value) : entry); }
  const copy = Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => name !== head));
  const entry = inner(value);
  // Not by assignment, which has a meaning of its own for `__proto__`.
  return entry === ABSENT ? copy : Object.defineProperty(copy, key, { value: entry, enumerable: true, configurable: true, writable: true });
}

function remade(value: any, parameter: string | number, argument: unknown): unknown {
  const { kind, ...given } = value._data;
  const Class = (library as any)[value.constructor.name];
  const names = Object.keys(SHAPES[value.constructor.name].factories![kind].parameters);
  if (!names.includes(String(parameter))) { return Class[kind](...names.map(name => given[name]), argument); }
  return Class[kind](...names.map(name => name !== parameter ? given[name] : argument === ABSENT ? undefined : argument));
}

/** Every option that there is below the types. */
export function optionsBelow(roots: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (type: string): string[] => {
    const name = type.replace(/[{}[\]]/g, '');
    if (seen.has(name)) { return []; }
    seen.add(name);
    const { properties: struct, factories = {}, members } = SHAPES[name] ?? {};
    const groups = struct || members ? [[name, (struct ?? members)!] as const] : Object.entries(factories).map(([kind, { parameters }]) => [`${name}.${kind}`, parameters] as const);
    return groups.flatMap(([of, all]) => Object.entries(all).flatMap(([property, { type: inner }]) => [`${of}.${property}`, ...visit(inner)]));
  };
  return roots.flatMap(visit);
}
