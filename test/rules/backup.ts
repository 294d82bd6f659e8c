import { Cron, Duration, Size } from 'cdk8s';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  AccessMode, AzureCredentials, AzureStoreOptions, Backup, BackupEncryption, BackupOptions, BackupStore, Bootstrap, GcsStoreOptions,
  NewClaimStoreOptions, NfsStoreOptions, S3CompatibleStoreOptions, S3Credentials, S3ServerSideEncryption, S3StoreOptions, SpiloClusterProps,
  SshStoreOptions, StorePrefix, VolumeStoreOptions,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const key = { name: 'store', key: 'key' };
const to = (target: BackupStore, options: BackupOptions = {}): Props => ({ backup: Backup.to(target, options) });
const options = (given: BackupOptions): Props => to(BackupStore.newClaim({ size: Size.gibibytes(1) }), given);
const walg = (uncheckedWalgSettings: { [name: string]: string }): Props => options({ uncheckedWalgSettings });
const existing = (claimName: string, given?: VolumeStoreOptions): Props => to(BackupStore.existingClaim(claimName, given));
const claim = (given: Partial<NewClaimStoreOptions>): Props => to(BackupStore.newClaim({ size: Size.gibibytes(1), ...given }));
const nfs = (given: Partial<NfsStoreOptions>): Props =>
  to(BackupStore.nfs({ server: 'nfs.example.org', path: '/exports/backups', size: Size.gibibytes(1), ...given }));
const keys = S3Credentials.fromSecret('store');
const shelf = (given: Partial<S3StoreOptions> = {}) => BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: keys, ...given });
const s3 = (given: Partial<S3StoreOptions>): Props => to(shelf(given));
const minio = (given: Partial<S3CompatibleStoreOptions>): Props =>
  to(BackupStore.s3Compatible({ bucket: 'backups', endpoint: 'http://minio:9000', credentials: keys, ...given }));
const gcs = (given: Partial<GcsStoreOptions>): Props => to(BackupStore.gcs({ bucket: 'backups', ...given }));
const azure = (given: Partial<AzureStoreOptions>): Props =>
  to(BackupStore.azure({ account: 'shop', container: 'backups', credentials: AzureCredentials.accessKey(key), ...given }));
const ssh = (given: Partial<SshStoreOptions>): Props =>
  to(BackupStore.ssh({ host: 'backups.example.org', port: 22, user: 'spilo', privateKey: key, directory: '/srv', ...given }));
const badKey = BackupEncryption.libsodium({ name: 'store', key: 'a/b' });
const source = { store: shelf(), clusterName: 'invoices', encryption: badKey };
const encryption = (given: BackupEncryption): Props => options({ encryption: given });
const prefix = (path: string) => ({ prefix: StorePrefix.of(path) });
const cron = (expression: string) => {
  const [minute, hour, day, month, weekDay] = expression.split(' ');
  return options({ schedule: Cron.schedule({ minute, hour, day, month, weekDay }) });
};
const { READ_WRITE_ONCE, READ_WRITE_ONCE_POD } = AccessMode;

