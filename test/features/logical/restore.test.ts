import { Duration, Size } from 'cdk8s';
import { refusal, render, Rendered } from '../../support/render';
import { Backup, BackupEncryption, BackupStore, LogicalRestoreOptions, S3Credentials, StorePrefix } from 'cdk8s-spilo';

const STORE = BackupStore.existingClaim('backups');
const S3 = BackupStore.s3({ bucket: 'dumps', region: 'eu-central-1', credentials: S3Credentials.fromSecret('s3') });
const restored = (logicalRestore: LogicalRestoreOptions = {}) => render({ backup: Backup.to(STORE), logicalRestore });
const job = (rendered: Rendered) => rendered.all('Job').find(({ metadata }) => metadata.name.startsWith('orders-logical-restore'))!;
const pod = (rendered: Rendered) => job(rendered).spec.template.spec;
const task = (rendered: Rendered) => JSON.parse(pod(rendered).containers[0].env[0].value);
const store = (rendered: Rendered) => rendered.get('ConfigMap', 'orders-logical-restore-store').data;

test('the same settings are the same Job, others are another one', () => {
  const name = (options: LogicalRestoreOptions) => job(restored(options)).metadata.name;
  expect(name({})).toMatch(/^orders-logical-restore-[0-9a-f]{10}$/);
  expect(name({})).toBe(name({}));
  expect(name({ roles: false })).not.toBe(name({}));
  expect(name({ postgresVersion: 15 })).not.toBe(name({}));
});

test('the newest dump with its roles, all databases, one table after the other', () => {
  expect(task(restored())).toEqual({ cluster: 'orders', host: 'orders', port: 5432, user: 'postgres', roles: true, jobs: 1, deadline: 21600 });
});

test.each([
  [{ dump: '20261121T030000Z' }, { dump: '20261121T030000Z' }],
  [{ databases: [{ name: 'shop' }, { name: 'postgres', newName: 'old' }] }, { databases: [{ name: 'shop', new_name: 'shop' }, { name: 'postgres', new_name: 'old' }] }],
  [{ roles: false }, { roles: false }],
  [{ scratch: { size: Size.gibibytes(1), parallelJobs: 4 } }, { jobs: 4, scratch: '/scratch' }],
  [{ deadline: Duration.hours(1) }, { deadline: 3600 }],
] as [LogicalRestoreOptions, object][])('carries %j', (options, expected) => {
  expect(task(restored(options))).toMatchObject(expected);
});

test('the pod has no token, and cannot write to a volume with dumps', () => {
  expect(pod(restored()).automountServiceAccountToken).toBe(false);
  expect(pod(restored()).containers[0].volumeMounts).toContainEqual({ name: 'restore-backup', mountPath: '/backup', readOnly: true });
  expect(pod(restored())).not.toHaveProperty('initContainers');
});

test('a restore that failed is not tried again, and has time for its report', () => {
  expect(job(restored({ deadline: Duration.hours(1) })).spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 3900 });
});

describe('the dumps are', () => {
  test('beside the backups of this cluster', () => {
    expect(store(restored()).WALG_FILE_PREFIX).toBe('/backup/orders/17');
  });

  test('those of this cluster before its last major upgrade', () => {
    expect(store(restored({ postgresVersion: 15 })).WALG_FILE_PREFIX).toBe('/backup/orders/15');
  });

  test('where a path of one\'s own says, whatever the version', () => {
    const own = BackupStore.gcs({ bucket: 'dumps', prefix: StorePrefix.of('any/where') });
    expect(store(render({ backup: Backup.to(own), logicalRestore: { postgresVersion: 15 } })).WALG_GS_PREFIX).toBe('gs://dumps/any/where');
  });

  test('where this cluster dumps to, if that is elsewhere', () => {
    expect(store(render({ backup: Backup.to(STORE), logicalDump: { store: S3 }, logicalRestore: {} })).WALG_S3_PREFIX).toBe('s3://dumps/shop/orders/17');
  });

  test('those of another cluster, also of another PostgreSQL, with its key', () => {
    const encryption = BackupEncryption.libsodium({ name: 'key', key: 'key' });
    const source = { store: S3, clusterName: 'invoices', namespace: 'finance', encryption };
    expect(store(restored({ source, postgresVersion: 15 }))).toMatchObject({
      WALG_S3_PREFIX: 's3://dumps/finance/invoices/15', WALG_LIBSODIUM_KEY_PATH: expect.any(String),
    });
  });
});

test('its resources are checked as those of the members are', () => {
  expect(refusal(() => restored({ resources: { cpu: { request: '0' } } })))
    .toContain('[resources-amount] test/orders: logicalRestore.resources.cpu.request: received "0"');
});
