import { spawn } from 'child_process';

/** How a command is run. */
export interface ExecOptions {
  readonly input?: string;
  /** After this time the command is killed, which counts as a failure. */
  readonly seconds?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Also a failure is a result. */
  readonly mayFail?: boolean;
}

/** What a command left behind. `status` is -1 when it was killed. */
export interface ExecResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Nothing here waits without a limit: a lost answer must not hang a suite. */
export function exec(command: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { input, seconds = 120, env = process.env, mayFail = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', text => { output.stdout += text; });
    child.stderr.setEncoding('utf8').on('data', text => { output.stderr += text; });
    child.stdin.on('error', () => undefined); // it ended without reading all: its status tells
    child.stdin.end(input ?? '');
    child.on('error', error => { clearTimeout(timer); reject(error); });
    child.on('close', code => {
      clearTimeout(timer);
      const result = { status: code ?? -1, ...output };
      if (result.status === 0 || mayFail) { return resolve(result); }
      const how = code === null ? `did not end within ${seconds} s` : `ended with status ${code}`;
      reject(new Error(`${command} ${args.join(' ')}\n${how}\n${result.stdout.slice(-2000)}${result.stderr.slice(-4000)}`));
    });
  });
}

/** Waits for some time. */
export const sleep = (seconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/** How long something is waited for. */
export interface WaitOptions {
  readonly seconds?: number;
  readonly interval?: number;
}

/**
 * Asks again until the answer is neither undefined nor false. An answer that throws is no answer, and the last reason is told
 * when time is up.
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, options: WaitOptions = {}): Promise<T> {
  const { seconds = 120, interval = 0.5 } = options;
  const end = Date.now() + seconds * 1000;
  let reason = 'it was not so';
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) { return answer; }
    } catch (error) {
      reason = (error as Error).message;
    }
    await sleep(interval);
  }
  throw new Error(`waited ${seconds} s for: ${what}\nlast: ${reason}`);
}
