/** Claims of the README and of the guides that a program can check. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readYaml } from './support/render';

const root = resolve(__dirname, '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const readme = read('README.md');
const packageJson = JSON.parse(read('package.json'));

/** The code blocks of a language, in their order. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\S*)[^\n]*\n(.*?)^```$/gms)].filter(([, found]) => found === language).map(([, , code]) => code);
}

const MAIN = 'https://github.com/cdk8s-spilo/cdk8s-spilo/blob/main/';

describe('first screen', () => {
  const screen = readme.slice(0, readme.indexOf('\n## '));

  test('has one command line for the main job and one for the tests', () => {
    expect(blocks(screen, 'sh').slice(0, 2)).toEqual(['npm ci && npm run example\n', 'npm ci && npm test\n']);
  });

  test('the main job renders the how-to', () => {
    const { steps: [{ exec }], cwd } = JSON.parse(read('.projen', 'tasks.json')).tasks.example;
    expect({ exec, cwd }).toEqual({ exec: 'tsx main.ts', cwd: 'examples/how-to' });
  });

  test('shows the smallest program as it is in the examples', () => {
    expect(blocks(screen, 'ts')).toEqual([read('examples', 'minimal', 'main.ts')]);
  });
});

test('the program in Python is the one that renders the pinned manifest', () => {
  expect(blocks(readme, 'python')).toEqual([read('examples', 'minimal', 'main.py')]);
});

test('what is said of a leader that hangs is what the evidence says', () => {
  const page = read('docs', 'evidence', 'consistency.md');
  const row = (section: string) => {
    const [, , , defaults, ...others] = /^\| Patroni stopped, 60 s \|.*$/m.exec(page.slice(page.indexOf(`## ${section}`)))![0].split(/ *\| */);
    return { defaults, howTo: others[others.length - 2] };
  };
  const [writers, lost] = [row('Two writers'), row('Acknowledged writes that are gone')];
  expect([writers.defaults, lost.defaults]).toEqual(['0', expect.stringMatching(/^0 of /)]);
  expect(readme).toContain(`two members took writes for ${writers.howTo} s beside each other, and ${lost.howTo} acknowledged writes were gone`);
});

test('what is said of the cost of a commit is what the evidence says', () => {
  const row = /^\| latency \(ms\) \|.*$/m.exec(read('docs', 'evidence', 'consistency.md'))![0];
  const [off, , on, quorum, strict] = row.match(/\d+\.\d+/g)!;
  expect(read('docs', 'choose.md'))
    .toContain(`took ${off} ms with \`off()\`, ${on} ms with \`on()\`, ${quorum} ms with \`quorum()\` and ${strict} ms with \`strict()\``);
});

test('the measured table is that of the evidence', () => {
  const evidence = read('docs', 'evidence.md');
  const [table] = /^\|.*?\n(?=\n)/ms.exec(evidence.slice(evidence.indexOf('## How long writes stop')))!;
  expect(table.split('\n').length).toBeGreaterThan(8);
  expect(readme).toContain(table);
});

test('lists exactly the objects that the smallest program renders', () => {
  const section = readme.slice(readme.indexOf('## What it renders'), readme.indexOf('Every object is reachable'));
  const listed = [...section.matchAll(/^\| (\w+) \| `([^`]+)` \|/gm)].map(([, kind, name]) => `${kind} ${name}`);
  const rendered = readYaml(read('examples', 'minimal', 'dist', 'orders.k8s.yaml'))
    .map(({ kind, metadata }) => `${kind} ${kind === 'Job' ? metadata.name.replace(/[0-9a-f]{10}$/, '<hash>') : metadata.name}`);
  expect(listed).toEqual(rendered);
});

test('every npm script that is mentioned exists', () => {
  const documents = ['README.md', ...guides()].map(path => read(path)).join('\n');
  const scripts = [...documents.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
  expect(scripts).toContain('build');
  expect(scripts.filter(script => !(script in packageJson.scripts))).toEqual([]);
  expect(packageJson.scripts).toHaveProperty('test');
});

test('cdk8s synth removes what it wrote before, and then runs the program: a program that ends with an error leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-spilo-'));
  try {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'orders.k8s.yaml'), 'kind: StatefulSet\n');
    const { status } = spawnSync(process.execPath, [join(root, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--app', 'false', '--output', 'dist'], { cwd: folder });
    expect(status).toBe(1);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
  for (const page of [readme, read('docs', 'operate', 'gitops.md')]) { expect(page).toMatch(/removes `dist\/`/); }
});

test('names and figures of the concepts are those of the smallest program', () => {
  const concepts = read('docs', 'concepts.md');
  const { ttl, loopWait } = JSON.parse(read('examples', 'minimal', 'spec.json'))['orders/orders'].spec.patroni;
  expect(concepts).toContain(`\`ttl\` seconds (${ttl} by default) and is renewed every \`loopWait\` (${loopWait})`);
  expect(concepts).toContain(`each asks the store every ${loopWait} s`);
  const objects = readYaml(read('examples', 'minimal', 'dist', 'orders.k8s.yaml'));
  const names = objects.map(({ metadata }) => metadata.name);
  for (const name of ['orders', 'orders-config', 'orders-sync', 'orders-failover']) {
    expect(concepts).toContain(name);
    expect(names).toContain(name);
  }
  const rollout = names.find(name => /-rollout-[0-9a-f]{10}$/.test(name))!;
  expect(concepts).toContain(`\`${rollout.replace('orders', '<cluster>').replace(/[0-9a-f]{10}$/, '<hash>')}\``);
  const { spec } = objects.find(({ kind }) => kind === 'StatefulSet')!;
  expect([spec.replicas, spec.updateStrategy, spec.volumeClaimTemplates[0].metadata.name]).toEqual([3, { type: 'OnDelete' }, 'pgdata']);
  expect(concepts.match(/pod orders-\d/g)).toHaveLength(spec.replicas);
});

