import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PROGRAMS, PYTHON, pythonTest, run } from './support/python';
import { ROOT } from '../support/examples';

const texts = [...PROGRAMS].map(([file, path]) => [file, readFileSync(path, 'utf8')] as const);
const modules = texts.filter(([file]) => file.endsWith('.py')).map(([file]) => basename(file, '.py'));

describe.each(texts)('%s', (_, text) => {
  test('has nothing that Flux, envsubst or Helm take for theirs', () => {
    // Flux's substitution makes one dollar sign of two.
    expect(text.match(/\$\{[A-Za-z_]|\$\$|\{\{|\}\}/g)).toBeNull();
  });

  test('has lines and a length that somebody can read', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(300);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(180);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

test('all programs of a cluster fit into one ConfigMap, each under its own name', () => {
  const files = [...PROGRAMS.values()];
  expect(new Set(files.map(file => basename(file))).size).toBe(files.length);
  expect(texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)).toBeLessThan(200 * 1024);
});

/** What the programs import, by where they do it: at the start, or later, when the ConfigMap may have changed. */
const IMPORTS = `
import ast, json, sys
def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import): yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom): yield node.module
def of(path):
    tree = ast.parse(open(path).read(), feature_version=(3, 8))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    return {'all': sorted(set(imports(tree))), 'late': sorted({name for one in functions for name in imports(one)})}
print(json.dumps({'standard': sorted(getattr(sys, 'stdlib_module_names', sys.builtin_module_names)), 'files': {path: of(path) for path in sys.argv[1:]}}))
`;

async function imports() {
  const files = [...PROGRAMS.values()].filter(file => file.endsWith('.py'));
  const { stdout, stderr } = await run([PYTHON, '-c', IMPORTS, ...files], process.env, { cwd: ROOT });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { standard: string[]; files: { [path: string]: { all: string[]; late: string[] } } };
}

pythonTest('a program reads its modules at the start: later they may be those of another release', async () => {
  const late = Object.values((await imports()).files).flatMap(file => file.late);
  expect(late.filter(name => modules.includes(name))).toEqual([]);
});

/** Imports one module, changes the ConfigMap as the kubelet does, and imports another one. */
const ACROSS_A_CHANGE = `
import os, say
os.symlink('..2', 'next')
os.replace('next', '..data')
import rest
print(*(os.path.basename(os.path.dirname(module.__file__)) for module in (say, rest)))
`;

pythonTest('a program that starts while the ConfigMap changes has its modules from one release', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  try {
    for (const release of ['..1', '..2']) {
      mkdirSync(join(folder, release));
      PROGRAMS.forEach((path, file) => copyFileSync(path, join(folder, release, file)));
      writeFileSync(join(folder, release, 'start.py'), ACROSS_A_CHANGE);
    }
    symlinkSync('..1', join(folder, '..data'));
    for (const file of [...PROGRAMS.keys(), 'start.py']) { symlinkSync(join('..data', file), join(folder, file)); }
    const { stdout } = await run([PYTHON, join(folder, 'start.py')], { PYTHONDONTWRITEBYTECODE: '1' }, { cwd: folder });
    expect(stdout).toBe('..1 ..1\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

pythonTest('programs run with the standard library alone, and no module hides one of it', async () => {
  const { standard, files } = await imports();
  const foreign = Object.values(files).flatMap(({ all }) => all).filter(name => !modules.includes(name) && !standard.includes(name.split('.')[0]));
  // Template engines: the follower reads one of them when its user asks for it.
  expect([...new Set(foreign)].sort()).toEqual(['jinja2', 'pystache']);
  expect(modules.filter(name => standard.includes(name))).toEqual([]);
});
