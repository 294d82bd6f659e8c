import { isIP } from 'net';

/** A line of pg_hba.conf with single spaces: it is custom to align the fields with tabs, which YAML does not carry. */
export function hbaLine(line: string): string {
  return line.trim().split(/[ \t]+/).join(' ');
}

/** One line, in its parts. */
export interface HbaLine {
  readonly type: string;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address?: string;
  readonly mask?: string;
  readonly method: string;
  readonly options: readonly string[];
}

const TYPES = ['local', 'host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc'];
const METHODS = [
  'trust', 'reject', 'scram-sha-256', 'md5', 'password', 'gss', 'sspi', 'ident', 'peer', 'ldap', 'radius', 'cert', 'pam', 'bsd',
];
/** Addresses that are words. */
const ADDRESS_WORDS = ['all', 'samehost', 'samenet'];
const HOST_NAME = /^\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

/** The fields of a line, as PostgreSQL reads them: quotes hold spaces and commas together, `#` begins a comment. */
function fields(line: string): string[] | undefined {
  const found: string[] = [];
  const field = /\s*((?:"[^"]*"|[^\s"#])+)|\s*(#.*)|\s*(")/gy;
  let rest = line.trim();
  while (rest !== '') {
    field.lastIndex = 0;
    const [whole, text, comment] = field.exec(rest) ?? [];
    if (whole === undefined || (text === undefined && comment === undefined)) { return undefined; }
    if (text !== undefined) { found.push(text); }
    rest = comment === undefined ? rest.slice(whole.length).trim() : '';
  }
  return found;
}

const list = (field: string) => (field.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map(word => word.replace(/"/g, ''));

/** A line in its parts, or what PostgreSQL finds wrong with it. */
export function parseHba(line: string): HbaLine | string {
  const found = fields(line);
  if (found === undefined || /[\u00a0\u2000-\u200b\u3000]/.test(line)) { return 'a quote or a space that PostgreSQL does not read'; }
  if (/\\$/.test(line)) { return 'a backslash at the end, which joins it with the next line'; }
  const [type, databases = '', users = '', ...rest] = found;
  if (!TYPES.includes(type)) { return `a line that does not begin with ${TYPES.join(', ')}`; }
  const common = { type, databases: list(databases), users: list(users) };
  if (/(^|,)@/.test(databases) || /(^|,)@/.test(users)) { return 'a file by @, which the image does not have'; }
  if (common.databases.length === 0 || common.users.length === 0) { return 'a line without database or user'; }
  if (type === 'local') { return withMethod(common, rest); }
  const [address = '', next = ''] = rest;
  const hasMask = isIP(address) !== 0;
  if (hasMask && isIP(next) !== isIP(address)) { return 'an address without a mask: write 10.0.0.0/8'; }
  if (!hasMask && !isAddress(address)) { return 'an address that is none'; }
  return withMethod({ ...common, address, ...hasMask ? { mask: next } : {} }, rest.slice(hasMask ? 2 : 1));
}

function isAddress(address: string): boolean {
  const [, base, bits] = /^(.+)\/(\d{1,3})$/.exec(address) ?? [];
  if (base !== undefined) { return isIP(base) !== 0 && Number(bits) <= (isIP(base) === 4 ? 32 : 128); }
  return ADDRESS_WORDS.includes(address) || (HOST_NAME.test(address) && !/^[\d.]+$/.test(address));
}

function withMethod(line: Omit<HbaLine, 'method' | 'options'>, [method = '', ...options]: string[]): HbaLine | string {
  if (!METHODS.includes(method)) { return `a line whose method is none of ${METHODS.join(', ')}`; }
  if (method === 'cert' && line.type !== 'hostssl') { return 'the method cert without hostssl'; }
  if (method === 'peer' && line.type !== 'local') { return 'the method peer without local'; }
  return options.every(option => /^[A-Za-z_]+=/.test(option)) ? { ...line, method, options } : 'an option without name=value';
}

const speaksOf = (words: readonly string[], name: string) => words.includes('all') || words.includes(name);
const EVERY_ADDRESS = ['all', '0.0.0.0/0', '::/0'];
const LOOPBACK = /^(127\.|::1(\/|$)|localhost$|samehost$)/;

/**
 * Whether somebody in the Kubernetes cluster may log in over TLS, wherever the pod is: the first line that speaks of the
 * user and the database decides. Groups, patterns and networks may mean this pod or not, which is not for us to know.
 */
export function mayLogIn(lines: readonly string[], database: string, user: string): boolean {
  for (const line of lines.map(parseHba)) {
    if (typeof line === 'string' || !['host', 'hostssl', 'hostnogssenc'].includes(line.type) || LOOPBACK.test(line.address ?? '')) { continue; }
    const unsure = [...line.databases, ...line.users].some(word => /^[+/]/.test(word) || ['sameuser', 'samerole', 'samegroup'].includes(word));
    const matches = speaksOf(line.databases, database) && speaksOf(line.users, user);
    if (line.method !== 'reject' && (matches || unsure)) { return true; }
    if (line.method === 'reject' && matches && !unsure && EVERY_ADDRESS.includes(line.address ?? '')) { return false; }
  }
  return false;
}
