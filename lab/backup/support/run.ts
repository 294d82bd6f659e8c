import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { USER } from './tools';

export interface Result { readonly status: number; readonly stdout: string; readonly stderr: string }
type Env = { readonly [name: string]: string | undefined };

/** Runs a command to its end as the user of PostgreSQL. */
export function run(command: readonly string[], env: Env, input?: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { env: env as NodeJS.ProcessEnv, cwd: '/', ...USER });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', data => { output.stdout += data; });
    child.stderr.on('data', data => { output.stderr += data; });
    child.on('error', reject);
    child.on('close', status => resolve({ status: status ?? -1, ...output }));
    child.stdin.on('error', () => { /* it has ended without reading */ });
    child.stdin.end(input ?? '');
  });
}

/** The same; a status other than 0 is an error that shows everything. */
export async function succeed(command: readonly string[], env: Env, input?: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, env, input);
  if (status !== 0) { throw new Error(`${command.join(' ')}: status ${status}\n${stdout}\n${stderr}`); }
  return stdout;
}

const running = new Set<ChildProcess>();

/** Starts a server in a process group of its own, with its output in a file. */
export function start(command: readonly string[], env: Env, log: string, user = USER): ChildProcess {
  // A file and no pipe: what the server leaves behind would keep a pipe, and with it the suite, open.
  const file = openSync(log, 'a');
  const child = spawn(command[0], command.slice(1), { env: env as NodeJS.ProcessEnv, cwd: '/', detached: true, stdio: ['ignore', file, file], ...user });
  closeSync(file);
  child.unref();
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/** Ends a server and all its children, and waits. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) { return; }
  const end = new Promise(resolve => child.once('exit', resolve));
  try { process.kill(-child.pid!, signal); } catch { /* it has ended by itself */ }
  await end;
}

/** Ends everything that a suite has started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(child => stop(child)));
}

/** Waits until a question is answered with something true. */
export async function until<T>(what: string, question: () => Promise<T | undefined | false>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await question();
      if (answer) { return answer; }
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  throw new Error(`after ${seconds} s still not: ${what}${last ? `\n${last}` : ''}`);
}

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
