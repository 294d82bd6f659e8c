/** How lines of pg_hba.conf and pg_ident.conf are read: by the library, and by PostgreSQL of this machine where there is one. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { HbaClient, hbaLine, isHbaComment, mayLogIn, parseHba, parseIdent } from '../../src/spilo/hba';

const ALL = ['all'];

/** Lines that work: databases, users, method. */
const READ: [string, string[], string[], string][] = [
  ['local all all peer', ALL, ALL, 'peer'],
  ['local all all ident', ALL, ALL, 'peer'],
  ['"host" all all all "md5"', ALL, ALL, 'md5'],
  ['host\tall  all all md5# why', ALL, ALL, 'md5'],
  ['host all all all md5 # "why', ALL, ALL, 'md5'],
  ['host a, b c all md5', ['a', 'b'], ['c'], 'md5'],
  ['host ,a,,b c, d all md5', ['a', 'b'], ['c', 'd'], 'md5'],
  ['host "a  b",c +d 10.0.0.0 255.0.0.0 md5', ['a  b', 'c'], ['+d'], 'md5'],
  ['host "a#b" "c,d" all md5', ['a#b'], ['c,d'], 'md5'],
  ['host a"b c"d e all md5', ['ab cd'], ['e'], 'md5'],
  ['host "a""b" c""d all md5', ['a"b'], ['cd'], 'md5'],
  ['host "all" "@all" "10.0.0.0/8" md5', ALL, ['@all'], 'md5'],
  ['host sameuser,samerole,samegroup all samehost md5', ['sameuser', 'samerole', 'samegroup'], ALL, 'md5'],
  ['host all all .example.org reject', ALL, ALL, 'reject'],
  ['hostssl all all db.example.org. md5 # why\u00a0not', ALL, ALL, 'md5'],
  ['hostnossl all all localhost password', ALL, ALL, 'password'],
  ['host all all fd00:: ff00:: md5', ALL, ALL, 'md5'],
  ['host all all ::ffff:10.0.0.1/128 md5', ALL, ALL, 'md5'],
  ['hostgssenc all all all gss include_realm=0 krb_realm=X', ALL, ALL, 'gss'],
  ['hostssl replication +rep 10.1.2.3/32 scram-sha-256 clientcert=verify-ca', ['replication'], ['+rep'], 'scram-sha-256'],
  ['hostssl all all all cert map=a,clientcert=verify-full clientname=DN', ALL, ALL, 'cert'],
  ['host all all all ldap ldapserver=x ldapprefix="cn=" ldapsuffix=", dc=example, dc=net"', ALL, ALL, 'ldap'],
  ['host all all all ldap ldapurl="ldap://h/dc=net?uid?sub"', ALL, ALL, 'ldap'],
  ['host all all all radius radiusservers="1.2.3.4,1.2.3.5" radiussecrets="x,y"', ALL, ALL, 'radius'],
  ['host all all all pam pamservice=x', ALL, ALL, 'pam'],
];

/** Lines with which PostgreSQL does not start. */
const BROKEN: [string, string][] = [
  ['local all all gss', 'gss with local'],
  ['host all all all cert', 'cert without hostssl'],
  ['host all all all peer', 'peer without local'],
  ['host,hostssl all all all md5', 'does not begin with'],
  ['include other.conf', 'does not begin with'],
  ['host a ,b c all md5', 'method is none of'],
  ['host all all all md5,trust', 'method is none of'],
  ['host all all all md5 trust', 'without name=value'],
  ['host all all all MD5', 'method is none of'],
  ['host all all all sspi', 'method is none of'],
  ['host all all all bsd', 'method is none of'],
  ['host all all md5', 'method is none of'],
  ['host all all', 'an address that is none'],
  ['host all all foo/8 md5', 'an address that is none'],
  ['host all all 300.0.0.0/8 md5', 'an address that is none'],
  ['host all all 10.0.0.0/33 md5', 'an address that is none'],
  ['host all all fd00::/129 md5', 'an address that is none'],
  ['host all all 10.0.0.0 md5', 'without a mask'],
  ['host all all 10.0.0.0 ffff:: md5', 'without a mask'],
  ['host all all 10.0.0.0,10.0.0.1 255.0.0.0 md5', 'more than one address'],
  ['host all all 10.0.0.0/8 255.0.0.0 md5', 'method is none of'],
  ['host @databases all all md5', 'a file by @'],
  ['hostssl all all all md5 clientcert=1', 'clientcert other than'],
  ['hostssl all all all md5 clientcert=no-verify', 'clientcert other than'],
  ['hostssl all all all cert clientcert=verify-ca', 'clientcert other than'],
  ['hostssl all all all md5 clientname=XX', 'clientname other than'],
  ['host all all all md5 clientcert=verify-ca', 'clientcert without hostssl'],
  ['hostssl all all all md5 map=x', 'an option map'],
  ['host all all all md5 x=', 'an option x'],
  ['host all all all ldap ldapserver=x', 'ldap without'],
  ['host all all all ldap ldapserver=x ldapbasedn=a ldapprefix=b', 'ldap both'],
  ['host all all all radius radiusservers=1.2.3.4', 'radius without'],
  ['host all all all radius radiusservers=1.2.3.4,1.2.3.5 radiussecrets=x', 'without name=value'],
  ['host "a all all md5', 'a quote without its end'],
];

