import { Cron, Duration, Size } from 'cdk8s';
import { PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { secretNamed } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  AzureCredentials, AzureStoreOptions, Backup, BackupEncryption, BackupOptions, BackupStore, Bootstrap, CloneSource, GcsStoreOptions, S3Credentials,
  S3ServerSideEncryption, S3StoreOptions, SpiloClusterProps, SshStoreOptions, StorePrefix, VolumeStoreOptions,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const store = secretNamed('store');
const key = { secret: store, key: 'key' };
const to = (target: BackupStore, options: BackupOptions = {}): Props => ({ backup: Backup.to(target, options) });
const options = (given: BackupOptions): Props => to(BackupStore.volume({ size: Size.gibibytes(1) }), given);
const walg = (uncheckedWalgSettings: { [name: string]: string }): Props => options({ uncheckedWalgSettings });
const volume = (given: VolumeStoreOptions): Props => to(BackupStore.volume(given));
const claim = (given: VolumeStoreOptions): Props => volume({ size: Size.gibibytes(1), ...given });
const s3 = (given: Partial<S3StoreOptions>): Props =>
  to(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(store), ...given }));
const gcs = (given: Partial<GcsStoreOptions>): Props => to(BackupStore.gcs({ bucket: 'backups', ...given }));
const azure = (given: Partial<AzureStoreOptions>): Props =>
  to(BackupStore.azure({ account: 'shop', container: 'backups', credentials: AzureCredentials.accessKey(key), ...given }));
const ssh = (given: Partial<SshStoreOptions>): Props =>
  to(BackupStore.ssh({ host: 'backups.example.org', port: 22, user: 'spilo', privateKey: key, directory: '/srv', ...given }));
const badKey = BackupEncryption.libsodium({ secret: store, key: 'a/b' });
const shelf = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(store) });
const source = CloneSource.backups(shelf, { clusterName: 'invoices', encryption: badKey });
const encryption = (given: BackupEncryption): Props => options({ encryption: given });
const prefix = (path: string) => ({ prefix: StorePrefix.of(path) });
const cron = (expression: string) => {
  const [minute, hour, day, month, weekDay] = expression.split(' ');
  return options({ schedule: Cron.schedule({ minute, hour, day, month, weekDay }) });
};
const { READ_WRITE_ONCE, READ_WRITE_ONCE_POD, READ_ONLY_MANY } = PersistentVolumeAccessMode;
const NFS = { server: 'nfs.example.org', path: '/exports/backups' };

/** Rules of backups, whatever the store. */
const backups: Rows = {
  'backup-schedule': clusterRow([cron('0 1 * * *'), cron('*/15 0-6 1,15 * 1-5'), cron('00 01 * JAN,JUL MON-FRI')], [
    ...['60 1 * * *', '0 24 * * *', '0 1 32 * *', '0 1 * 13 *', '0 1 * * 8', 'a 1 * * *', '0 1 L * *', '0 1 15W * *', '0 1 * * 1#2', '0 1 ? * *', '*/0 1 * * *']
      .map(expression => [cron(expression), 'backup.schedule', `"${expression}"`] as const),
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
    [encryption(badKey), 'backup.encryption', '"a/b"'],
    [encryption(BackupEncryption.pgp(key, { secret: store, key: 'a b' })), 'backup.encryption', '"a b"'],
    [{ bootstrap: Bootstrap.clone(source), backup: Backup.none() }, 'bootstrap.encryption', '"a/b"'],
    [{ logicalRestore: { source }, backup: Backup.none() }, 'logicalRestore.source.encryption', '"a/b"'],
    [{ logicalDump: { store: shelf, encryption: badKey }, backup: Backup.none() }, 'logicalDump.encryption', '"a/b"'],
  ]),
  'backup-walg-settings': clusterRow([walg({ WALG_TAR_SIZE_THRESHOLD: '1073741823', OTHER: 'on' })], [
    [walg({ WALG_FILE_PREFIX: '/x' }), 'backup.uncheckedWalgSettings', '{"WALG_FILE_PREFIX":"/x"}'],
    [walg({ WALG_COMPRESSION_METHOD: 'zstd' }), 'backup.uncheckedWalgSettings', '{"WALG_COMPRESSION_METHOD":"zstd"}'],
    [walg({ USE_WALG_BACKUP: 'false' }), 'backup.uncheckedWalgSettings', '{"USE_WALG_BACKUP":"false"}'],
    [walg({ walg_x: '1' }), 'backup.uncheckedWalgSettings', '{"walg_x":"1"}'],
    [walg({ WALG_X: 'a\nb' }), 'backup.uncheckedWalgSettings', '{"WALG_X":"a\\nb"}'],
  ]),
};

