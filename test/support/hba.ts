/** Which line of pg_hba.conf PostgreSQL takes for a connection, by the rules of its manual. Knows nothing of the library. */
import { BlockList, isIP } from 'node:net';

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
}

/** The line that decides. */
export interface Decision { readonly line: string; readonly method: string; readonly options: readonly string[] }

interface Word { readonly text: string; readonly quoted: boolean }

/** The first line that fits; none means that PostgreSQL refuses. */
export function decide(lines: readonly string[], attempt: Attempt): Decision | undefined {
  for (const line of lines) {
    const [[type], databases, users, ...rest] = fieldsOf(line);
    const isLocal = type.text === 'local';
    const [address, mask] = isLocal ? [] : [rest[0][0].text, isIP(rest[0][0].text) ? rest[1][0].text : undefined];
    const [[method], ...options] = rest.slice(isLocal ? 0 : mask === undefined ? 1 : 2);
    const fits = typeFits(type.text, attempt) && (isLocal || addressFits(address!, mask, attempt.address!))
      && databases.some(word => databaseFits(word, attempt)) && users.some(word => userFits(word, attempt));
    if (fits) { return { line, method: method.text, options: options.map(([{ text }]) => text) }; }
  }
  return undefined;
}

/** Fields are separated by spaces, words of a field by commas; quotes keep both, and take the meaning of keywords away. */
function fieldsOf(line: string): Word[][] {
  return (line.replace(/#.*$/, '').match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map(field =>
    (field.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map(word => ({ text: word.replaceAll('"', ''), quoted: word.startsWith('"') })));
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

function addressFits(field: string, mask: string | undefined, address: string): boolean {
  if (field === 'all') { return true; }
  const [base, bits = mask === undefined ? undefined : String(bitsOf(mask))] = field.split('/');
  if (isIP(base) !== isIP(address) || bits === undefined) { return false; }
  const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
  const network = new BlockList();
  network.addSubnet(base, Number(bits), family);
  return network.check(address, family);
}

const bitsOf = (mask: string) => mask.split('.').map(Number).reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0);

function databaseFits({ text, quoted }: Word, { database, user, replication = false, roles = [] }: Attempt): boolean {
  if (replication) { return text === 'replication' && !quoted; }
  if (quoted) { return text === database; }
  if (text.startsWith('/')) { return new RegExp(text.slice(1)).test(database); }
  return text === 'all' || (text === 'sameuser' && user === database) || (text === 'samerole' && [user, ...roles].includes(database))
    || (text === database && text !== 'replication');
}

function userFits({ text, quoted }: Word, { user, roles = [] }: Attempt): boolean {
  if (quoted) { return text === user; }
  if (text.startsWith('+')) { return [user, ...roles].includes(text.slice(1)); }
  if (text.startsWith('/')) { return new RegExp(text.slice(1)).test(user); }
  return text === 'all' || text === user;
}
