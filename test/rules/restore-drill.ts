import { Cron, Duration, Size } from 'cdk8s';
import { clusterRow, Rows } from '../support/rule-rows';
import { Backup, BackupStore, DrillCheck, RestoreDrillOptions, SpiloClusterProps } from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const backup = Backup.to(BackupStore.volume({ existingClaim: 'backups' }));
const drill = (options: Partial<RestoreDrillOptions>): Props => ({ backup, restoreDrill: { scratch: Size.gibibytes(1), ...options } });
const check = (options: Partial<DrillCheck>): Props => drill({ checks: [{ name: 'orders', sql: 'SELECT true', ...options }] });

function durations(option: 'maxRecoveryPointAge' | 'maxRestoreTime' | 'deadline') {
  const property = `restoreDrill.${option}`;
  return clusterRow([drill({ [option]: Duration.minutes(1) })], [
    [drill({ [option]: Duration.seconds(59) }), property, '59'],
    [drill({ [option]: Duration.millis(90500) }), property, '90.5'],
  ]);
}

/** Rules of the restore drill. */
export const rows: Rows = {
  'drill-backup': clusterRow([drill({}), { backup: Backup.none() }], [
    [{ restoreDrill: { scratch: Size.gibibytes(1) } }, 'restoreDrill', '"no backup"'],
    [{ ...drill({}), backup: Backup.none() }, 'restoreDrill', '"no backup"'],
  ]),
  'drill-name': clusterRow([{ ...drill({}), clusterName: 'c'.repeat(38) }], [
    [{ ...drill({}), clusterName: 'c'.repeat(39) }, 'restoreDrill', `"${'c'.repeat(39)}-restore-drill"`],
  ]),
  'drill-scratch': clusterRow([drill({ scratch: Size.mebibytes(500) })], [
    [drill({ scratch: Size.gibibytes(0) }), 'restoreDrill.scratch', '"0Pi"'],
  ]),
  'drill-scratch-class': clusterRow([drill({ scratchStorageClassName: 'fast' })], [
    [drill({ scratchStorageClassName: 'Fast' }), 'restoreDrill.scratchStorageClassName', '"Fast"'],
  ]),
  'drill-schedule': clusterRow([drill({ schedule: Cron.schedule({ minute: '5' }) })], [
    [drill({ schedule: Cron.schedule({ minute: '99' }) }), 'restoreDrill.schedule', '"99 * * * *"'],
  ]),
  'drill-checks': clusterRow([check({})], [
    [check({ name: '' }), 'restoreDrill.checks', '{"name":"","sql":"SELECT true"}'],
    [check({ sql: ' ' }), 'restoreDrill.checks', '{"name":"orders","sql":" "}'],
  ]),
  'drill-max-recovery-point-age': durations('maxRecoveryPointAge'),
  'drill-max-restore-time': durations('maxRestoreTime'),
  'drill-deadline': durations('deadline'),
  'drill-pushgateway': clusterRow([drill({ pushgateway: 'http://push.monitoring:9091' })], [
    [drill({ pushgateway: 'push:9091' }), 'restoreDrill.pushgateway', '"push:9091"'],
    [drill({ pushgateway: 'http://push:9091/' }), 'restoreDrill.pushgateway', '"http://push:9091/"'],
  ]),
};
