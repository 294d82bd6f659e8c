import { Size } from 'cdk8s';
import { settleSource } from '../../../src/features/store/source';
import { render, Rendered } from '../../support/render';
import { AzureCredentials, Backup, BackupStore, Bootstrap, S3Credentials, S3StoreOptions, SpiloClusterProps } from 'cdk8s-spilo';

const key = { name: 'mine', key: 'key' };
const STORES: [string, BackupStore, RegExp][] = [
  ['newClaim', BackupStore.newClaim({ size: Size.gibibytes(1) }), /^WALG_FILE_PREFIX$/],
  ['existingClaim', BackupStore.existingClaim('backups'), /^WALG_FILE_PREFIX$/],
  ['nfs', BackupStore.nfs({ server: 'nas', path: '/backups', size: Size.gibibytes(1) }), /^WALG_FILE_PREFIX$/],
  ['s3', BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromNode() }), /^WALG_S3_PREFIX$/],
  ['s3Compatible', BackupStore.s3Compatible({ bucket: 'backups', endpoint: 'http://minio:9000', credentials: S3Credentials.fromNode() }), /^WALG_S3_PREFIX$/],
  ['gcs', BackupStore.gcs({ bucket: 'backups' }), /^WALG_GS_PREFIX$/],
  ['azure', BackupStore.azure({ account: 'shop', container: 'backups', credentials: AzureCredentials.managedIdentity() }), /^WALG_AZ_PREFIX$/],
  ['ssh', BackupStore.ssh({ host: 'example.org', port: 22, user: 'spilo', privateKey: key, directory: '/srv' }), /^WALG_SSH_PREFIX$/],
];
const settings = (rendered: Rendered) => rendered.get('ConfigMap', 'orders-walg').data;

describe.each(STORES)('%s', (_, store, ownPrefix) => {
  const rendered = render({ backup: Backup.to(store) });

  test('says in one variable where everything goes, so that wal-g has no choice', () => {
    expect(Object.keys(settings(rendered)).filter(name => /^WALG_.*_PREFIX$/.test(name))).toEqual([expect.stringMatching(ownPrefix)]);
  });

  test('has a place that tells clusters and majors apart', () => {
    const place = (props: Partial<SpiloClusterProps>) =>
      Object.entries(settings(render({ backup: Backup.to(store), ...props }))).find(([name]) => ownPrefix.test(name))![1];
    expect(place({})).toMatch(/orders\/17$/);
    expect(place({ postgres: { version: 16 } })).toMatch(/orders\/16$/);
  });

  test('archives by the same command as every other store', () => {
    expect(rendered.configuration.postgresql.parameters.archive_command).toMatch(/^envdir \/etc\/wal-g\/env .*wal-g wal-push .*"%p"$/);
  });

  test('can also be where a clone comes from, beside a store of its own', () => {
    const clone = render({ backup: Backup.to(store), bootstrap: Bootstrap.fromBackups({ store, clusterName: 'old' }) });
    expect(Object.keys(clone.get('ConfigMap', 'orders-source').data)).toEqual(expect.arrayContaining([expect.stringMatching(ownPrefix)]));
  });
});

describe('what a factory was given belongs to the caller', () => {
  const owner = { name: 'orders', postgresVersion: 17 };

  test('and may change afterwards: the store does not', () => {
    const options = { bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromNode() } as { -readonly [name in keyof S3StoreOptions]: S3StoreOptions[name] };
    const store = BackupStore.s3(options);
    options.bucket = 'other';
    expect(settleSource({ store, clusterName: 'orders' }, owner).store).toMatchObject({ bucket: 'backups' });
  });

  test.each(['newClaim', 'existingClaim', 'nfs', 's3', 's3Compatible', 'gcs', 'azure', 'ssh'] as const)('and may be nothing: %s does not throw', factory => {
    expect(() => (BackupStore[factory] as (...args: unknown[]) => unknown)(undefined)).not.toThrow();
    expect(() => (BackupStore[factory] as (...args: unknown[]) => unknown)(null)).not.toThrow();
  });
});

test('a source without a namespace has a place without one', () => {
  expect(settleSource({ store: BackupStore.gcs({ bucket: 'backups' }), clusterName: 'old' }, { name: 'orders', postgresVersion: 17 }).store.path)
    .toEqual({ base: 'old', postgresVersion: 17 });
});
