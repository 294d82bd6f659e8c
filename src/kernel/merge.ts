/** A plain object, not a list and not an instance of a class (`k8s.Quantity` is a value). */
export function isMap(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/**
 * Merges maps deeply into a new one. Lists are values. Where two parts hold different values under one path, the first
 * stays and `onClash` hears of the second.
 */
export function mergeMaps(
  parts: readonly { readonly [key: string]: unknown }[],
  onClash: (path: string, received: unknown) => void,
  prefix = '',
): { [key: string]: unknown } {
  const merged = new Map<string, unknown>();
  for (const [key, value] of parts.flatMap(part => Object.entries(part))) {
    const path = prefix + key;
    const present = merged.get(key);
    if (value === undefined) {
      continue;
    } else if (present === undefined) {
      merged.set(key, value);
    } else if (isMap(present) && isMap(value)) {
      merged.set(key, mergeMaps([present, value], onClash, `${path}.`));
    } else if (JSON.stringify(present) !== JSON.stringify(value)) {
      onClash(path, value);
    }
  }
  return Object.fromEntries(merged);
}
