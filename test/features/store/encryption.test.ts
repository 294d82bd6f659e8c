import { withStore } from '../../support/stores';
import { BackupEncryption, BackupStore, LibsodiumKeyEncoding } from 'cdk8s-spilo';

const key = { name: 'mine', key: 'key' };
const encrypted = (encryption: BackupEncryption) => withStore(BackupStore.gcs({ bucket: 'backups' }), { encryption });

test('libsodium reads its key from a file', () => {
  const { settings, files } = encrypted(BackupEncryption.libsodium(key));
  expect(settings).toMatchObject({ WALG_LIBSODIUM_KEY_PATH: '/etc/wal-g/files/libsodium.key', WALG_LIBSODIUM_KEY_TRANSFORM: 'hex' });
  expect(files).toEqual([{ secret: { name: 'mine', items: [{ key: 'key', path: 'libsodium.key' }] } }]);
});

test('libsodium takes a key in BASE64', () => {
  expect(encrypted(BackupEncryption.libsodium(key, LibsodiumKeyEncoding.BASE64)).settings.WALG_LIBSODIUM_KEY_TRANSFORM).toBe('base64');
});

test('PGP reads its key from a file and its passphrase from the envdir', () => {
  const { settings, envdir, files } = encrypted(BackupEncryption.pgp(key, { name: 'mine', key: 'passphrase' }));
  expect(settings.WALG_PGP_KEY_PATH).toBe('/etc/wal-g/files/pgp.key');
  expect(files).toEqual([{ secret: { name: 'mine', items: [{ key: 'key', path: 'pgp.key' }] } }]);
  expect(envdir).toContainEqual({ secret: { name: 'mine', items: [{ key: 'passphrase', path: 'WALG_PGP_KEY_PASSPHRASE' }] } });
});

test('PGP does without a passphrase', () => {
  expect(encrypted(BackupEncryption.pgp(key)).envdir).toEqual([{ configMap: { name: 'orders-walg' } }]);
});
