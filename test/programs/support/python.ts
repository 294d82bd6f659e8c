import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../support/examples';

/** Whether there is a Python that can run the programs. Without one their tests are skipped. */
export const HAS_PYTHON = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;

/** Like `test`, where there is a Python. */
export const pythonTest = HAS_PYTHON ? test : test.skip;

/** Every program and every module of one, by file name. */
export const PROGRAMS: ReadonlyMap<string, string> = new Map(readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => /\bprograms\b.*\.(py|sql)$/.test(path)).sort().map(path => [basename(path), join(ROOT, 'src', path)]));

/** What came of a process. */
export interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** Runs a command to its end, or for some seconds. */
export function run(command: readonly string[], env: NodeJS.ProcessEnv, options: { readonly cwd?: string; readonly seconds?: number } = {}): Promise<Outcome> {
  const child = spawn(command[0], command.slice(1), { env, cwd: options.cwd, timeout: (options.seconds ?? 30) * 1000, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', text => { stderr += text; });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', status => resolve({ status, stdout, stderr })));
}
