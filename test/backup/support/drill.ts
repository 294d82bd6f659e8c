import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pod } from './pod';
import { run } from './run';
import { World } from './world';
import { Rendered } from '../../support/render';

let runs = 0;

/** Runs the container of the drill's CronJob once, as rendered. */
export async function drill(world: World, rendered: Rendered): Promise<{ status: number; report: any; termination: any }> {
  const spec = rendered.get('CronJob').spec.jobTemplate.spec.template.spec;
  const root = world.directory(`drill-${++runs}`);
  const pod = new Pod(root, rendered, spec, 'drill', {}, claim => world.directory(`claims/${claim}`));
  const [container] = spec.containers;
  for (const folder of ['scratch', 'run', 'tmp']) { world.directory(`drill-${runs}/${folder}`); }
  const env = Object.fromEntries(container.env.map(({ name, value }: any) => [name, pod.localize(value.replace(/\$\$/g, '$'))]));
  const { status, stdout, stderr } = await run(container.command.map((word: string) => pod.localize(word)), {
    ...pod.env, ...env, TERMINATION_LOG: join(root, 'termination-log'),
  });
  const line = stdout.split('\n').filter(one => one.startsWith('{')).pop();
  if (!line) { throw new Error(`no report\n${stdout}\n${stderr}`); }
  return { status, report: JSON.parse(line), termination: JSON.parse(readFileSync(join(root, 'termination-log'), 'utf8')) };
}