/** Rules of the store on a volume. */
const onVolumes: Rows = {
  'backup-volume-claim': clusterRow([volume({ size: Size.gibibytes(1) }), volume({ existingClaim: 'backups' })], [
    [volume({}), 'backup.volume.size', 'undefined'],
    [volume({ size: Size.gibibytes(1), existingClaim: 'backups' }), 'backup.volume.size', '"1Gi"'],
  ]),
  'backup-volume-size': clusterRow([volume({ size: Size.kibibytes(1) })], [
    [volume({ size: Size.gibibytes(0) }), 'backup.volume.size', '"0Pi"'],
    [volume({ size: Size.gibibytes(NaN) }), 'backup.volume.size', '"NaNKi"'],
  ]),
  'backup-volume-existing-claim': clusterRow([volume({ existingClaim: 'my.backups' })], [
    [volume({ existingClaim: 'Backups' }), 'backup.volume.existingClaim', '"Backups"'],
  ]),
  'backup-volume-storage-class': clusterRow([claim({ storageClassName: 'managed-nfs-storage' })], [
    [claim({ storageClassName: 'NFS' }), 'backup.volume.storageClassName', '"NFS"'],
    [volume({ existingClaim: 'backups', storageClassName: 'nfs' }), 'backup.volume.storageClassName', '"nfs"'],
  ]),
  'backup-volume-access-mode': clusterRow([{ instances: 1, ...claim({ accessMode: READ_WRITE_ONCE }) }], [
    [claim({ accessMode: READ_WRITE_ONCE }), 'backup.volume.accessMode', '"ReadWriteOnce"'],
    [{ instances: 2, ...claim({ accessMode: READ_WRITE_ONCE_POD }) }, 'backup.volume.accessMode', '"ReadWriteOncePod"'],
    [{ instances: 1, ...claim({ accessMode: READ_ONLY_MANY }) }, 'backup.volume.accessMode', '"ReadOnlyMany"'],
  ]),
  'backup-volume-nfs': clusterRow([claim({ nfs: NFS }), claim({ nfs: { server: '10.0.0.1', path: '/' } })], [
    [claim({ nfs: { ...NFS, path: 'exports' } }), 'backup.volume.nfs', '{"server":"nfs.example.org","path":"exports"}'],
    [claim({ nfs: { ...NFS, server: 'a b' } }), 'backup.volume.nfs', '{"server":"a b","path":"/exports/backups"}'],
    [volume({ existingClaim: 'backups', nfs: NFS }), 'backup.volume.nfs', JSON.stringify(NFS)],
    [claim({ storageClassName: 'nfs', nfs: NFS }), 'backup.volume.nfs', JSON.stringify(NFS)],
  ]),
  'backup-volume-mount-path': clusterRow([claim({ mountPath: '/data/pg_wal' }), claim({ mountPath: '/tmpfiles' })], [
    ...['backup', '/', '/backup/', '/a b', '/a/../b', '/home/postgres', '/home/postgres/pgdata/backup', '/tmp/x', '/etc/wal-g', '/tls', '/var/lib'].map(mountPath =>
      [claim({ mountPath }), 'backup.volume.mountPath', `"${mountPath}"`] as const),
  ]),
  'backup-volume-directory': clusterRow([claim({ directory: '.' }), claim({ directory: 'orders/2026.1' })], [
    ...['', '/orders', '..', 'a/../b', 'a//b', 'a b', 'a/', '$(id)'].map(directory =>
      [claim({ directory }), 'backup.volume.directory', `"${directory}"`] as const),
  ]),
};

