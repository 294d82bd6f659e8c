type Variables = { readonly [name: string]: string };

/** Variables that are read by wal-g, libpq and Spilo's scripts. */
const OF_OTHERS = /^(PG[A-Z]+|(WALG|AWS|S3|GOOGLE|GCS|AZURE|SSH|USE_WALG)_\w+|BACKUP_NUM_TO_RETAIN|TMPDIR)$/;
/** Documents that are passed on as they are: what is in them are no settings of the program. */
const PASSED_ON = ['DYNAMIC_CONFIGURATION', 'JOB_LABELS'];

/** Names of all settings of the library's own programs: of the variables, and of the keys in those that are JSON. */
export function settingsIn(env: Variables): string[] {
  return Object.entries(env).filter(([name]) => !OF_OTHERS.test(name))
    .flatMap(([name, value]) => [name, ...PASSED_ON.includes(name) || !/^[{[]/.test(value) ? [] : keysIn(name, JSON.parse(value))]);
}

function keysIn(name: string, value: unknown): string[] {
  if (Array.isArray(value)) { return [...new Set(value.flatMap(one => keysIn(`${name}[]`, one)))]; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, inner]) => [`${name}.${key}`, ...keysIn(`${name}.${key}`, inner)]);
}
