import { BlockList, isIP } from 'net';

/** A word of a line. Quotes take the meaning of keywords away. */
export interface HbaWord { readonly text: string; readonly quoted: boolean }

/** One line, in its parts. */
export interface HbaLine {
  readonly type: string;
  readonly databases: readonly HbaWord[];
  readonly users: readonly HbaWord[];
  /** An address, a name or a word such as `all`; none for `local`. */
  readonly address?: string;
  /** Length of the prefix of an address. */
  readonly bits?: number;
  readonly method: string;
  readonly options: readonly string[];
}

/** Quotes hold everything together, and a quote in quotes is written twice; `#` begins a comment. */
const WORD = /(?:"(?:[^"]|"")*"|[^ \t\r",#])+/y;
const GAP = /[ \t\r,]*/y;
const OUTSIDE_OF_QUOTES = /("(?:[^"]|"")*"?)|[ \t]+/g;

/** A line of pg_hba.conf with single spaces: it is custom to align the fields with tabs, which YAML does not carry. */
export function hbaLine(line: string): string {
  return line.trim().replace(OUTSIDE_OF_QUOTES, (_, quoted?: string) => quoted ?? ' ');
}

/** The fields of a line of pg_hba.conf or pg_ident.conf: what a comma ends goes on with the next word, whatever is between them. */
function hbaFields(line: string): HbaWord[][] | string {
  const found: HbaWord[][] = [];
  let [at, goesOn] = [0, false];
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const [text = ''] = pattern.exec(line) ?? [];
    at += text.length;
    return text;
  };
  for (;;) {
    take(GAP);
    if (at === line.length || line[at] === '#') { break; }
    const raw = take(WORD);
    if (raw === '') { return 'a quote without its end'; }
    const word = { text: raw.replace(/"((?:[^"]|"")*)"/g, (_, text: string) => text.replace(/""/g, '"')), quoted: raw.startsWith('"') };
    if (goesOn) { found[found.length - 1].push(word); } else { found.push([word]); }
    goesOn = line[at] === ',';
  }
  if (/[\u00a0\u2000-\u200b\u3000]/.test(line.slice(0, at))) { return 'a space that PostgreSQL does not read as one'; }
  return /\\$/.test(line) ? 'a backslash at the end, which joins it with the next line' : found;
}

/** Whether a line says nothing: a comment, or a line without any word. */
export const isHbaComment = (line: string): boolean => hbaFields(line).length === 0;

const TYPES = ['local', 'host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc'];
const NEWEST = 18;
const TLS_OPTIONS = ['clientcert', 'clientname'];
/** The methods that PostgreSQL of the image is built with, and their options. */
const METHODS: { readonly [method: string]: readonly string[] } = {
  'trust': [],
  'reject': [],
  'scram-sha-256': [],
  'md5': [],
  'password': [],
  'gss': ['map', 'include_realm', 'krb_realm'],
  'ident': ['map'],
  'peer': ['map'],
  'ldap': [
    'ldapserver', 'ldapport', 'ldapscheme', 'ldaptls', 'ldapprefix', 'ldapsuffix', 'ldapbasedn', 'ldapbinddn', 'ldapbindpasswd',
    'ldapsearchattribute', 'ldapsearchfilter', 'ldapurl',
  ],
  'radius': ['radiusservers', 'radiussecrets', 'radiusidentifiers', 'radiusports'],
  'cert': ['map'],
  'pam': ['pamservice', 'pam_use_hostname'],
};
const HOST_NAME = /^\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

/** A line in its parts, or what PostgreSQL of a version finds wrong with it. */
export function parseHba(line: string, version = NEWEST): HbaLine | string {
  const fields = hbaFields(line);
  if (typeof fields === 'string') { return fields; }
  const [[{ text: type }] = [{ text: '' }], databases = [], users = [], ...rest] = fields;
  if (fields[0]?.length > 1 || !TYPES.includes(type)) { return `a line that does not begin with ${TYPES.join(', ')}`; }
  if ([...databases, ...users].some(({ text, quoted }) => !quoted && /^@./.test(text))) { return 'a file by @, which the image does not have'; }
  if (users.length === 0) { return 'a line without database or user'; }
  const pattern = [...databases, ...users].map(({ text }) => patternProblem(text, version)).find(problem => problem !== undefined);
  if (pattern !== undefined) { return pattern; }
  const common = { type, databases, users };
  if (type === 'local') { return withMethod(common, rest, version); }
  const [[{ text: address, quoted }] = [{ text: '', quoted: false }], [{ text: mask }] = [{ text: '' }]] = rest;
  if (rest[0]?.length > 1) { return 'more than one address'; }
  if (isIP(address) === 0) {
    const [, base = address, bits] = /^(.+)\/(\d{1,3})$/.exec(address) ?? [];
    const isNetwork = bits !== undefined && isIP(base) !== 0 && Number(bits) <= (isIP(base) === 4 ? 32 : 128);
    if (!isNetwork && (!HOST_NAME.test(address) || /^[\d.]+$/.test(address) || quoted)) { return 'an address that is none'; }
    return withMethod({ ...common, address: base, ...isNetwork ? { bits: Number(bits) } : {} }, rest.slice(1), version);
  }
  if (isIP(mask) !== isIP(address)) { return 'an address without a mask: write 10.0.0.0/8'; }
  return withMethod({ ...common, address, bits: bitsOf(mask) }, rest.slice(2), version);
}

