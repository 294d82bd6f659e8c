/** What a user gave, or nothing where it is an empty list or map: Kubernetes gives some empty ones a meaning nobody has. */
export function given<Value extends object>(value: Value | undefined): Value | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** A copy without the keys that have no value. */
export function onlyDefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}

/** A plain object, not a list and not an instance of a class (`k8s.Quantity` is a value). */
export function isMap(value: unknown): value is { [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) { return false; }
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A list, or none where what should be one is something else, which a rule then refuses. */
export function listed<Value>(value: readonly Value[] | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** In place of a value that throws when it is read. No type accepts a symbol. */
export const UNREADABLE = Symbol('unreadable');

/** What an object has below a name. */
export function read(value: object, name: string): unknown {
  try { return (value as { [name: string]: unknown })[name]; } catch { return UNREADABLE; }
}

/**
 * A copy of lists and maps, with instances of classes as they are. What a factory was given belongs to the caller, who may
 * change it afterwards; what the factory keeps does not change. What contains itself does so in the copy, for a rule to find; what
 * stands twice is copied twice, since YAML would write a reference for one object in two places.
 */
export function copied<Value>(value: Value, above = new Map<unknown, unknown>()): Value {
  if (!Array.isArray(value) && !isMap(value)) { return value; }
  if (above.has(value)) { return above.get(value) as Value; }
  const copy: any = Array.isArray(value) ? [] : {};
  above.set(value, copy);
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, { value: copied(read(value, key), above), enumerable: true, writable: true, configurable: true });
  }
  above.delete(value);
  return copy;
}
