import { isMap } from '../kernel/data';

/**
 * A part of a pod that a user wrote, as Kubernetes' own JSON. It may be a struct of any version of cdk8s-plus, whose names
 * differ here and there from Kubernetes' (`hostIp`), or a map with Kubernetes' own names. `toJson` is the conversion of the
 * version that the library knows; fields that are newer are carried as they are, so that none is silently lost.
 */
export function kubernetesJson<Value>(value: Value, toJson: (value: Value) => any): any {
  return carried(value, converted(value, toJson));
}

/**
 * What the library itself wrote, as Kubernetes' own JSON. Its structs have the names that Kubernetes has, so that only classes
 * for numbers and names without a value remain to be put right.
 */
export function plainJson(value: any): any {
  if (typeof value !== 'object' || value === null) { return value; }
  if (Array.isArray(value)) { return value.map(plainJson); }
  if (!isMap(value)) { return isValue(value) ? value.value : value; }
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined).map(([name, entry]) => [name, plainJson(entry)]));
}

/** Nothing where the value is no such struct at all: then it is carried as it is, and the API server says what is wrong. */
function converted<Value>(value: Value, toJson: (value: Value) => any): any {
  try {
    return toJson(value);
  } catch {
    return undefined;
  }
}

/** Completes the rendered value, which nobody else has yet, by what it lacks of the given one. */
function carried(value: any, rendered: any): any {
  if (typeof value !== 'object' || value === null) { return value; }
  if (Array.isArray(value)) {
    const complete = Array.isArray(rendered) ? rendered : [];
    value.forEach((entry, index) => { complete[index] = carried(entry, complete[index]); });
    return complete;
  }
  if (!isMap(value)) { return isValue(value) ? value.value : isStructOf(value, rendered) ? rendered : value; }
  const complete = isMap(rendered) ? rendered : {};
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (entry === undefined) { continue; }
    const name = nameIn(complete, key);
    const old = isOwn(complete, name) ? complete[name] : undefined;
    const whole = carried(entry, old);
    if (whole === old) { continue; }
    // An assignment to a name that JavaScript gives a meaning would be lost, and no rule could refuse it.
    Object.defineProperty(complete, name, { value: whole, enumerable: true, writable: true, configurable: true });
  }
  return complete;
}

const isOwn = (map: object, name: string) => Object.prototype.hasOwnProperty.call(map, name);

/** Kubernetes' name for what a struct may call a little differently. */
function nameIn(rendered: { readonly [name: string]: unknown }, key: string): string {
  return isOwn(rendered, key) ? key : Object.keys(rendered).find(name => name.toLowerCase() === key.toLowerCase()) ?? key;
}

/** Whether an instance of a class has something of a struct: the conversion makes a map of anything, also of a text. */
function isStructOf(value: unknown, rendered: unknown): boolean {
  return typeof value === 'object' && isMap(rendered) && Object.keys(rendered).length > 0;
}

/** `Quantity` and `IntOrString` of every version of cdk8s-plus. */
function isValue(value: any): value is { value: string | number } {
  return typeof value.value === 'string' || typeof value.value === 'number';
}
