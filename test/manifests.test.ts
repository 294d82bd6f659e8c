import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXAMPLE_NAMES, filesIn, inTemporaryFolder, pinned, ROOT, runExample } from './support/examples';
import { schemaViolations } from './support/kubernetes-schema';
import { readYaml } from './support/render';

// `npm run examples` pins anew: do so only when you have read what changed and mean it.

describe.each(EXAMPLE_NAMES)('examples/%s', name => {
  test('renders what is pinned', () => {
    expect(runExample(name).files).toEqual(pinned(name));
  });

  test('has no text that Flux takes for a variable of its own', () => {
    expect(Object.values(pinned(name)).join('').match(/\$\{[A-Za-z_].*/g)).toBeNull();
  });

  test('pins valid Kubernetes objects', () => {
    const objects = Object.values(pinned(name)).flatMap(readYaml);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.flatMap(schemaViolations)).toEqual([]);
  });
});

test('the example everything gives every property of a cluster, and all options of what it makes', () => {
  const program = readFileSync(join(ROOT, 'examples/everything/main.ts'), 'utf8');
  // The image has no admin user; a ServiceAccount has annotations if the library makes it.
  const excluded = ['CredentialsOptions.adminName', 'CredentialsOptions.adminPasswordEntry', 'ServiceAccountOptions.existingName'];
  expect(properties('SpiloClusterProps', program).filter(([, name]) => !program.includes(` ${name}: `)).map(path => path.join('.'))).toEqual(excluded);
});

test('the most different example is the same in another language and time zone', () => {
  const { files, error } = inTemporaryFolder(outdir => {
    const { stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
      cwd: join(ROOT, 'examples/everything'),
      encoding: 'utf8',
      // In Estonian z comes before t.
      env: { ...process.env, CDK8S_OUTDIR: outdir, LC_ALL: 'et_EE.UTF-8', TZ: 'Pacific/Apia' },
    });
    return { files: filesIn(outdir), error: status === 0 ? '' : stderr };
  });
  expect(error).toBe('');
  expect(files).toEqual(pinned('everything'));
}, 30000);

test('the pins bite: a copy with another default does not render what is pinned', () => {
  const { status, output } = inTemporaryFolder(copy => {
    copyProject(copy);
    replace(join(copy, 'src/cluster/settle.ts'), 'sharedMemory ?? Size.mebibytes(256)', 'sharedMemory ?? Size.mebibytes(128)');
    const check = ['--import', 'tsx', 'scripts/examples.ts', '--check', 'minimal'];
    const { status: exit, stdout, stderr } = spawnSync(process.execPath, check, { cwd: copy, encoding: 'utf8' });
    return { status: exit, output: stdout + stderr };
  });
  expect(status).toBe(1);
  expect(output).toMatch(/^- +sizeLimit: 256Mi$/m);
  expect(output).toMatch(/^\+ +sizeLimit: 128Mi$/m);
  expect(output).toContain('failed: minimal');
}, 60000);

interface Shape {
  readonly properties?: { readonly [name: string]: { readonly type: string } };
  readonly factories?: { readonly [name: string]: { readonly parameters: { readonly [name: string]: { readonly type: string } } } };
}
const SHAPES: { readonly [type: string]: Shape } = JSON.parse(readFileSync(join(ROOT, 'src/properties.json'), 'utf8'));

/** Struct and name of each property below a type, also of what the factories take that a program calls. */
function properties(type: string, program: string, seen = new Set<string>()): [struct: string, name: string][] {
  if (seen.has(type) || !(type in SHAPES)) { return []; }
  seen.add(type);
  const { properties: own = {}, factories = {} } = SHAPES[type];
  const called = Object.entries(factories).filter(([name]) => program.includes(`${type}.${name}(`)).flatMap(([, { parameters }]) => Object.values(parameters));
  const below = [...Object.values(own), ...called].flatMap(value => value.type.match(/\w+/g) ?? []);
  return [...Object.keys(own).map((name): [string, string] => [type, name]), ...below.flatMap(next => properties(next, program, seen))];
}

/** Everything that rendering the example `minimal` takes. */
function copyProject(folder: string): void {
  const parts = ['src', 'scripts', 'examples/minimal', 'examples/tsconfig.json', 'test/tsconfig.json', 'tsconfig.json', 'package.json'];
  for (const part of parts) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

function replace(file: string, found: string, by: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text.split(found)).toHaveLength(2);
  writeFileSync(file, text.replace(found, by));
}
