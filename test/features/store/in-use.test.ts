import { Size } from 'cdk8s';
import { writtenPlaces } from '../../../src/features/store/in-use';
import { chart, SHORTEST } from '../../support/render';
import { Backup, BackupStore, LogicalDumpOptions, S3Credentials, SpiloCluster, SshStoreOptions } from 'cdk8s-spilo';

/** The places that a cluster with backups in a store writes to. */
const written = (store: BackupStore, logicalDump?: LogicalDumpOptions, namespace = 'shop') =>
  writtenPlaces(new SpiloCluster(chart(namespace), 'orders', { ...SHORTEST, backup: Backup.to(store), logicalDump })._spec);
const place = (store: BackupStore, namespace?: string) => written(store, undefined, namespace)[0];

const credentials = S3Credentials.fromNode();
const S3 = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials });
const minio = (endpoint: string) => BackupStore.s3Compatible({ bucket: 'backups', endpoint, credentials });
const ssh = (options: Partial<SshStoreOptions>) =>
  BackupStore.ssh({ host: 'nas', port: 22, user: 'a', privateKey: { name: 'a', key: 'b' }, directory: '/srv', ...options });

test('a place is the same for all that write there', () => {
  expect(place(S3)).toEqual({ property: 'backup', text: 's3://backups/shop/orders/17', isGlobal: true });
  expect(place(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret('other') }))).toEqual(place(S3));
});

test.each([
  ['two servers', minio('http://a:9000'), minio('http://b:9000')],
  ['two ports of a host', ssh({ port: 22 }), ssh({ port: 23 })],
  ['two claims', BackupStore.existingClaim('a'), BackupStore.existingClaim('b')],
  ['two directories', BackupStore.existingClaim('a', { directory: 'a' }), BackupStore.existingClaim('a', { directory: 'b' })],
])('%s are two places', (_, one, other) => {
  expect(place(one).text).not.toBe(place(other).text);
});

test.each([
  ['the case of an endpoint', minio('http://MinIO:9000'), minio('http://minio:9000')],
  ['the port of an endpoint', minio('https://minio:443'), minio('https://minio')],
  ['the case of a host', ssh({ host: 'NAS' }), ssh({})],
  ['the case of a server', BackupStore.nfs({ server: 'NAS', path: '/srv', size: Size.gibibytes(1) }), BackupStore.nfs({ server: 'nas', path: '/srv', size: Size.gibibytes(1) })],
])('%s makes no other place', (_, one, other) => expect(place(one).text).toBe(place(other).text));

test('a claim of one name in another namespace is another place', () => {
  const store = BackupStore.existingClaim('backups', { directory: 'a' });
  expect(place(store, 'office').text).not.toBe(place(store).text);
});

test('what Kubernetes names may mean something else in another Kubernetes cluster', () => {
  expect([minio('http://minio:9000'), ssh({}), BackupStore.existingClaim('a')].map(store => place(store).isGlobal)).toEqual([false, false, false]);
});

test('a cluster may keep its dumps beside its backups', () => {
  expect(written(S3, {})).toHaveLength(1);
  expect(written(S3, { store: S3 })).toHaveLength(1);
  expect(written(S3, { store: minio('http://minio:9000') }).map(({ property }) => property)).toEqual(['backup', 'logicalDump']);
});
