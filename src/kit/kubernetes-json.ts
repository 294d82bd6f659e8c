import { isMap } from '../kernel/data';

/**
 * A part of a pod that a user wrote, as Kubernetes' own JSON. It may be a struct of any version of cdk8s-plus, whose names
 * differ here and there from Kubernetes' (`hostIp`), or a map with Kubernetes' own names. `toJson` is the conversion of the
 * version that the library knows; fields that are newer are carried as they are, so that none is silently lost.
 */
export function kubernetesJson<Value>(value: Value, toJson: (value: Value) => any): any {
  return carried(value, converted(value, toJson));
}

/** Nothing where the value is no such struct at all: then it is carried as it is, and the API server says what is wrong. */
function converted<Value>(value: Value, toJson: (value: Value) => any): any {
  try {
    return toJson(value);
  } catch {
    return undefined;
  }
}

/** Adds to the rendered value what it lacks of the given one. */
function carried(value: any, rendered: any): any {
  if (isValue(value)) { return value.value; }
  if (Array.isArray(value)) {
    return value.map((entry, index) => carried(entry, Array.isArray(rendered) ? rendered[index] : undefined));
  }
  if (!isMap(value)) { return isStructOf(value, rendered) ? rendered : value; }
  const known = new Map<string, any>(isMap(rendered) ? Object.entries(rendered) : []);
  for (const [key, entry] of Object.entries(value)) {
    if (entry === undefined) { continue; }
    const name = known.has(key) ? key : [...known.keys()].find(candidate => candidate.toLowerCase() === key.toLowerCase()) ?? key;
    known.set(name, carried(entry, known.get(name)));
  }
  return Object.fromEntries(known);
}

/** Whether an instance of a class has something of a struct: the conversion makes a map of anything, also of a text. */
function isStructOf(value: unknown, rendered: unknown): boolean {
  return typeof value === 'object' && isMap(rendered) && Object.keys(rendered).length > 0;
}

/** `Quantity` and `IntOrString` of every version of cdk8s-plus. */
function isValue(value: any): value is { value: string | number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMap(value) && ['string', 'number'].includes(typeof value.value);
}
