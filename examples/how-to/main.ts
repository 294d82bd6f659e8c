import { App, Chart, Cron, Size } from 'cdk8s';
import { Access, Backup, BackupStore, Credentials, Separation, SpiloCluster, SpiloImage } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'zalandodemo01', { namespace: 'spilo' });

const cluster = new SpiloCluster(chart, 'zalandodemo01', {
  instances: 3,
  image: SpiloImage.SPILO_15_3_0_P1,
  // For trials only: everybody who reads the manifest reads the passwords. Production takes Credentials.fromSecret().
  credentials: Credentials.plainTextInManifest({
    superuser: 'superuser-of-the-demo',
    replication: 'replication-of-the-demo',
    admin: 'admin-of-the-demo',
  }, { adminName: 'superadmin' }),
  storage: { size: Size.gibibytes(2), storageClassName: 'local-path' },
  postgres: { version: 15 },
  placement: {
    nodes: { db: ['spilo'] },
    separation: Separation.requireHosts(),
  },
  backup: Backup.to(BackupStore.newClaim({
    size: Size.gibibytes(2),
    storageClassName: 'managed-nfs-storage',
    mountPath: '/data/pg_wal',
    directory: '.',
  }), {
    schedule: Cron.schedule({ minute: '00', hour: '01' }),
    retain: 5,
    uncheckedWalgSettings: { WALG_ALIVE_CHECK_INTERVAL: '5m' },
  }),
  access: [Access.leaderNodePort(32345)],
});

app.synth();
console.log(`Written to ${app.outdir}/${chart.node.id}.k8s.yaml\n\n${cluster.describe()}`);
