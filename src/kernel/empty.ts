/** What a user gave, or nothing where it is an empty list or map: Kubernetes gives some empty ones a meaning nobody has. */
export function given<Value extends object>(value: Value | undefined): Value | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** A copy without the keys that have no value. */
export function onlyDefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}
