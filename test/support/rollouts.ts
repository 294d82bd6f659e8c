import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Objects } from './effects';
import { ROOT } from './examples';
import { environment } from './kubernetes-expansion';
import { PYTHON } from '../programs/support/python';

type Map = { readonly [key: string]: any };

/** What a cluster's rollout Job writes into Patroni's dynamic configuration; nothing without the Job. */
export function dynamicConfiguration({ RolloutJob }: Objects): Map | undefined {
  const text = RolloutJob && environment(RolloutJob.spec.template.spec.containers[0].env).DYNAMIC_CONFIGURATION;
  return text && JSON.parse(text);
}

const PATH = ['src/features/rollout/programs', 'test/programs/support'].map(folder => join(ROOT, folder));

/** What Patroni has when the Job of the first and then that of the second of each pair has run, by the library's own program. */
export function afterBoth(pairs: readonly (readonly [Map, Map])[]): Map[] {
  const { stdout, stderr } = spawnSync(PYTHON, [join(__dirname, 'rollouts.py')], {
    input: JSON.stringify(pairs), encoding: 'utf8', env: { ...process.env, PYTHONPATH: PATH.join(':'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (stderr !== '') { throw new Error(stderr); }
  return JSON.parse(stdout);
}