/** Lines that PostgreSQL takes, as something else than who wrote them meant. */
const MISTAKEN: [string, string][] = [
  ['host all all "all" md5', 'an address that is none'],
  ['host all all "samenet" md5', 'an address that is none'],
  ['host all all * md5', 'an address that is none'],
  ['host all all 10/8 md5', 'an address that is none'],
  ['host /^db all all md5', 'from version 16'],
  ['host all all all "md5', 'a quote without its end'],
  ['host a\u00a0b all all md5', 'a space that PostgreSQL does not read'],
];

/** Lines that say nothing. */
const COMMENTS = ['# host all all all trust', '', '  # "a', ', , # b', '#\u00a0c'];

/** Lines of pg_ident.conf, and whether they work. */
const IDENT: [string, string | undefined][] = [
  ['people jane app', undefined],
  ['our-people  "Jane Doe"\tapp # since May', undefined],
  ['people /^(.*)@example\\.org$ \\1', undefined],
  ['people "/^jane (x|y){1,2}$" app', undefined],
  ['people jane', 'not three words'],
  ['people jane,john app', 'not three words'],
  ['people /^(jane app', 'a regular expression that PostgreSQL cannot read'],
];

test.each(READ)('%s', (line, databases, users, method) => {
  const read = parseHba(hbaLine(line), 15);
  expect(read).toMatchObject({ databases: databases.map(text => ({ text })), users: users.map(text => ({ text })), method });
});

test.each([...BROKEN, ...MISTAKEN])('%s is %s', (line, problem) => expect(parseHba(hbaLine(line), 15)).toContain(problem));

test('a comment says nothing, unless it joins the next line', () => {
  expect(COMMENTS.map(hbaLine).filter(line => !isHbaComment(line))).toEqual([]);
  expect(['host all all all md5 # why', '"# a', '# a\\'].map(hbaLine).filter(isHbaComment)).toEqual([]);
});

test.each(IDENT)('%s in pg_ident.conf: %s', (line, problem) => {
  expect(parseIdent(hbaLine(line))).toEqual(problem === undefined ? { map: line.split(' ')[0] } : expect.stringContaining(problem));
});

test('names that are regular expressions, and how to ask for a certificate, depend on the version', () => {
  expect(parseHba('host /^db\\d+$ "/^(a|b), c$" all md5', 16)).toMatchObject({ databases: [{ text: '/^db\\d+$' }], users: [{ text: '/^(a|b), c$' }] });
  expect(parseHba('host /^(db all all md5', 16)).toContain('cannot read');
  expect(parseHba('hostssl all all all md5 clientcert=1', 11)).toMatchObject({ options: ['clientcert=1'] });
  expect(parseHba('hostssl all all all md5 clientcert=verify-ca', 11)).toContain('clientcert other than 0, 1');
});

test('networks are compared by their prefixes, however they are written', () => {
  expect(['10.0.0.0/8', '10.0.0.0 255.0.0.0', 'fd00::/8', 'fd00:: ff00::', 'all', 'samenet'].map(address => parseHba(`host all all ${address} md5`)))
    .toMatchObject([{ bits: 8 }, { bits: 8 }, { bits: 8 }, { bits: 8 }, { address: 'all' }, { address: 'samenet' }]);
});

const POOLER: HbaClient = { database: 'postgres', user: 'pooler', hasCertificate: false };

