import { isMap } from './data';

type Map = { readonly [key: string]: unknown };

/**
 * Merges maps deeply into a new one. Lists are values. Where two parts hold different values under one path, the first
 * stays and `onClash` hears of the second.
 */
export function mergeMaps(parts: readonly Map[], onClash: (path: string, received: unknown) => void, prefix = ''): { [key: string]: unknown } {
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

/** Merges `over` deeply into a copy of `under`, and has the last word. Lists are values. */
export function override(under: Map, over: Map): { [key: string]: unknown } {
  const result = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const present = result.get(key);
    result.set(key, isMap(present) && isMap(value) ? override(present, value) : value);
  }
  return Object.fromEntries(result);
}
