import { Cron, Duration, Size } from 'cdk8s';
import { refusal, render, Rendered } from '../../support/render';
import { Backup, BackupCompression, BackupEncryption, BackupStore, DumpFormat, LogicalDumpOptions, ParallelScratchOptions, S3Credentials } from 'cdk8s-spilo';

const STORE = BackupStore.existingClaim('backups');
const S3 = BackupStore.s3({ bucket: 'dumps', region: 'eu-central-1', credentials: S3Credentials.fromSecret('s3') });
const dumped = (logicalDump: LogicalDumpOptions = {}) => render({ backup: Backup.to(STORE), logicalDump });
const cronJob = (rendered: Rendered) => rendered.get('CronJob', 'orders-logical-dump');
const job = (rendered: Rendered) => cronJob(rendered).spec.jobTemplate.spec;
const pod = (rendered: Rendered) => job(rendered).template.spec;
const task = (rendered: Rendered) => JSON.parse(pod(rendered).containers[0].env[0].value);

test('nothing is dumped unless it is wanted', () => {
  expect(render({ backup: Backup.to(STORE) }).has('CronJob', 'orders-logical-dump')).toBe(false);
});

test('every night at three, UTC, or as told', () => {
  expect(cronJob(dumped()).spec).toMatchObject({ schedule: '0 3 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
  expect(cronJob(dumped({ schedule: Cron.schedule({ minute: '5', hour: '6' }) })).spec.schedule).toBe('5 6 * * *');
});

test('one that failed is seen, and not tried again', () => {
  expect(job(dumped()).backoffLimit).toBe(0);
});

test('the pod is no member, has no token, and the superuser\'s password from the Secret', () => {
  expect(pod(dumped()).automountServiceAccountToken).toBe(false);
  expect(pod(dumped()).containers[0].env).toContainEqual(
    { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'orders-passwords', key: 'superuser-password' } } });
});

test('all databases from the leader, by what pg_restore reads', () => {
  expect(task(dumped())).toMatchObject({ cluster: 'orders', host: 'orders', port: 5432, user: 'postgres', format: 'custom', jobs: 1, retain: 7, deadline: 21600 });
  expect(task(dumped())).not.toHaveProperty('databases');
});

test('from a replica, and from the leader where there is none', () => {
  expect(task(dumped({ fromReplica: true })).host).toBe('orders-repl,orders');
});

test.each([
  [{ databases: ['shop'] }, { databases: ['shop'] }],
  [{ format: DumpFormat.plain() }, { format: 'plain' }],
  [{ format: DumpFormat.directory({ size: Size.gibibytes(1), parallelJobs: 4 }) }, { format: 'directory', jobs: 4, scratch: '/scratch' }],
  [{ compression: BackupCompression.ZSTD }, { compression: 'zstd' }],
  [{ retain: 30, retainFor: Duration.days(90) }, { retain: 30, retain_seconds: 7776000 }],
  [{ deadline: Duration.hours(1) }, { deadline: 3600 }],
  [{ pushgateway: 'http://push:9091' }, { pushgateway: 'http://push:9091' }],
] as [LogicalDumpOptions, object][])('carries %j', (options, expected) => {
  expect(task(dumped(options))).toMatchObject(expected);
});

test('a Job ends at its deadline', () => {
  expect(job(dumped({ deadline: Duration.hours(1) })).activeDeadlineSeconds).toBe(3600);
});

test('there is scratch where a directory is made, and nowhere else', () => {
  const volume = (format: DumpFormat) => pod(dumped({ format })).volumes.find(({ name }: { name: string }) => name === 'scratch');
  const directory = (options: Partial<ParallelScratchOptions> = {}) => DumpFormat.directory({ size: Size.gibibytes(100), ...options });
  expect([DumpFormat.custom(), DumpFormat.plain()].map(volume)).toEqual([undefined, undefined]);
  expect(volume(directory())).toEqual({ name: 'scratch', emptyDir: { sizeLimit: '100Gi' } });
  expect(volume(directory({ storageClassName: 'fast' })).ephemeral.volumeClaimTemplate.spec).toMatchObject({ storageClassName: 'fast' });
});

test('metrics of two clusters of one name are told apart by their namespace', () => {
  const variables = (options: LogicalDumpOptions) => pod(dumped(options)).containers[0].env.map(({ name }: { name: string }) => name);
  expect(variables({ pushgateway: 'http://push:9091' })).toContain('POD_NAMESPACE');
  expect(variables({})).not.toContain('POD_NAMESPACE');
});

describe('the store', () => {
  const sources = (rendered: Rendered) => pod(rendered).volumes.flatMap(({ projected }: any) => projected?.sources ?? []);

  test('is that of the backups, reached by what the members read, and written to', () => {
    expect(sources(dumped())).toEqual([{ configMap: { name: 'orders-walg' } }]);
    const [mount] = pod(dumped()).containers[0].volumeMounts.filter(({ mountPath }: any) => mountPath === '/backup');
    expect(mount).not.toHaveProperty('readOnly');
  });

  test('can be one of its own, also without backups', () => {
    const rendered = render({ backup: Backup.none(), logicalDump: { store: S3 } });
    expect(sources(rendered)[0]).toEqual({ configMap: { name: 'orders-logical-dump-store' } });
    expect(rendered.get('ConfigMap', 'orders-logical-dump-store').data.WALG_S3_PREFIX).toBe('s3://dumps/shop/orders/17');
    expect(sources(rendered).filter(({ secret }: any) => secret)).toHaveLength(2);
  });

  test('of its own has encryption of its own', () => {
    const rendered = dumped({ store: S3, encryption: BackupEncryption.libsodium({ name: 'key', key: 'key' }) });
    expect(rendered.get('ConfigMap', 'orders-logical-dump-store').data).toHaveProperty('WALG_LIBSODIUM_KEY_PATH');
    expect(rendered.get('ConfigMap', 'orders-walg').data).not.toHaveProperty('WALG_LIBSODIUM_KEY_PATH');
  });

  test('on a volume gets its directory', () => {
    const [container] = pod(dumped({ store: STORE })).initContainers;
    expect(container.command).toContain('/backup/orders/17');
  });
});

test('its resources are checked as those of the members are', () => {
  expect(refusal(() => dumped({ resources: { cpu: { request: '0' } } })))
    .toContain('[resources-amount] test/orders: logicalDump.resources.cpu.request: received "0"');
});
