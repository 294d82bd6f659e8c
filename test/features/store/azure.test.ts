import { withStore } from '../../support/stores';
import { AzureCredentials, BackupStore } from 'cdk8s-spilo';

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