/** Rules of the stores in clouds and on other hosts. */
const elsewhere: Rows = {
  'backup-s3-bucket': clusterRow([s3({ bucket: 'a-1' })], [
    [s3({ bucket: 'ab' }), 'backup.s3.bucket', '"ab"'],
    [s3({ bucket: 'Backups' }), 'backup.s3.bucket', '"Backups"'],
    [s3({ bucket: 'backups/orders' }), 'backup.s3.bucket', '"backups/orders"'],
  ]),
  'backup-s3-prefix': clusterRow([s3(prefix('a/b_c-1.2'))], [
    ...['', '/a', 'a/', 'a//b', 'a/../b', 'a b'].map(path => [s3(prefix(path)), 'backup.s3.prefix', `"${path}"`] as const),
  ]),
  'backup-s3-region': clusterRow([s3({ region: 'us-east-1' }), s3({ region: undefined, endpoint: 'http://minio:9000' })], [
    [s3({ region: undefined }), 'backup.s3.region', '{}'],
    [s3({ region: 'EU Central' }), 'backup.s3.region', '{"region":"EU Central"}'],
  ]),
  'backup-s3-endpoint': clusterRow([s3({ endpoint: 'https://minio.example.org:9000' })], [
    [s3({ endpoint: 'minio:9000' }), 'backup.s3.endpoint', '"minio:9000"'],
    [s3({ endpoint: 'http://minio/path' }), 'backup.s3.endpoint', '"http://minio/path"'],
  ]),
  'backup-s3-ca': clusterRow([s3({ endpoint: 'https://minio:9000', ca: key })], [
    [s3({ endpoint: 'http://minio:9000', ca: key }), 'backup.s3.ca', '"http://minio:9000"'],
    [s3({ ca: key }), 'backup.s3.ca', '"no endpoint"'],
  ]),
  'backup-s3-storage-class': clusterRow([s3({ storageClass: 'STANDARD_IA' })], [
    [s3({ storageClass: 'standard' }), 'backup.s3.storageClass', '"standard"'],
    [s3({ storageClass: 'GLACIER' }), 'backup.s3.storageClass', '"GLACIER"'],
  ]),
  'backup-s3-role': clusterRow([s3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/team/orders') })], [
    [s3({ credentials: S3Credentials.workloadIdentity('orders') }), 'backup.s3.credentials', '"orders"'],
    [s3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::1:role/orders') }), 'backup.s3.credentials', '"arn:aws:iam::1:role/orders"'],
  ]),
  'backup-s3-kms-key': clusterRow([s3({ serverSideEncryption: S3ServerSideEncryption.kms('alias/backups') })], [
    [s3({ serverSideEncryption: S3ServerSideEncryption.kms(' ') }), 'backup.s3.serverSideEncryption', '" "'],
    [s3({ serverSideEncryption: S3ServerSideEncryption.kms('a\nb') }), 'backup.s3.serverSideEncryption', '"a\\nb"'],
  ]),
  'backup-gcs-bucket': clusterRow([gcs({ bucket: 'backups_of.shop' })], [[gcs({ bucket: 'Backups' }), 'backup.gcs.bucket', '"Backups"']]),
  'backup-gcs-prefix': clusterRow([gcs(prefix('a/b'))], [[gcs(prefix('a b')), 'backup.gcs.prefix', '"a b"']]),
  'backup-azure-account': clusterRow([azure({ account: 'shop1' })], [[azure({ account: 'my-shop' }), 'backup.azure.account', '"my-shop"']]),
  'backup-azure-container': clusterRow([azure({ container: 'a-b' })], [
    [azure({ container: 'a--b' }), 'backup.azure.container', '"a--b"'],
    [azure({ container: 'ab' }), 'backup.azure.container', '"ab"'],
  ]),
  'backup-azure-prefix': clusterRow([azure(prefix('a/b'))], [[azure(prefix('../a')), 'backup.azure.prefix', '"../a"']]),
  'backup-azure-endpoint-suffix': clusterRow([azure({ endpointSuffix: 'core.example.org:10000' })], [
    [azure({ endpointSuffix: 'https://core.example.org' }), 'backup.azure.endpointSuffix', '"https://core.example.org"'],
  ]),
  'backup-azure-client-id': clusterRow([azure({ credentials: AzureCredentials.managedIdentity('01234567-89ab-cdef-0123-456789abcdef') })], [
    [azure({ credentials: AzureCredentials.managedIdentity('orders') }), 'backup.azure.credentials', '"orders"'],
  ]),
  'backup-ssh-host': clusterRow([ssh({ host: '10.0.0.1' })], [
    [ssh({ host: 'backups:22' }), 'backup.ssh.host', '"backups:22"'],
    [ssh({ host: '' }), 'backup.ssh.host', '""'],
  ]),
  'backup-ssh-port': clusterRow([ssh({ port: 65535 })], [
    [ssh({ port: 0 }), 'backup.ssh.port', '0'],
    [ssh({ port: undefined }), 'backup.ssh.port', 'null'],
  ]),
  'backup-ssh-user': clusterRow([ssh({ user: '_spilo.1' })], [[ssh({ user: 'a b' }), 'backup.ssh.user', '"a b"']]),
  'backup-ssh-key': clusterRow([ssh({ privateKey: { secret: store, key: 'id_ed25519' } })], [
    [ssh({ privateKey: { secret: store, key: 'a/b' } }), 'backup.ssh.privateKey', '"a/b"'],
  ]),
  'backup-ssh-directory': clusterRow([ssh({ directory: '/srv/backups' })], [
    ...['srv', '/srv/', '/srv/../etc', '/a b'].map(directory => [ssh({ directory }), 'backup.ssh.directory', `"${directory}"`] as const),
  ]),
  'backup-ssh-prefix': clusterRow([ssh(prefix('a/b'))], [[ssh(prefix('/a')), 'backup.ssh.prefix', '"/a"']]),
};

export const rows: Rows = { ...backups, ...onVolumes, ...elsewhere };
