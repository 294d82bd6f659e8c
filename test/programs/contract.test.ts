import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { below } from './support/container';
import { settingsIn } from './support/names';
import { HAS_PYTHON, inTurns, Outcome, PROGRAMS, pythonTest, recording, run } from './support/python';
import { startsIn, startsInLine, Words } from './support/starts';
import { Answers, callsOf, stubs } from './support/stubs';
import { EXAMPLE_NAMES, pinned } from '../support/examples';
import { environment } from '../support/kubernetes-expansion';

/** A command line that some pod template has carried, what it finds, and what must come of it. See README.md. */
interface Line {
  readonly what: string;
  readonly line: string;
  /** What is in the directory that `envdir` reads, and what the container has. */
  readonly envdir?: { readonly [name: string]: string };
  readonly variables?: { readonly [name: string]: string };
  readonly files?: { readonly [path: string]: string };
  readonly answers?: { readonly [program: string]: Answers };
  /** Members, where Patroni answers. */
  readonly patroni?: readonly object[];
  /** A program that runs on is followed to here. */
  readonly until?: 'first pause';
  /** Patterns of calls that come in this order, perhaps with others between, and of calls that never come. */
  readonly calls?: readonly string[];
  readonly never?: readonly string[];
  /** Files that the line itself looks for the next time. */
  readonly leaves?: readonly string[];
  readonly status?: number;
  /** A pattern of what is printed. */
  readonly says?: string;
}

const { lines } = JSON.parse(readFileSync(join(__dirname, 'contract.json'), 'utf8')) as { lines: readonly Line[] };

/** Where programs have been mounted. */
const MOUNTS = ['/sql', ...new Set(lines.flatMap(({ line }) => startsInLine(line)).map(({ words: [program] }) => dirname(program)))];
const PATHS = ['/etc', '/home', '/tmp', '/run', '/scratch', ...MOUNTS];
/** Directories, and what every PGDATA has: PostgreSQL runs its commands in it, others name it. */
const EVERYWHERE = {
  '/tmp/.keep': '', '/scratch/.keep': '', 'PG_VERSION': '17\n', '/home/postgres/pgdata/pgroot/data/PG_VERSION': '17\n',
};
const SEGMENT = '000000010000000000000001';

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what a pod template of an earlier release starts still works', () => {
  let outcomes: Promise<Outcome>[];
  if (HAS_PYTHON) { beforeAll(() => { outcomes = inTurns(lines.map((line, n) => () => start(line, join(folder, String(n))))); }); }

  pythonTest.each(lines.map((line, n) => [`${line.what} (${n + 1})`, n]))('%s', async (_, n) => {
    const line = lines[n as number];
    const root = join(folder, String(n));
    const { status, stdout, stderr } = await outcomes[n as number];
    const printed = stdout + read(join(root, '/tmp/backup.log'));
    const calls = callsOf(join(root, 'bin')).map(call => call.replaceAll(root, ''));
    const [words, noTrace] = [expect.stringMatching(line.says ?? ''), expect.not.stringContaining('Traceback')];
    expect({ status, printed, stderr }).toEqual({ status: line.status ?? 0, printed: words, stderr: noTrace });
    expect(inOrder(calls, line.calls ?? [])).toEqual(line.calls ?? []);
    expect((line.leaves ?? []).filter(path => !existsSync(join(root, path)))).toEqual([]);
    expect(calls.filter(call => (line.never ?? []).some(pattern => fits(call, pattern)))).toEqual([]);
  });
});

describe('what the examples start today is in the contract', () => {
  const today = EXAMPLE_NAMES.flatMap(name => Object.values(pinned(name)).flatMap(startsIn));

  test('by its arguments', () => {
    const known = new Set(lines.flatMap(({ line }) => startsInLine(line)).map(shape));
    expect([...new Set(today.map(shape))].filter(one => !known.has(one))).toEqual([]);
  });

  test('by its settings', () => {
    const known = new Set(lines.flatMap(({ line, variables = {} }) => startsInLine(line).flatMap(words => settingsOf(words, variables))));
    const carried = today.filter(({ member }) => !member).flatMap(one => settingsOf(one, givenIn(one.container.env)));
    expect([...new Set(carried)].filter(one => !known.has(one))).toEqual([]);
  });
});

const nameOf = ({ words: [program] }: Words) => program.split('/').pop()!;
const settingsOf = (words: Words, variables: { readonly [name: string]: string }) => settingsIn(variables).map(setting => `${nameOf(words)}: ${setting}`);

/** The program of a line and the names of its arguments: a value is a user's. */
function shape(words: Words): string {
  const ours = words.words.slice(1).filter(word => !/^--(scope|datadir|role|connstring|no_leader|no_master)=/.test(word));
  return [nameOf(words), ...ours.map(word => word.replace(/=.*/, '=').replace(/.*\/.*/, 'PATH'))].join(' ');
}

/** Variables with their values, where these stand in the manifest. */
function givenIn(env: readonly { readonly name: string; readonly value?: string }[]) {
  return environment(env.map(({ name, value }) => ({ name, value })));
}

async function start(line: Line, root: string): Promise<Outcome> {
  const local = (text: string) => below(root, PATHS, text);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const mounts = MOUNTS.filter(mount => line.line.includes(`${mount}/`));
  for (const mount of mounts) { PROGRAMS.forEach((path, file) => write(join(mount, file), local(readFileSync(path, 'utf8')))); }
  for (const [name, value] of Object.entries(line.envdir ?? {})) { ['env', 'source-env'].forEach(directory => write(`/etc/wal-g/${directory}/${name}`, local(value))); }
  for (const [path, text] of Object.entries({ ...EVERYWHERE, ...line.files })) { write(path, text); }
  const variables = Object.entries(line.variables ?? {}).map(([name, value]) => [name, local(value)]);
  const patroni = createServer((_, response) => response.end(JSON.stringify({ members: line.patroni ?? [] })));
  await new Promise<void>(resolve => patroni.listen(0, '127.0.0.1', resolve));
  try {
    return await run(['sh', '-c', local(line.line).replace('%p', `pg_wal/${SEGMENT}`).replace('%f', SEGMENT)], {
      ...line.until ? recording(join(root, 'notes')) : { HOME: process.env.HOME, PYTHONDONTWRITEBYTECODE: '1' },
      PATH: `${stubs(join(root, 'bin'), line.answers)}:${process.env.PATH}`,
      TERMINATION_LOG: join(root, 'termination'),
      PATRONI_URL: `http://127.0.0.1:${(patroni.address() as AddressInfo).port}`,
      MEMBER: 'orders-0',
      ...Object.fromEntries(variables),
    }, { cwd: root });
  } finally {
    patroni.close();
  }
}

function read(path: string): string {
  try { return readFileSync(path, 'utf8'); } catch { return ''; }
}

/** As a shell reads a pattern whose only sign is `*`. */
function fits(call: string, pattern: string): boolean {
  return new RegExp(`^${pattern.split('*').map(part => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*')}$`, 's').test(call);
}

/** The patterns that are found one after the other. */
function inOrder(calls: readonly string[], patterns: readonly string[]): string[] {
  const found: string[] = [];
  for (const call of calls) { if (found.length < patterns.length && fits(call, patterns[found.length])) { found.push(patterns[found.length]); } }
  return found;
}
