import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Container } from './support/container';
import { settingsIn } from './support/names';
import { HAS_PYTHON, PROGRAMS, PYTHON, pythonTest, record, Recorded, recording, run } from './support/python';
import { firstConfigurations, Start, startsIn } from './support/starts';
import { stubs } from './support/stubs';
import { EXAMPLE_NAMES, pinned } from '../support/examples';

/**
 * The seam between what is rendered and what a program reads. Every program in the manifests of all examples is started with
 * the variables that are rendered for it, beside programs that fail at once; notes are taken of what it reads.
 */

interface Run {
  readonly start: Start;
  readonly stderr: string;
  /** What is rendered for this program alone, and what for everybody who runs with the store. */
  readonly own: readonly string[];
  readonly shared: readonly string[];
  readonly read: ReadonlySet<string>;
}

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How a program is started, and what came of it once it has run. */
function prepare(start: Start, root: string): { readonly recorded: Recorded; readonly result: () => Run } {
  const container = new Container(root, start.objects, start.pod, start.container);
  const store = start.envdir === undefined ? {} : container.envdir(start.envdir);
  // A member's own variables are Spilo's.
  const own = start.member ? {} : container.env;
  const data = container.path('/home/postgres/pgdata/pgroot/data');
  mkdirSync(join(data, 'global'), { recursive: true });
  writeFileSync(join(data, 'global/pg_control'), Buffer.alloc(8));
  writeFileSync(join(data, 'PG_VERSION'), '17\n');
  mkdirSync(join(root, 'var/run/secrets/kubernetes.io/serviceaccount'), { recursive: true });
  const notes = join(root, 'notes');
  const errors = join(root, 'errors');
  return {
    recorded: {
      words: start.words.map(word => container.localize(word)),
      env: {
        ...recording(notes),
        PATH: `${stubs(join(root, 'bin'))}:${process.env.PATH}`,
        TERMINATION_LOG: join(root, 'termination'),
        ...own,
        ...store,
      },
      cwd: root,
      errors,
    },
    result: () => ({
      start, stderr: readFileSync(errors, 'utf8'), own: settingsIn(own), shared: settingsIn(store), read: new Set(readFileSync(notes, 'utf8').split('\n')),
    }),
  };
}

/** The fence has no settings and never ends: `test_fence.py`. */
const withSettings = ({ words: [program] }: Start) => !program.endsWith('/fence.py');
const examples = EXAMPLE_NAMES.map(name => [name, Object.values(pinned(name)).flatMap(startsIn).filter(withSettings)] as const)
  .filter(([, starts]) => starts.length > 0);

let all: Promise<{ readonly [name: string]: readonly Run[] }>;
if (HAS_PYTHON) { beforeAll(() => { all = runAll(); }); }

async function runAll() {
  const prepared = examples.map(([name, starts]) => [name, starts.map((start, n) => prepare(start, join(folder, `${name}-${n}`)))] as const);
  await record(prepared.flatMap(([, starts]) => starts.map(({ recorded }) => recorded)));
  return Object.fromEntries(prepared.map(([name, starts]) => [name, starts.map(({ result }) => result())]));
}

describe.each(examples)('examples/%s', name => {

  pythonTest('every program starts with what is rendered, and ends in good order though nothing answers', async () => {
    const broken = (await all)[name].filter(({ stderr }) => /Traceback| lacks /.test(stderr));
    expect(broken.map(({ start, stderr }) => `${start.words.join(' ')}: ${stderr}`)).toEqual([]);
  }, 60000);

  pythonTest('every setting that is rendered is read', async () => {
    const results = (await all)[name];
    const unread = results.flatMap(({ start, own, shared, read }) => {
      const beside = results.filter(other => other.start.envdir === start.envdir);
      const missing = [...own.filter(setting => !read.has(setting)), ...shared.filter(setting => !beside.some(other => other.read.has(setting)))];
      return missing.map(setting => `${basename(start.words[0])}: ${setting}`);
    });
    expect([...new Set(unread)]).toEqual([]);
  }, 60000);
});

/** `record_of` in dynamic.py. */
const RECORD_OF = 'import dynamic, json, sys; print(json.dumps([dynamic.record_of(one) for one in json.loads(sys.argv[1])]))';

pythonTest('a new cluster begins with the marks of what its first configuration says, so that the first removal finds them', async () => {
  const first = EXAMPLE_NAMES.flatMap(name => Object.values(pinned(name)).flatMap(firstConfigurations));
  const { stdout } = await run([PYTHON, '-c', RECORD_OF, JSON.stringify(first)], { ...process.env, PYTHONPATH: dirname(PROGRAMS.get('dynamic.py')!) });
  expect(first.map(({ cdk8s_spilo }) => cdk8s_spilo)).toEqual(JSON.parse(stdout).map((managed: unknown) => ({ managed })));
});
