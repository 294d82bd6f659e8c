/** The stores that only differ in what they are called and who they are asked as. */
import { withStore } from '../../support/stores';
import { AzureCredentials, BackupStore, SshStoreOptions } from 'cdk8s-spilo';

describe('Azure', () => {
  const key = { name: 'mine', key: 'key' };
  const withAzure = (credentials: AzureCredentials, endpointSuffix?: string) =>
    withStore(BackupStore.azure({ account: 'shop', container: 'backups', credentials, endpointSuffix }));

  test('names account and container', () => {
    expect(withAzure(AzureCredentials.managedIdentity()).settings)
      .toMatchObject({ WALG_AZ_PREFIX: 'azure://backups/shop/orders/17', AZURE_STORAGE_ACCOUNT: 'shop' });
  });

  test.each([
    ['accessKey', AzureCredentials.accessKey(key), 'AZURE_STORAGE_ACCESS_KEY'],
    ['sasToken', AzureCredentials.sasToken(key), 'AZURE_STORAGE_SAS_TOKEN'],
  ])('takes an %s from a Secret', (_, credentials, path) => {
    expect(withAzure(credentials).envdir).toContainEqual({ secret: { name: 'mine', items: [{ key: 'key', path }] } });
  });

  test('takes a managed identity, of a given id or the only one', () => {
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    expect(withAzure(AzureCredentials.managedIdentity(id)).settings.AZURE_CLIENT_ID).toBe(id);
    expect(withAzure(AzureCredentials.managedIdentity()).settings).not.toHaveProperty('AZURE_CLIENT_ID');
  });

  test('may be another cloud of the same kind', () => {
    expect(withAzure(AzureCredentials.accessKey(key), 'core.example.org').settings.AZURE_ENDPOINT_SUFFIX).toBe('core.example.org');
    expect(withAzure(AzureCredentials.accessKey(key)).settings).not.toHaveProperty('AZURE_ENDPOINT_SUFFIX');
  });
});

describe('Google', () => {
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
});

describe('SSH', () => {
  const withSsh = (options: Partial<SshStoreOptions> = {}) => withStore(BackupStore.ssh({
    host: 'backups.example.org', port: 2222, user: 'spilo', privateKey: { name: 'mine', key: 'key' }, directory: '/srv/pg', ...options,
  }));

  test('always says its port, without which wal-g takes it for something else', () => {
    expect(withSsh().settings).toMatchObject({ WALG_SSH_PREFIX: 'ssh://backups.example.org/srv/pg/shop/orders/17', SSH_PORT: '2222', SSH_USERNAME: 'spilo' });
  });

  test('an IPv6 address stands in brackets', () => {
    expect(withSsh({ host: 'fd00::10' }).settings.WALG_SSH_PREFIX).toBe('ssh://[fd00::10]/srv/pg/shop/orders/17');
  });

  test('reads its key from a file', () => {
    expect(withSsh().settings.SSH_PRIVATE_KEY_PATH).toBe('/etc/wal-g/files/ssh-key');
    expect(withSsh().files).toEqual([{ secret: { name: 'mine', items: [{ key: 'key', path: 'ssh-key' }] } }]);
  });
});
