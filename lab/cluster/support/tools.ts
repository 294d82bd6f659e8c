import { existsSync } from 'fs';
import { homedir } from 'os';
import { basename, join } from 'path';
import { exec } from './exec';

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-spilo');

/** A program from the Python package index, in an environment of its own outside the tree. Made once for each version. */
export async function pythonTool(name: string, version: string): Promise<string> {
  const directory = join(CACHE, `${name}-${version}`);
  const program = join(directory, 'bin', name);
  if (!existsSync(join(directory, 'complete'))) {
    await exec('python3', ['-m', 'venv', '--clear', directory]);
    await exec(join(directory, 'bin/pip'), ['install', '-q', `${name}==${version}`], { seconds: 600 });
    await exec('touch', [join(directory, 'complete')]);
  }
  return program;
}

/** A program from the Go module proxy. */
export async function goTool(module: string, version: string): Promise<string> {
  const directory = join(CACHE, `${module.split('/').pop()}-${version}`);
  const program = join(directory, module.split('/').pop()!);
  if (!existsSync(program)) {
    await exec('go', ['install', `${module}@${version}`], { seconds: 900, env: { ...process.env, GOBIN: directory, GOFLAGS: '-mod=mod' } });
  }
  return program;
}

/** A program of this tree in Go, built outside it whenever it has changed: the compiler's cache knows. */
export async function ownGoTool(source: string): Promise<string> {
  const program = join(CACHE, basename(source));
  await exec('go', ['build', '-C', source, '-o', program, '.'], { seconds: 600, env: { ...process.env, GOFLAGS: '-mod=readonly' } });
  return program;
}