/** Rules of backups, whatever the store. */
const backups: Rows = {
  'backup-schedule': clusterRow([
    cron('0 1 * * *'), cron('*/15 0-6 1,15 * 1-5'), cron('00 01 * JAN,JUL MON-FRI'), cron('0 1 * * WED'), cron('0 1 * * 7'),
  ], [
    ...['60 1 * * *', '0 24 * * *', '0 1 32 * *', '0 1 * 13 *', '0 1 * * 8', 'a 1 * * *', '0 1 L * *', '0 1 15W * *', '0 1 * * 1#2', '0 1 ? * *', '*/0 1 * * *',
      '0 1 15w * *', '0 1 l * *', '0 1 * * +1', '0 1 30 2 *', '5-1 1 * * *', '1, 1 * * *', '1.5 1 * * *', '% 1 * * *', 'H 1 * * *']
      .map(expression => [cron(expression), 'backup.schedule', `"${expression}"`] as const),
    [options({ schedule: Cron.schedule({ minute: '1\n* * * * * root id' }) }), 'backup.schedule', '"1\\n* * * * * root id * * * *"'],
  ]),
  'backup-on-demand-name': clusterRow([{ ...options({}), clusterName: 'c'.repeat(40) }, { ...options({ onDemand: false }), clusterName: 'c'.repeat(52) }], [
    [{ ...options({}), clusterName: 'c'.repeat(41) }, 'backup.onDemand', `"${'c'.repeat(41)}-base-backup"`],
  ]),
  'backup-retain': clusterRow([options({ retain: 2 })], [
    [options({ retain: 1 }), 'backup.retain', '1'],
    [options({ retain: 2.5 }), 'backup.retain', '2.5'],
  ]),
  'backup-retain-for': clusterRow([options({ retainFor: Duration.hours(1) })], [
    [options({ retainFor: Duration.minutes(59) }), 'backup.retainFor', '3540'],
  ]),
  'backup-archive-timeout': clusterRow([options({ archiveTimeout: Duration.seconds(10) })], [
    [options({ archiveTimeout: Duration.seconds(0) }), 'backup.archiveTimeout', '0'],
    [options({ archiveTimeout: Duration.millis(10500) }), 'backup.archiveTimeout', '10.5'],
  ]),
  'backup-delta-steps': clusterRow([options({ deltaSteps: 0 }), options({ deltaSteps: 100 })], [
    [options({ deltaSteps: -1 }), 'backup.deltaSteps', '-1'],
    [options({ deltaSteps: 101 }), 'backup.deltaSteps', '101'],
  ]),
  'backup-upload-concurrency': clusterRow([options({ uploadConcurrency: 1 })], [
    [options({ uploadConcurrency: 0 }), 'backup.uploadConcurrency', '0'],
  ]),
  'backup-download-concurrency': clusterRow([options({ downloadConcurrency: 100 })], [
    [options({ downloadConcurrency: 101 }), 'backup.downloadConcurrency', '101'],
  ]),
  'backup-disk-rate': clusterRow([options({ diskRateLimit: Size.kibibytes(64) })], [
    [options({ diskRateLimit: Size.kibibytes(63) }), 'backup.diskRateLimit', '"63Ki"'],
  ]),
  'backup-network-rate': clusterRow([options({ networkRateLimit: Size.mebibytes(1) })], [
    [options({ networkRateLimit: Size.kibibytes(64.5) }), 'backup.networkRateLimit', '"64.5Ki"'],
  ]),
  'backup-encryption-key': clusterRow([encryption(BackupEncryption.libsodium(key)), encryption(BackupEncryption.pgp(key, key))], [
    [encryption(badKey), 'backup.encryption.secretKey.key', '"a/b"'],
    [encryption(BackupEncryption.pgp(key, { name: 'store', key: 'a b' })), 'backup.encryption.passphrase.key', '"a b"'],
    [{ bootstrap: Bootstrap.fromBackups(source), backup: Backup.none() }, 'bootstrap.source.encryption.secretKey.key', '"a/b"'],
    [{ bootstrap: Bootstrap.standby({ backups: source }), backup: Backup.none() }, 'bootstrap.backups.encryption.secretKey.key', '"a/b"'],
    [{ logicalRestore: { source }, backup: Backup.none() }, 'logicalRestore.source.encryption.secretKey.key', '"a/b"'],
    [{ logicalDump: { store: shelf(), encryption: badKey }, backup: Backup.none() }, 'logicalDump.encryption.secretKey.key', '"a/b"'],
  ]),
  // Only the name is shown: the value may be a secret.
  'backup-walg-settings': clusterRow([walg({ WALG_TAR_SIZE_THRESHOLD: '1073741823', WALG_WITHOUT_FILES_METADATA: 'true', OTHER: 'on' })], [
    ...Object.entries({
      WALG_FILE_PREFIX: '/x',
      WALG_COMPRESSION_METHOD: 'zstd',
      WALG_PG_WAL_SIZE: '64',
      USE_WALG_BACKUP: 'false',
      AWS_SECRET_ACCESS_KEY: 'secret',
      walg_x: '1',
      WALG_X: 'a\nb',
    }).map(([name, value]) => [walg({ [name]: value }), 'backup.uncheckedWalgSettings', `"${name}"`] as const),
  ]),
};

