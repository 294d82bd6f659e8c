/** Which line of pg_hba.conf PostgreSQL takes for a connection, by the rules of its manual. Knows nothing of the library. */
import { isIP } from 'node:net';

/** Somebody who connects. */
export interface Attempt {
  /** Address of the client; none is the unix socket. */
  readonly address?: string;
  readonly tls?: boolean;
  readonly database: string;
  readonly user: string;
  /** A connection that streams WAL, which has no database. */
  readonly replication?: boolean;
  /** Roles that the user is a member of. */
  readonly roles?: readonly string[];
  /** The name that DNS knows the client's address by. */
  readonly hostName?: string;
  /** Addresses of the server with their networks: 10.42.3.1/24. */
  readonly server?: readonly string[];
  /** Version of PostgreSQL. Names that are regular expressions came with 16. */
  readonly version?: number;
}

/** The line that decides. */
export interface Decision { readonly line: string; readonly method: string; readonly options: readonly string[] }

interface Word { readonly text: string; readonly quoted: boolean }

/** The first line that fits; none means that PostgreSQL refuses. */
export function decide(lines: readonly string[], attempt: Attempt): Decision | undefined {
  for (const line of lines) {
    const [[type], databases, users, ...rest] = fieldsOf(line);
    const isLocal = type.text === 'local';
    const [address, mask] = isLocal ? [] : [rest[0][0], isIP(rest[0][0].text) ? rest[1][0].text : undefined];
    const [[method], ...options] = rest.slice(isLocal ? 0 : mask === undefined ? 1 : 2);
    const fits = typeFits(type.text, attempt) && (isLocal || addressFits(address!, mask, attempt))
      && databases.some(word => databaseFits(word, attempt)) && users.some(word => userFits(word, attempt));
    if (fits) { return { line, method: method.text, options: options.flat().map(({ text }) => text) }; }
  }
  return undefined;
}

/**
 * Spaces separate fields, and a comma at the end of a word adds the next word to its field. Quotes keep both, and take the
 * meaning of keywords away where a word begins with them.
 */
function fieldsOf(line: string): Word[][] {
  const fields: Word[][] = [];
  let [rest, comma] = [line, false];
  for (;;) {
    rest = rest.replace(/^[ \t,]+/, '');
    const [raw] = /^(?:"(?:[^"]|"")*"?|[^ \t",#])*/.exec(rest)!;
    if (raw === '') { return fields; }
    const word = { text: raw.replace(/""/g, '\0').replaceAll('"', '').replaceAll('\0', raw === '""' ? '' : '"'), quoted: raw.startsWith('"') };
    if (comma) { fields.at(-1)!.push(word); } else { fields.push([word]); }
    rest = rest.slice(raw.length);
    comma = rest.startsWith(',');
  }
}

function typeFits(type: string, { address, tls = false }: Attempt): boolean {
  switch (type) {
    case 'local': return address === undefined;
    case 'host': case 'hostnogssenc': return address !== undefined;
    case 'hostssl': return address !== undefined && tls;
    case 'hostnossl': return address !== undefined && !tls;
    default: return false;
  }
}

function addressFits({ text, quoted }: Word, mask: string | undefined, { address = '', server = [], hostName }: Attempt): boolean {
  if (!quoted && text === 'all') { return true; }
  if (!quoted && text === 'samehost') { return server.some(own => own.split('/')[0] === address); }
  if (!quoted && text === 'samenet') { return server.some(own => networkHolds(own, address)); }
  const [base] = text.split('/');
  if (isIP(base) !== 0) { return mask === undefined ? networkHolds(text, address) : isMasked(base, digitsOf(mask), address); }
  return hostName !== undefined && (base.startsWith('.') ? hostName.endsWith(base.toLowerCase()) : hostName === base.toLowerCase());
}

function networkHolds(network: string, address: string): boolean {
  const [base, bits] = network.split('/');
  return isMasked(base, '1'.repeat(Number(bits)), address);
}

/** Whether two addresses are the same wherever a mask has a one. */
function isMasked(base: string, mask: string, address: string): boolean {
  return isIP(base) === isIP(address) && [...mask].every((bit, at) => bit === '0' || digitsOf(base)[at] === digitsOf(address)[at]);
}

/** An address in binary digits. */
function digitsOf(address: string): string {
  if (isIP(address) === 4) { return address.split('.').map(octet => Number(octet).toString(2).padStart(8, '0')).join(''); }
  const [front, back = []] = address.split('::').map(half => half === '' ? [] : half.split(':'));
  const groups = [...front, ...Array(8 - front.length - back.length).fill('0'), ...back];
  return groups.map(group => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

const isPattern = ({ text }: Word, { version = 17 }: Attempt) => version >= 16 && text.startsWith('/');
const finds = ({ text }: Word, name: string) => new RegExp(text.slice(1)).test(name);

function databaseFits(word: Word, attempt: Attempt): boolean {
  const { database, user, replication = false, roles = [] } = attempt;
  const keyword = word.quoted ? '' : word.text;
  if (replication) { return keyword === 'replication'; }
  switch (keyword) {
    case 'all': return true;
    case 'sameuser': return user === database;
    case 'samerole': case 'samegroup': return [user, ...roles].includes(database);
    case 'replication': return false;
    default: return isPattern(word, attempt) ? finds(word, database) : word.text === database;
  }
}

function userFits(word: Word, attempt: Attempt): boolean {
  const { user, roles = [] } = attempt;
  if (!word.quoted && word.text.startsWith('+')) { return [user, ...roles].includes(word.text.slice(1)); }
  return (!word.quoted && word.text === 'all') || (isPattern(word, attempt) ? finds(word, user) : word.text === user);
}
