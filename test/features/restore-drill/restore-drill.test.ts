import { Cron, Duration, Size } from 'cdk8s';
import { refusal, render, Rendered } from '../../support/render';
import { Backup, BackupStore, RestoreDrillOptions } from 'cdk8s-spilo';

const STORE = BackupStore.existingClaim('backups');
const drilled = (options: Partial<RestoreDrillOptions> = {}) =>
  render({ backup: Backup.to(STORE, { restoreDrill: { scratch: { size: Size.gibibytes(60) }, ...options } }) });
const cronJob = (rendered: Rendered) => rendered.get('CronJob', 'orders-restore-drill');
const job = (rendered: Rendered) => cronJob(rendered).spec.jobTemplate.spec;
const pod = (rendered: Rendered) => job(rendered).template.spec;
const container = (rendered: Rendered) => pod(rendered).containers[0];
const task = (rendered: Rendered) => JSON.parse(container(rendered).env[0].value);

test('there is no drill unless it is wanted', () => {
  expect(render({ backup: Backup.to(STORE) }).has('CronJob', 'orders-restore-drill')).toBe(false);
});

test('every Sunday at four, UTC, or as told', () => {
  expect(cronJob(drilled()).spec).toMatchObject({ schedule: '0 4 * * 0', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
  expect(cronJob(drilled({ schedule: Cron.schedule({ minute: '5', hour: '6' }) })).spec.schedule).toBe('5 6 * * *');
});

test('one that failed has found something, and is not tried again', () => {
  expect(job(drilled()).backoffLimit).toBe(0);
});

test('it reads the store of the backups as the members do, and cannot write to it', () => {
  const sources = pod(drilled()).volumes.flatMap(({ projected }: any) => projected?.sources ?? []);
  expect(sources).toEqual([{ configMap: { name: 'orders-walg' } }]);
  expect(container(drilled()).volumeMounts).toContainEqual({ name: 'walg-backup', mountPath: '/backup', readOnly: true });
});

test('it has neither a token nor a password: it asks only the server that it starts itself', () => {
  expect(pod(drilled()).automountServiceAccountToken).toBe(false);
  expect(container(drilled()).env).toEqual([{ name: 'DRILL', value: expect.any(String) }]);
});

test('it reads the data with the locales of the members: indexes that the others built look damaged', () => {
  const variables = { USE_OLD_LOCALES: 'true', HUMAN_ROLE: 'people' };
  const backup = Backup.to(STORE, { restoreDrill: { scratch: { size: Size.gibibytes(60) } } });
  const { env } = container(render({ pod: { env: variables }, backup }));
  expect(env.slice(1)).toEqual([{ name: 'USE_OLD_LOCALES', value: 'true' }]);
});

test('it restores into room of its own, on the node or on a volume', () => {
  const volume = (options?: Partial<RestoreDrillOptions>) => pod(drilled(options)).volumes.find(({ name }: { name: string }) => name === 'scratch');
  expect(volume()).toEqual({ name: 'scratch', emptyDir: { sizeLimit: '60Gi' } });
  expect(volume({ scratch: { size: Size.gibibytes(60), storageClassName: 'fast' } }).ephemeral.volumeClaimTemplate.spec)
    .toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '60Gi' } } });
});

test('it has six hours, or as told, and time for its report', () => {
  expect([task(drilled()).deadline, job(drilled()).activeDeadlineSeconds]).toEqual([21600, 21900]);
  const short = drilled({ deadline: Duration.hours(1) });
  expect([task(short).deadline, job(short).activeDeadlineSeconds]).toEqual([3600, 3900]);
});

test.each([
  [{}, { cluster: 'orders', checks: [], scratch: '/scratch' }],
  [{ checks: [{ name: 'orders', sql: 'SELECT true' }] }, { checks: [{ name: 'orders', sql: 'SELECT true', database: 'postgres' }] }],
  [{ checks: [{ name: 'orders', sql: 'SELECT true', database: 'shop' }] }, { checks: [{ name: 'orders', sql: 'SELECT true', database: 'shop' }] }],
  [{ maxRecoveryPointAge: Duration.hours(1) }, { max_recovery_point_age: 3600 }],
  [{ maxRestoreTime: Duration.hours(2) }, { max_restore_seconds: 7200 }],
  [{ pushgateway: 'http://push:9091' }, { pushgateway: 'http://push:9091' }],
] as [Partial<RestoreDrillOptions>, object][])('carries %j', (options, expected) => {
  expect(task(drilled(options))).toMatchObject(expected);
});

test('metrics of two clusters of one name are told apart by their namespace', () => {
  expect(container(drilled({ pushgateway: 'http://push:9091' })).env.map(({ name }: { name: string }) => name)).toEqual(['DRILL', 'POD_NAMESPACE']);
});

test('it has resources of its own, or as told', () => {
  expect(container(drilled()).resources).toEqual({ requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } });
  expect(container(drilled({ resources: { cpu: { request: '2' }, memory: { limit: Size.gibibytes(4) } } })).resources)
    .toEqual({ requests: { cpu: '2' }, limits: { memory: '4Gi' } });
});

test('its resources are checked as those of the members are', () => {
  expect(refusal(() => drilled({ resources: { cpu: { request: '0' } } })))
    .toContain('[resources-amount] test/orders: backup.restoreDrill.resources.cpu.request: received "0"');
  expect(refusal(() => drilled({ resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(1) } } })))
    .toContain('[resources-request-over-limit] test/orders: backup.restoreDrill.resources.memory.request: received "2Gi"');
});
