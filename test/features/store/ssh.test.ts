import { withStore } from '../../support/stores';
import { BackupStore, SshStoreOptions } from 'cdk8s-spilo';

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