/** Rules of the store on a volume. */
const onVolumes: Rows = {
  'backup-volume-size': clusterRow([claim({ size: Size.kibibytes(1) }), nfs({ size: Size.gibibytes(2) })], [
    [claim({ size: Size.gibibytes(0) }), 'backup.store.size', '"0Pi"'],
    [claim({ size: Size.gibibytes(NaN) }), 'backup.store.size', '"NaNKi"'],
    [nfs({ size: Size.gibibytes(0) }), 'backup.store.size', '"0Pi"'],
  ]),
  'backup-volume-existing-claim': clusterRow([existing('my.backups')], [[existing('Backups'), 'backup.store.claimName', '"Backups"']]),
  'backup-volume-storage-class': clusterRow([claim({ storageClassName: 'managed-nfs-storage' })], [
    [claim({ storageClassName: 'NFS' }), 'backup.store.storageClassName', '"NFS"'],
  ]),
  'backup-volume-access-mode': clusterRow([{ instances: 1, ...claim({ accessMode: READ_WRITE_ONCE }) }], [
    [claim({ accessMode: READ_WRITE_ONCE }), 'backup.store.accessMode', '"ReadWriteOnce"'],
    [{ instances: 2, ...claim({ accessMode: READ_WRITE_ONCE_POD }) }, 'backup.store.accessMode', '"ReadWriteOncePod"'],
  ]),
  'backup-volume-nfs-server': clusterRow([nfs({ server: '10.0.0.1' }), nfs({ server: 'fd00::10' })], [[nfs({ server: 'a b' }), 'backup.store.server', '"a b"']]),
  'backup-volume-nfs-path': clusterRow([nfs({ path: '/' })], [
    ...['exports', '/exports/', '/a/../b', '/a b'].map(path => [nfs({ path }), 'backup.store.path', `"${path}"`] as const),
  ]),
  'backup-volume-mount-path': clusterRow([claim({ mountPath: '/data/pg_wal' }), claim({ mountPath: '/tmpfiles' })], [
    ...[
      'backup', '/', '/backup/', '/a b', '/a/../b', '/home/postgres', '/home/postgres/pgdata/backup', '/home', '/tmp/x', '/etc/wal-g', '/tls', '/var/lib',
      '/source', '/scratch',
    ].map(mountPath => [claim({ mountPath }), 'backup.store.mountPath', `"${mountPath}"`] as const),
  ]),
  'backup-volume-directory': clusterRow([claim({ directory: '.' }), claim({ directory: 'orders/2026.1' })], [
    ...['', '/orders', '..', 'a/../b', 'a//b', 'a b', 'a/', '$(id)'].map(directory =>
      [existing('backups', { directory }), 'backup.store.directory', `"${directory}"`] as const),
  ]),
};