/** How many ones a mask begins with: 255.0.0.0 or ffff::. */
function bitsOf(mask: string): number {
  const [groups, base, width] = isIP(mask) === 4 ? [mask.split('.'), 10, 8] : [mask.split('::')[0].split(':'), 16, 16];
  return groups.map(group => parseInt(`0${group}`, base).toString(2).padStart(width, '0')).join('').replace(/0.*$/, '').length;
}

function withMethod(line: Omit<HbaLine, 'method' | 'options'>, fields: readonly HbaWord[][], version: number): HbaLine | string {
  const { type } = line;
  const [[{ text: method }, ...more] = [{ text: '' }], ...rest] = fields;
  const options = rest.flat().map(({ text }) => text);
  if (!Object.hasOwn(METHODS, method) || more.length > 0) { return `a line whose method is none of ${Object.keys(METHODS).join(', ')}`; }
  if (method === 'cert' && type !== 'hostssl') { return 'the method cert without hostssl'; }
  if (method === 'peer' && type !== 'local') { return 'the method peer without local'; }
  if (method === 'gss' && type === 'local') { return 'the method gss with local'; }
  const wrong = options.map(option => optionProblem(option, method, type, version)).find(problem => problem !== undefined);
  return wrong ?? missingOption(method, options) ?? { ...line, method: type === 'local' && method === 'ident' ? 'peer' : method, options };
}

/** A line of pg_ident.conf in its parts, or what PostgreSQL finds wrong with it. */
export function parseIdent(line: string): { readonly map: string } | string {
  const fields = hbaFields(line);
  if (typeof fields === 'string') { return fields; }
  if (fields.length !== 3 || fields.some(words => words.length > 1)) { return 'not three words: map, name in the client\'s system, user of PostgreSQL\'s'; }
  const [[map], [{ text: name }], [user]] = fields;
  if ([map, user].some(({ text, quoted }) => !quoted && /^@./.test(text))) { return 'a file by @, which the image does not have'; }
  return name.startsWith('/') && !isPattern(name.slice(1)) ? 'a regular expression that PostgreSQL cannot read' : { map: map.text };
}

/** What PostgreSQL says of a name that begins with a slash, a regular expression. */
function patternProblem(name: string, version: number): string | undefined {
  if (!name.startsWith('/')) { return undefined; }
  if (version < 16) { return 'a regular expression as a database or user, which PostgreSQL reads as one from version 16'; }
  return isPattern(name.slice(1)) ? undefined : 'a regular expression that PostgreSQL cannot read';
}

/** PostgreSQL's expressions may begin with options in brackets; the rest is like JavaScript's as far as brackets and repetitions go. */
function isPattern(text: string): boolean {
  try {
    new RegExp(text.replace(/^\*\*\*[:=]/, '').replace(/^\(\?[a-z]+\)/, ''));
    return true;
  } catch {
    return false;
  }
}

function optionProblem(option: string, method: string, type: string, version: number): string | undefined {
  const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(option) ?? [];
  if (name === undefined) { return 'an option without name=value'; }
  if (TLS_OPTIONS.includes(name) && type !== 'hostssl') { return `${name} without hostssl`; }
  if (name === 'clientcert') {
    if (method === 'cert' && !['verify-full', '1'].includes(value)) { return 'clientcert other than verify-full with the method cert'; }
    const allowed = [...version >= 12 ? ['verify-ca', 'verify-full'] : [], ...version < 14 ? ['0', '1'] : []];
    return allowed.includes(value) ? undefined : `clientcert other than ${allowed.join(', ')}`;
  }
  if (name === 'clientname') { return ['CN', 'DN'].includes(value) ? undefined : 'clientname other than CN or DN'; }
  return METHODS[method].includes(name) ? undefined : `an option ${name}, which the method ${method} does not have`;
}

