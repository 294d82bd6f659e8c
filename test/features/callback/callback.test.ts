import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { render } from '../../support/render';

/** The use that the guide shows: telling a load balancer. */
const SCRIPT = /```bash\n(#!.*?)```/s.exec(readFileSync(join(__dirname, '../../../docs/proxy.md'), 'utf8'))![1];

test('each member runs the script of the ConfigMap at its callbacks, for a limited time', () => {
  const result = render({ callback: { script: SCRIPT } });
  expect(result.get('ConfigMap', 'orders-callback').data).toEqual({ callback: SCRIPT });
  expect(result.env.CALLBACK_SCRIPT).toBe('timeout 30 /callback/callback');
  expect(result.pod.volumes).toContainEqual({ name: 'callback', configMap: { name: 'orders-callback', defaultMode: 0o555 } });
  expect(result.database.volumeMounts).toContainEqual({ name: 'callback', mountPath: '/callback', readOnly: true });
  expect(render({ callback: { script: SCRIPT, timeout: Duration.minutes(2) } }).env.CALLBACK_SCRIPT).toBe('timeout 120 /callback/callback');
  expect(render().has('ConfigMap', 'orders-callback')).toBe(false);
});

test.each([
  ['on_role_change', 'primary', 1],
  ['on_role_change', 'master', 1],
  ['on_start', 'primary', 1],
  ['on_role_change', 'replica', 0],
  ['on_stop', 'primary', 0],
])('the script of the guide, at %s as %s, tells the load balancer %d times', (action, role, times) => {
  const directory = mkdtempSync(join(tmpdir(), 'callback-'));
  try {
    writeFileSync(join(directory, 'curl'), `#!/bin/sh\necho "$@" >> ${directory}/calls\n`, { mode: 0o755 });
    writeFileSync(join(directory, 'calls'), '');
    writeFileSync(join(directory, 'callback'), SCRIPT, { mode: 0o755 });
    const env = { PATH: `${directory}:${process.env.PATH}`, POD_IP: '10.0.0.7' };
    expect(spawnSync(join(directory, 'callback'), [action, role, 'orders'], { env }).status).toBe(0);
    const calls = readFileSync(join(directory, 'calls'), 'utf8').split('\n').filter(Boolean);
    expect(calls).toHaveLength(times);
    expect(calls.every(call => call.includes('address=10.0.0.7') && call.includes('/orders'))).toBe(true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