/** Rules of the stores in clouds and on other hosts. */
const elsewhere: Rows = {
  'backup-prefix': clusterRow([s3(prefix('a/b_c-1.2')), gcs(prefix('a/b')), azure(prefix('a/b')), ssh(prefix('a/b'))], [
    ...['', '/a', 'a/', 'a//b', 'a/../b', 'a b'].map(path => [s3(prefix(path)), 'backup.store.prefix', `"${path}"`] as const),
    [minio(prefix('a b')), 'backup.store.prefix', '"a b"'],
    [gcs(prefix('a b')), 'backup.store.prefix', '"a b"'],
    [azure(prefix('../a')), 'backup.store.prefix', '"../a"'],
    [ssh(prefix('/a')), 'backup.store.prefix', '"/a"'],
    [s3({ prefix: StorePrefix.generation('a b') }), 'backup.store.prefix', '"shop/orders/a b/17"'],
  ]),
  'backup-prefix-version': clusterRow([s3({ prefix: StorePrefix.fromSpilo({ scope: 'old', postgresVersion: 15 }) })], [
    [s3({ prefix: StorePrefix.fromSpilo({ scope: 'old', postgresVersion: NaN }) }), 'backup.store.prefix.postgresVersion', 'NaN'],
    [s3({ prefix: StorePrefix.fromOperator('old', 'uid', 1.5) }), 'backup.store.prefix.postgresVersion', '1.5'],
  ]),
  'backup-store-key': clusterRow([s3({ credentials: S3Credentials.fromSecret('my.keys', { accessKeyIdEntry: 'id' }) }), ssh({ privateKey: { name: 'a', key: 'id_ed25519' } })], [
    [s3({ credentials: S3Credentials.fromSecret('keys', { accessKeyIdEntry: '' }) }), 'backup.store.credentials.accessKeyIdEntry.key', '""'],
    [s3({ credentials: S3Credentials.fromSecret('keys', { secretAccessKeyEntry: 'a/b' }) }), 'backup.store.credentials.secretAccessKeyEntry.key', '"a/b"'],
    [minio({ endpoint: 'https://minio:9000', ca: { name: 'CA', key: 'ca.crt' } }), 'backup.store.ca.name', '"CA"'],
    [gcs({ serviceAccountKey: { name: 'a', key: '..' } }), 'backup.store.serviceAccountKey.key', '".."'],
    [azure({ credentials: AzureCredentials.accessKey({ name: 'a', key: 'a b' }) }), 'backup.store.credentials.accessKey.key', '"a b"'],
    [azure({ credentials: AzureCredentials.sasToken({ name: 'a', key: 'a b' }) }), 'backup.store.credentials.token.key', '"a b"'],
    [ssh({ privateKey: { name: 'a', key: 'a/b' } }), 'backup.store.privateKey.key', '"a/b"'],
  ]),
  'backup-s3-bucket': clusterRow([s3({ bucket: 'a-1' })], [
    [s3({ bucket: 'ab' }), 'backup.store.bucket', '"ab"'],
    [s3({ bucket: 'Backups' }), 'backup.store.bucket', '"Backups"'],
    [minio({ bucket: 'backups/orders' }), 'backup.store.bucket', '"backups/orders"'],
  ]),
  'backup-s3-region': clusterRow([s3({ region: 'us-east-1' }), minio({ region: 'RegionOne' })], [
    [s3({ region: 'EU Central' }), 'backup.store.region', '"EU Central"'],
    [s3({ region: 'RegionOne' }), 'backup.store.region', '"RegionOne"'],
    [minio({ region: '' }), 'backup.store.region', '""'],
  ]),
  'backup-s3-endpoint': clusterRow([
    'https://minio.example.org:9000', 'https://abc.example.org/storage/v1/s3', 'http://[fd00::10]:9000',
  ].map(endpoint => minio({ endpoint })), [
    ...['minio:9000', 'http://minio/', 'ftp://minio', 'http://fd00::10:9000', 'http://a b', 'https://minio:65536', 'https://minio:0'].map(endpoint =>
      [minio({ endpoint }), 'backup.store.endpoint', `"${endpoint}"`] as const),
  ]),
  'backup-s3-ca': clusterRow([minio({ endpoint: 'https://minio:9000', ca: key })], [
    [minio({ endpoint: 'http://minio:9000', ca: key }), 'backup.store.ca', '"http://minio:9000"'],
  ]),
  'backup-s3-storage-class': clusterRow([s3({ storageClass: 'STANDARD_IA' })], [
    [s3({ storageClass: 'standard' }), 'backup.store.storageClass', '"standard"'],
    [s3({ storageClass: 'GLACIER' }), 'backup.store.storageClass', '"GLACIER"'],
  ]),
  'backup-s3-role': clusterRow([s3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/team/orders') })], [
    [s3({ credentials: S3Credentials.workloadIdentity('orders') }), 'backup.store.credentials.roleArn', '"orders"'],
    [s3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::1:role/orders') }), 'backup.store.credentials.roleArn', '"arn:aws:iam::1:role/orders"'],
  ]),
  'backup-s3-kms-key': clusterRow([s3({ serverSideEncryption: S3ServerSideEncryption.kms('alias/backups') })], [
    [s3({ serverSideEncryption: S3ServerSideEncryption.kms(' ') }), 'backup.store.serverSideEncryption.keyId', '" "'],
    [s3({ serverSideEncryption: S3ServerSideEncryption.kms('a\nb') }), 'backup.store.serverSideEncryption.keyId', '"a\\nb"'],
  ]),
  'backup-gcs-bucket': clusterRow([gcs({ bucket: 'backups_of.shop' })], [[gcs({ bucket: 'Backups' }), 'backup.store.bucket', '"Backups"']]),
  'backup-azure-account': clusterRow([azure({ account: 'shop1' })], [[azure({ account: 'my-shop' }), 'backup.store.account', '"my-shop"']]),
  'backup-azure-container': clusterRow([azure({ container: 'a-b' })], [
    [azure({ container: 'a--b' }), 'backup.store.container', '"a--b"'],
    [azure({ container: 'ab' }), 'backup.store.container', '"ab"'],
  ]),
  'backup-azure-endpoint-suffix': clusterRow([azure({ endpointSuffix: 'core.example.org:10000' })], [
    [azure({ endpointSuffix: 'https://core.example.org' }), 'backup.store.endpointSuffix', '"https://core.example.org"'],
  ]),
  'backup-azure-client-id': clusterRow([azure({ credentials: AzureCredentials.managedIdentity('01234567-89ab-cdef-0123-456789abcdef') })], [
    [azure({ credentials: AzureCredentials.managedIdentity('orders') }), 'backup.store.credentials.clientId', '"orders"'],
  ]),
  'backup-ssh-host': clusterRow([ssh({ host: '10.0.0.1' }), ssh({ host: 'fd00::10' })], [
    [ssh({ host: 'backups:22' }), 'backup.store.host', '"backups:22"'],
    [ssh({ host: '' }), 'backup.store.host', '""'],
  ]),
  'backup-ssh-port': clusterRow([ssh({ port: 65535 })], [[ssh({ port: 0 }), 'backup.store.port', '0']]),
  'backup-ssh-user': clusterRow([ssh({ user: '_spilo.1' })], [[ssh({ user: 'a b' }), 'backup.store.user', '"a b"']]),
  'backup-ssh-directory': clusterRow([ssh({ directory: '/srv/backups' })], [
    ...['srv', '/srv/', '/srv/../etc', '/a b'].map(directory => [ssh({ directory }), 'backup.store.directory', `"${directory}"`] as const),
  ]),
};

export const rows: Rows = { ...backups, ...onVolumes, ...elsewhere };
