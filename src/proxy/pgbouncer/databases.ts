/** What PgBouncer 1.25 knows of one database, beside host and port, which are the library's. */
const KNOWN = [
  'dbname', 'user', 'password', 'auth_user', 'auth_dbname', 'auth_query', 'client_encoding', 'datestyle', 'timezone', 'pool_size', 'min_pool_size',
  'reserve_pool', 'reserve_pool_size', 'max_db_connections', 'max_db_client_connections', 'server_lifetime', 'load_balance_hosts', 'pool_mode',
  'connect_query', 'application_name', 'query_wait_timeout',
];
const NEWEST = 1025;
const LONGEST_NAME = 63;

/** What PgBouncer's parser reads before `=`. */
export function isDatabaseName(name: string): boolean {
  return (name === '*' || /^[A-Za-z0-9_.-]+$/.test(name)) && name !== 'pgbouncer' && name.length <= LONGEST_NAME;
}

/** The settings of a database as PgBouncer reads them: `key=value`, the value in quotes where it has spaces. Nothing where it cannot. */
export function databaseSettings(text: string): Map<string, string> | undefined {
  const pair = /[ \t]*([^=\s]+)[ \t]*=[ \t]*(?:'((?:[^']|'')+)'|([^' \t][^ ]*))(?: |$)[ \t]*/y;
  const found = new Map<string, string>();
  while (pair.lastIndex < text.length) {
    const [whole, key, quoted, bare] = pair.exec(text) ?? [];
    if (whole === undefined) { return undefined; }
    found.set(key, bare ?? quoted.replaceAll('\'\'', '\''));
  }
  return found;
}

/** Whether a PgBouncer of a version starts with the settings of a database. */
export function isDatabase(text: string, version: number | undefined): boolean {
  const settings = databaseSettings(text);
  const mode = settings?.get('pool_mode');
  return settings !== undefined && !settings.has('host') && !settings.has('port')
    && (mode === undefined || ['session', 'transaction', 'statement'].includes(mode))
    && ((version ?? 0) > NEWEST || [...settings.keys()].every(key => KNOWN.includes(key)));
}