const LOGINS: [boolean, string[], Partial<HbaClient>?][] = [
  [true, ['hostssl all all all scram-sha-256']],
  [true, ['hostssl app, postgres app, pooler 10.0.0.0/8 md5']],
  [true, ['host samerole,all "pooler" samenet password']],
  [true, ['hostssl postgres /^pool all md5']],
  [true, ['hostssl sameuser pooler all md5'], { database: 'pooler' }],
  [true, ['hostssl all pooler all reject', 'hostssl all all all md5'], { user: 'other' }],
  [true, ['hostssl all +staff all reject', 'hostssl all all all md5']],
  [true, ['hostssl all all 10.0.0.0/8 reject', 'hostssl all all all md5']],
  [true, ['hostssl all all 0.0.0.0/0 reject', 'hostssl all all all md5']],
  [true, ['hostssl all all 0.0.0.0/0 reject', 'hostssl all all fd00::/8 md5']],
  [true, ['hostssl all all all cert'], { hasCertificate: true }],
  [false, []],
  [false, ['hostssl "all" all all md5']],
  [false, ['hostssl all "all" all md5']],
  [false, ['hostssl replication,sameuser pooler all md5']],
  [false, ['hostnossl all all all md5', 'local all all trust', 'host all all samehost trust', 'host all all 127.0.0.0/8 trust']],
  [false, ['hostssl all all all cert', 'hostssl all all all md5']],
  [false, ['hostssl all all all md5 clientcert=verify-ca', 'hostssl all all all md5']],
  [false, ['hostssl all all all gss']],
  [false, ['hostssl all all 10.0.0.0/8 reject', 'hostssl all all 10.1.0.0/16 md5']],
  [false, ['hostssl all all 10.0.0.0 255.0.0.0 reject', 'hostssl all all 10.1.2.3/32 md5']],
  [false, ['hostssl all all 0.0.0.0/0 reject', 'hostssl all all ::/0 reject', 'hostssl all all all md5']],
  [false, ['hostssl all all fd00:: ff00:: reject', 'hostssl all all fd00:10::/32 md5']],
];

test.each(LOGINS.map(([expected, lines, client = {}]) => [expected, lines, client] as const))('may log in: %s by %j', (expected, lines, client) => {
  expect(mayLogIn(lines, { ...POOLER, ...client })).toBe(expected);
});

/** Debian has each version of PostgreSQL in a directory of its own. */
const VERSIONS = '/usr/lib/postgresql';
const [BIN] = !existsSync(VERSIONS) ? [] : readdirSync(VERSIONS).map(version => join(VERSIONS, version, 'bin'))
  .filter(bin => bin.includes('/15/') && existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
const postgresTest = BIN === undefined ? test.skip : test;

/** What PostgreSQL says of each line of a file, without a server: a backend of a single user reads it for its view. */
function readByPostgres(view: string, file: string, lines: readonly string[]): any[] {
  const [directory, { uid }] = [mkdtempSync(join(tmpdir(), 'hba-')), userInfo()];
  try {
    const user = uid === 0 ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {};
    if (user.uid !== undefined) { chownSync(directory, user.uid, user.gid); }
    const run = (program: string, args: string[], input = '') =>
      execFileSync(join(BIN, program), args, { ...user, input, cwd: directory, env: { LC_ALL: 'C' }, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
    run('initdb', ['-D', 'data', '--no-sync', '--encoding', 'UTF8', '--auth', 'trust', '--username', 'postgres']);
    writeFileSync(join(directory, 'data', file), lines.map(line => `${line}\n`).join(''));
    const rows = run('postgres', ['--single', '-j', '-D', 'data', '-c', 'ssl=on', 'postgres'], `SELECT row_to_json(v) AS row FROM ${view} v`);
    return [...rows.matchAll(/row = "(.*)"\t\(typeid/g)].map(([, json]) => JSON.parse(json));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

postgresTest('PostgreSQL reads the lines so, too', () => {
  const lines = [...READ, ...BROKEN, ...MISTAKEN].map(([line]) => hbaLine(line));
  const rows = readByPostgres('pg_hba_file_rules', 'pg_hba.conf', [...lines, ...COMMENTS.map(hbaLine)]);
  const partsOf = ({ database, user_name, auth_method }: any) => [database, user_name, auth_method];
  const isBroken = ({ type, error }: any) => type === null || error !== null;
  expect(rows.map(({ line_number }) => line_number)).toEqual(lines.map((_, index) => index + 1));
  expect(rows.slice(0, READ.length).map(partsOf)).toEqual(READ.map(([, ...parts]) => parts));
  expect(rows.map(isBroken)).toEqual([...READ.map(() => false), ...BROKEN.map(() => true), ...MISTAKEN.map(() => false)]);
});

postgresTest('PostgreSQL reads the lines of pg_ident.conf so, too', () => {
  const rows = readByPostgres('pg_ident_file_mappings', 'pg_ident.conf', IDENT.map(([line]) => hbaLine(line)));
  expect(rows.map(({ map_name, error }) => map_name === null || error !== null)).toEqual(IDENT.map(([, problem]) => problem !== undefined));
});
