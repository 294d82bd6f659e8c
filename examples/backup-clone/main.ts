import { App, Chart, Size } from 'cdk8s';
import { Backup, BackupEncryption, BackupStore, Bootstrap, Credentials, RecoveryTarget, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders-restored', { namespace: 'shop' });

const store = BackupStore.s3Compatible({
  bucket: 'backups',
  endpoint: 'https://s3.example.org',
  credentials: S3Credentials.fromSecret('orders-backup'),
  ca: { name: 's3-ca', key: 'ca.crt' },
});
const encryption = BackupEncryption.libsodium({ name: 'orders-backup', key: 'libsodium' });

// The cluster of examples/backup-s3 as it was a minute before somebody dropped the wrong table, beside the original.
new SpiloCluster(chart, 'orders-restored', {
  credentials: Credentials.fromSecret('orders-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  bootstrap: Bootstrap.fromBackups({ store, clusterName: 'orders', encryption }, RecoveryTarget.time('2026-11-21T09:29:00Z')),
  // The same bucket: the name of the cluster is part of the path, so that the two never mix.
  backup: Backup.to(store, { encryption }),
});

app.synth();
