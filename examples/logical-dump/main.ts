import { App, Chart, Duration, Size } from 'cdk8s';
import { Backup, BackupEncryption, BackupStore, Credentials, DumpFormat, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });

// A store of its own: whoever loses the bucket of the backups still has the dumps.
const dumps = BackupStore.s3({ bucket: 'shop-dumps', region: 'eu-central-1', credentials: S3Credentials.fromSecret('dumps-s3') });
const encryption = BackupEncryption.libsodium({ name: 'dumps-encryption', key: 'key' });

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret('orders-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(200), storageClassName: 'managed-nfs-storage' })),
  logicalDump: {
    store: dumps,
    encryption,
    format: DumpFormat.directory({ size: Size.gibibytes(50), parallelJobs: 2 }),
    fromReplica: true,
    retain: 14,
    retainFor: Duration.days(30),
  },
});

// Beside it, a cluster for tests with one database of the newest dump, under another name.
new SpiloCluster(chart, 'orders-test', {
  instances: 1,
  credentials: Credentials.fromSecret('orders-test-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  backup: Backup.none(),
  logicalRestore: {
    source: { store: dumps, clusterName: 'orders', encryption },
    databases: [{ name: 'shop', newName: 'shop_test' }],
    scratch: { size: Size.gibibytes(50), parallelJobs: 2 },
  },
});

app.synth();
