import { App, Chart, Duration, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-27';
import { Backup, BackupEncryption, BackupStore, CloneSource, Credentials, DumpFormat, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });
const secret = (name: string) => Secret.fromSecretName(chart, name, name);

// A store of its own: whoever loses the bucket of the backups still has the dumps.
const dumps = BackupStore.s3({ bucket: 'shop-dumps', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secret('dumps-s3')) });
const encryption = BackupEncryption.libsodium({ secret: secret('dumps-encryption'), key: 'key' });

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret(secret('orders-passwords')),
  storage: { size: Size.gibibytes(50) },
  backup: Backup.to(BackupStore.volume({ size: Size.gibibytes(200), storageClassName: 'managed-nfs-storage' })),
  logicalDump: {
    store: dumps,
    encryption,
    format: DumpFormat.DIRECTORY,
    parallelJobs: 2,
    scratch: Size.gibibytes(50),
    fromReplica: true,
    retain: 14,
    retainFor: Duration.days(30),
  },
});

// Beside it, a cluster for tests with one database of the newest dump, under another name.
new SpiloCluster(chart, 'orders-test', {
  instances: 1,
  credentials: Credentials.fromSecret(secret('orders-test-passwords')),
  storage: { size: Size.gibibytes(50) },
  backup: Backup.none(),
  logicalRestore: {
    source: CloneSource.backups(dumps, { clusterName: 'orders', encryption }),
    databases: [{ name: 'shop', newName: 'shop_test' }],
    parallelJobs: 2,
    scratch: Size.gibibytes(50),
  },
});

app.synth();
