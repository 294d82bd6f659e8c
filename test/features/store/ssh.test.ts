import { secretNamed } from '../../support/render';
import { withStore } from '../../support/stores';
import { BackupStore } from 'cdk8s-spilo';

const privateKey = { secret: secretNamed('mine'), key: 'key' };
const { settings, files } = withStore(BackupStore.ssh({ host: 'backups.example.org', port: 2222, user: 'spilo', privateKey, directory: '/srv/pg' }));

test('always says its port, without which wal-g takes it for something else', () => {
  expect(settings).toMatchObject({ WALG_SSH_PREFIX: 'ssh://backups.example.org/srv/pg/shop/orders/17', SSH_PORT: '2222', SSH_USERNAME: 'spilo' });
});

test('reads its key from a file', () => {
  expect(settings.SSH_PRIVATE_KEY_PATH).toBe('/etc/wal-g/files/ssh-key');
  expect(files).toEqual([{ secret: { name: 'mine', items: [{ key: 'key', path: 'ssh-key' }] } }]);
});
