import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pod, Secrets } from './pod';
import { run, succeed } from './run';
import { World } from './world';
import { Rendered } from '../../../test/support/render';

let runs = 0;

/** What the suites give as passwords of every cluster. */
const PASSWORDS: Secrets = { passwords: { 'superuser-password': 'secret' } };

/** What came of a Job. */
export interface Outcome { readonly status: number; readonly report: any; readonly termination: any }

/** What is changed in the task that a Job's program reads: where the members are on this machine. */
export type Changes = (task: any) => any;

/** What a run is given beside what is rendered: words before its command, and variables. */
export interface RunOptions { readonly before?: readonly string[]; readonly env?: { readonly [name: string]: string } }

/** Runs the container of a Job once, as rendered: of a CronJob, or of a Job of its own. */
export async function runJob(
  world: World, rendered: Rendered, kind: 'CronJob' | 'Job', name: string, changes: Changes = task => task, { before = [], env: more = {} }: RunOptions = {},
): Promise<Outcome> {
  const { spec: owner } = rendered.all(kind).find(({ metadata }) => metadata.name.startsWith(name))!;
  const { spec } = (owner.jobTemplate?.spec ?? owner).template;
  const folder = `job-${++runs}`;
  const root = world.directory(folder);
  const secrets: Secrets = { ...PASSWORDS, ...world.secrets };
  const pod = new Pod(root, rendered, spec, spec.containers[0].name, secrets, claim => world.directory(`claims/${claim}`));
  for (const path of emptyDirectories(spec)) { world.directory(`${folder}${path}`); }
  for (const { command } of spec.initContainers ?? []) { await succeed(command.map((word: string) => pod.localize(word)), pod.env); }
  const [{ env, command }] = spec.containers;
  const [{ name: variable, value }] = env;
  const task = changes(JSON.parse(pod.localize(value.replace(/\$\$/g, '$'))));
  const password = env.slice(1).map(({ name: of, valueFrom }: any) => [of, secrets[valueFrom.secretKeyRef.name][valueFrom.secretKeyRef.key]]);
  const termination = join(root, 'termination-log');
  const { status, stdout, stderr } = await run([...before, ...command.map((word: string) => pod.localize(word))], {
    ...pod.env, ...more, ...Object.fromEntries(password), [variable]: JSON.stringify(task), TERMINATION_LOG: termination,
  });
  const line = stdout.split('\n').filter(one => one.startsWith('{')).pop();
  if (!line || !existsSync(termination)) { throw new Error(`no report\n${stdout}\n${stderr}`); }
  return { status, report: JSON.parse(line), termination: JSON.parse(readFileSync(termination, 'utf8')) };
}

/** Where volumes that are empty at first are mounted. */
function emptyDirectories({ volumes, containers: [{ volumeMounts }] }: any): string[] {
  const names = volumes.filter(({ emptyDir }: any) => emptyDir).map(({ name }: any) => name);
  return volumeMounts.filter(({ name }: any) => names.includes(name)).map(({ mountPath }: any) => mountPath);
}