test('every link of the README is absolute, and those to the repository lead to a file', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  expect(links.filter(link => !/^https:\/\//.test(link))).toEqual([]);
  const files = links.filter(link => link.startsWith(MAIN)).map(link => link.slice(MAIN.length));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter(file => !existsSync(join(root, file.split('#')[0])))).toEqual([]);
});

test('every example is listed', () => {
  const examples = readdirSync(join(root, 'examples')).filter(name => existsSync(join(root, 'examples', name, 'main.ts')));
  expect(examples.filter(name => !readme.includes(`${MAIN}examples/${name}/main.ts`))).toEqual([]);
});

test('packages have the names of the registries', () => {
  const { targets } = packageJson.jsii;
  for (const name of [
    packageJson.name, targets.python.distName, `${targets.java.maven.groupId}:${targets.java.maven.artifactId}`, targets.go.moduleName, targets.dotnet.packageId,
  ]) {
    expect(readme).toContain(`\`${name}\``);
  }
  expect(readme).toContain(`npm install ${[packageJson.name, ...Object.keys(packageJson.peerDependencies)].join(' ')}`);
});

test('names the oldest Node that works', () => {
  expect(packageJson.engines.node).toContain(/Node (\d+) or newer/.exec(readme)![1]);
});

test('the index of the documentation lists every page', () => {
  const index = read('docs', 'README.md');
  const pages = guides().filter(path => !/^docs.(adr|README)/.test(path)).map(path => path.slice('docs/'.length));
  expect(pages.filter(page => !index.includes(`](${page})`))).toEqual([]);
});

test('the start page shows the program of the smallest example, and asks it how to go on', () => {
  const [program] = blocks(read('docs', 'start.md'), 'ts');
  const asked = program.replace('const cluster = new', 'new').replace('console.log(cluster.describe());\n', '');
  expect(asked).toBe(read('examples', 'minimal', 'main.ts'));
  expect(blocks(read('docs', 'start.md'), 'python')).toEqual([read('examples', 'minimal', 'main.py')]);
});

test('every page with commands says which of them a test runs', () => {
  const silent = guides().filter(path => blocks(read(path), 'sh').length > 0 && !/not run by a test|`lab\/|npm run test:/i.test(read(path)));
  expect(silent).toEqual([]);
});

/** Handwritten and generated pages. */
function guides(): string[] {
  return ['docs', 'docs/adr', 'docs/operate'].flatMap(folder => readdirSync(join(root, folder)).filter(name => name.endsWith('.md')).map(name => join(folder, name)));
}

describe.each(guides())('%s', path => {
  const text = read(path);

  test('its links lead to files and headings', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link).filter(link => !/^https?:/.test(link));
    const broken = links.filter(link => {
      const [file, heading] = link.split('#');
      const target = file === '' ? path : join(path, '..', file);
      if (!existsSync(join(root, target))) { return true; }
      return heading !== undefined && !headings(read(target)).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  test('begins with a title', () => {
    expect(text.replace(/^<!--.*-->\n+/, '')).toMatch(/^# \S/);
  });
});

/** Anchors as GitHub makes them. */
function headings(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