function missingOption(method: string, options: readonly string[]): string | undefined {
  const has = (...names: string[]) => names.some(name => options.some(option => option.startsWith(`${name}=`)));
  if (method === 'radius' && !(has('radiusservers') && has('radiussecrets'))) { return 'radius without radiusservers and radiussecrets'; }
  if (method === 'ldap' && has('ldapprefix', 'ldapsuffix') && has('ldapurl', 'ldapbasedn', 'ldapbinddn', 'ldapbindpasswd', 'ldapsearchattribute', 'ldapsearchfilter')) {
    return 'ldap both with ldapprefix or ldapsuffix and with a search';
  }
  if (method === 'ldap' && !has('ldapurl') && !(has('ldapserver') && has('ldapprefix', 'ldapsuffix', 'ldapbasedn'))) {
    return 'ldap without ldapurl, or ldapserver with ldapprefix, ldapsuffix or ldapbasedn';
  }
  return undefined;
}

/** Somebody who logs in with a password over TLS, from a pod whose address nobody knows. */
export interface HbaClient { readonly database: string; readonly user: string; readonly hasCertificate: boolean }

/** Whether a word means a name: yes, no, or undefined, where only PostgreSQL knows: who is in a group, what a pattern finds. */
function speaksOf({ text, quoted }: HbaWord, name: string): boolean | undefined {
  if (text.startsWith('/') || (!quoted && text.startsWith('+'))) { return undefined; }
  return (!quoted && text === 'all') || text === name;
}

function speaksOfDatabase(word: HbaWord, { database, user }: HbaClient): boolean | undefined {
  if (word.quoted) { return speaksOf(word, database); }
  switch (word.text) {
    case 'sameuser': return user === database;
    case 'samerole': case 'samegroup': return user === database ? true : undefined;
    case 'replication': return false;
    default: return speaksOf(word, database);
  }
}

/** True if one is, undefined if one may be. */
const oneOf = (answers: readonly (boolean | undefined)[]) => answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;

/** Whether every address of a line is one of another line; those of names nobody knows. */
function isWithin(line: HbaLine, other: HbaLine): boolean {
  if (other.bits === undefined) { return other.address === 'all' || other.address === line.address; }
  if (line.bits === undefined || line.bits < other.bits || isIP(line.address!) !== isIP(other.address!)) { return false; }
  const [network, family] = [new BlockList(), isIP(other.address!) === 4 ? 'ipv4' as const : 'ipv6' as const];
  network.addSubnet(other.address!, other.bits, family);
  return network.check(line.address!, family);
}

const PASSWORD_METHODS = ['trust', 'scram-sha-256', 'md5', 'password', 'ldap', 'radius', 'pam'];
const LOOPBACK = /^(127\.|::1$|localhost$|samehost$)/;

function letsIn({ method, options }: HbaLine, hasCertificate: boolean): boolean {
  return (PASSWORD_METHODS.includes(method) || (method === 'cert' && hasCertificate))
    && (hasCertificate || !options.some(option => /^clientcert=(verify|1)/.test(option)));
}

/**
 * Whether somebody in the Kubernetes cluster may log in, wherever the pod is: the first line that speaks of the user, the
 * database and the address decides. Groups, patterns and networks may mean this pod or not, which is not for us to know.
 */
export function mayLogIn(lines: readonly string[], client: HbaClient): boolean {
  const shut: HbaLine[] = [];
  for (const line of lines.map(text => parseHba(text))) {
    if (typeof line === 'string' || !['host', 'hostssl', 'hostnogssenc'].includes(line.type) || LOOPBACK.test(line.address!)) { continue; }
    const matches = [oneOf(line.databases.map(word => speaksOfDatabase(word, client))), oneOf(line.users.map(word => speaksOf(word, client.user)))];
    if (matches.includes(false)) { continue; }
    const isShut = shut.some(other => isWithin(line, other)) || (line.address === 'all' && isShutForAll(shut));
    if (letsIn(line, client.hasCertificate)) {
      if (!isShut) { return true; }
    } else if (!matches.includes(undefined)) { shut.push(line); }
  }
  return false;
}

/** Whether lines of both families shut everybody out. */
const isShutForAll = (lines: readonly HbaLine[]) =>
  [4, 6].every(family => lines.some(({ address, bits }) => bits === 0 && isIP(address!) === family));
