import { withStore } from '../../support/stores';
import { BackupStore } from 'cdk8s-spilo';

test('takes the key of a service account as a file, since it has many lines', () => {
  const serviceAccountKey = { name: 'mine', key: 'key' };
  const { settings, files } = withStore(BackupStore.gcs({ bucket: 'backups', serviceAccountKey }));
  expect(settings).toMatchObject({ WALG_GS_PREFIX: 'gs://backups/shop/orders/17', GOOGLE_APPLICATION_CREDENTIALS: '/etc/wal-g/files/google.json' });
  expect(files).toEqual([{ secret: { name: 'mine', items: [{ key: 'key', path: 'google.json' }] } }]);
});

test('takes the identity of the workload, where no key is given', () => {
  const { settings, files } = withStore(BackupStore.gcs({ bucket: 'backups' }));
  expect(settings).not.toHaveProperty('GOOGLE_APPLICATION_CREDENTIALS');
  expect(files).toEqual([]);
});
