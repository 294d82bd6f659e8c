import { App, Chart, Cron, Duration, Size } from 'cdk8s';
import { Backup, BackupCompression, BackupEncryption, BackupStore, Credentials, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });

// A bucket on a MinIO or Ceph of one's own. For Amazon S3 take BackupStore.s3() with the region.
const store = BackupStore.s3Compatible({
  bucket: 'backups',
  endpoint: 'https://s3.example.org',
  credentials: S3Credentials.fromSecret('orders-backup'),
  ca: { name: 's3-ca', key: 'ca.crt' },
});

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret('orders-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  backup: Backup.to(store, {
    schedule: Cron.schedule({ minute: '15', hour: '2' }),
    retain: 7,
    retainFor: Duration.days(14),
    compression: BackupCompression.ZSTD,
    encryption: BackupEncryption.libsodium({ name: 'orders-backup', key: 'libsodium' }),
    fromReplica: true,
  }),
});

app.synth();
