import { App, Chart, Cron, Duration, Size } from 'cdk8s';
import { Backup, BackupStore, Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret('orders-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(200), storageClassName: 'managed-nfs-storage' }), {
    restoreDrill: {
      schedule: Cron.schedule({ minute: '0', hour: '4', weekDay: '0' }),
      scratch: { size: Size.gibibytes(100) },
      maxRecoveryPointAge: Duration.hours(1),
      maxRestoreTime: Duration.hours(2),
      checks: [
        { name: 'orders of the last day', database: 'shop', sql: "SELECT count(*) > 0 FROM orders WHERE placed > now() - interval '1 day'" },
      ],
    },
  }),
});

app.synth();
