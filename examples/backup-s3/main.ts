import { App, Chart, Cron, Duration, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-27';
import { Backup, BackupEncryption, BackupStore, Compression, Credentials, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });
const secret = (name: string) => Secret.fromSecretName(chart, name, name);
const backupKeys = secret('orders-backup');

// A bucket on a MinIO or Ceph of one's own. For Amazon S3 leave out `endpoint` and say the region.
const store = BackupStore.s3({
  bucket: 'backups',
  endpoint: 'https://s3.example.org',
  credentials: S3Credentials.fromSecret(backupKeys),
  ca: { secret: secret('s3-ca'), key: 'ca.crt' },
});

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret(secret('orders-passwords')),
  storage: { size: Size.gibibytes(50) },
  backup: Backup.to(store, {
    schedule: Cron.schedule({ minute: '15', hour: '2' }),
    retain: 7,
    retainFor: Duration.days(14),
    compression: Compression.ZSTD,
    encryption: BackupEncryption.libsodium({ secret: backupKeys, key: 'libsodium' }),
    fromReplica: true,
  }),
});

app.synth();
