/**
 * Renders every example as its user would, each in its own process and folder.
 *
 * `tsx scripts/examples.ts [--check] [NAME...]`
 *
 * Without `--check` the result replaces `examples/<name>/dist`, and `spec.json` beside it, which holds the settled specs. With
 * it, the example renders to a temporary folder and any difference from what is pinned is an error, so that a change of output
 * has to be committed and reviewed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const examples = resolve(__dirname, '../examples');
const args = process.argv.slice(2);
const check = args.includes('--check');
const wanted = args.filter(arg => !arg.startsWith('--'));

const names = readdirSync(examples)
  .filter(name => existsSync(join(examples, name, 'main.ts')))
  .filter(name => wanted.length === 0 || wanted.includes(name));
if (names.length === 0) {
  fail('no example found');
}

const failed = names.filter(name => !(check ? checkPins(name) : updatePins(name)));
if (failed.length > 0) {
  fail(`failed: ${failed.join(', ')}${check ? '\nIf the new output is right, run: npm run examples' : ''}`);
}
console.log(`${check ? 'unchanged' : 'rendered'}: ${names.join(', ')}`);

function updatePins(name: string): boolean {
  // A file that is no longer rendered must not stay pinned.
  rmSync(join(examples, name, 'dist'), { recursive: true, force: true });
  return render(name, join(examples, name, 'dist'), join(examples, name, 'spec.json'));
}

function checkPins(name: string): boolean {
  const outdir = mkdtempSync(join(tmpdir(), `example-${name}-`));
  try {
    const [dist, spec] = [join(outdir, 'dist'), join(outdir, 'spec.json')];
    const same = (pinned: string, rendered: string) => run('git', ['diff', '--no-index', '--', join(examples, name, pinned), rendered], examples);
    return render(name, dist, spec) && [same('dist', dist), same('spec.json', spec)].every(Boolean);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** cdk8s reads the output folder from CDK8S_OUTDIR, as `cdk8s synth --output` sets it. */
function render(name: string, outdir: string, specFile: string): boolean {
  const hook = pathToFileURL(join(__dirname, 'spec-hook.ts')).href;
  return run(process.execPath, ['--import', 'tsx', '--import', hook, 'main.ts'], join(examples, name), { CDK8S_OUTDIR: outdir, SPEC_FILE: specFile });
}

/** Runs a command quietly; its output matters only when it fails. */
function run(command: string, commandArgs: string[], cwd: string, env: NodeJS.ProcessEnv = {}): boolean {
  const { status, stdout, stderr, error } = spawnSync(command, commandArgs, {
    cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) {
    console.error(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  }
  return status === 0;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
