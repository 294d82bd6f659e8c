import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../support/examples';

const found = spawnSync('python3', ['-c', 'import sys; print(sys.executable); sys.exit(sys.version_info < (3, 8))'], { encoding: 'utf8' });

/** Whether there is a Python that can run the programs. Without one their tests are skipped. */
export const HAS_PYTHON = found.status === 0;

/** The interpreter itself: what PATH finds may be a script that looks for it each time. */
export const PYTHON = HAS_PYTHON ? found.stdout.trim() : 'python3';

/** Like `test`, where there is a Python. */
export const pythonTest = HAS_PYTHON ? test : test.skip;

/** Every program and every module of one, by file name. */
export const PROGRAMS: ReadonlyMap<string, string> = new Map(readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => /\bprograms\b.*\.(py|sql)$/.test(path)).sort().map(path => [basename(path), join(ROOT, 'src', path)]));

/** What came of a process. */
export interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** The environment of a program of which notes are taken, which nobody answers and whose first pause is its end. */
export function recording(notes: string): NodeJS.ProcessEnv {
  return {
    HOME: process.env.HOME,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: join(__dirname, 'recorder'),
    NOTES: notes,
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: '1',
  };
}

interface RunOptions { readonly cwd?: string; readonly input?: string; readonly timeout?: number }

/** Runs a command to its end. */
export function run(command: readonly string[], env: NodeJS.ProcessEnv, { cwd, input = '', timeout = 30000 }: RunOptions = {}): Promise<Outcome> {
  const child = spawn(command[0], command.slice(1), { env, cwd, timeout, killSignal: 'SIGKILL', stdio: 'pipe' });
  child.stdin.on('error', () => { /* It did not read what nobody gave it. */ }).end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', text => { stderr += text; });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', status => resolve({ status, stdout, stderr })));
}

/** A program with its arguments, which starts in a directory with these variables, and the file for what it says of its errors. */
export interface Recorded { readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly errors: string }

/** Starts programs of which notes are taken, and waits for all of them. */
export async function record(starts: readonly Recorded[]): Promise<void> {
  const { stderr } = await run([PYTHON, join(__dirname, 'recorder/many.py')], { HOME: process.env.HOME }, { input: JSON.stringify(starts), timeout: 120000 });
  if (stderr !== '') { throw new Error(stderr); }
}

/** Tasks that each are a process, a few at a time; what comes of each. */
export function inTurns<T>(tasks: readonly (() => Promise<T>)[], width = 4): Promise<T>[] {
  const results: Promise<T>[] = [];
  tasks.forEach((task, n) => results.push(n < width ? task() : Promise.allSettled([results[n - width]]).then(task)));
  return results;
}
