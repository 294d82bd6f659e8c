import { Cron, Duration, Size } from 'cdk8s';
import { clusterRow, Rows } from '../support/rule-rows';
import { Backup, BackupStore, DrillCheck, RestoreDrillOptions, ScratchOptions, SpiloClusterProps } from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const drill = (options: Partial<RestoreDrillOptions>): Props =>
  ({ backup: Backup.to(BackupStore.existingClaim('backups'), { restoreDrill: { scratch: { size: Size.gibibytes(1) }, ...options } }) });
const check = (options: Partial<DrillCheck>): Props => drill({ checks: [{ name: 'orders', sql: 'SELECT true', ...options }] });
const scratch = (options: Partial<ScratchOptions>): Props => drill({ scratch: { size: Size.gibibytes(1), ...options } });

function durations(option: 'maxRecoveryPointAge' | 'maxRestoreTime' | 'deadline') {
  const property = `backup.restoreDrill.${option}`;
  return clusterRow([drill({ [option]: Duration.minutes(1) })], [
    [drill({ [option]: Duration.seconds(59) }), property, '59'],
    [drill({ [option]: Duration.millis(90500) }), property, '90.5'],
  ]);
}

/** Rules of the restore drill. */
export const rows: Rows = {
  'drill-name': clusterRow([{ ...drill({}), clusterName: 'c'.repeat(38) }], [
    [{ ...drill({}), clusterName: 'c'.repeat(39) }, 'backup.restoreDrill', `"${'c'.repeat(39)}-restore-drill"`],
  ]),
  'drill-scratch': clusterRow([scratch({ size: Size.mebibytes(500) })], [
    [scratch({ size: Size.gibibytes(0) }), 'backup.restoreDrill.scratch.size', '"0Pi"'],
    [scratch({ size: Size.gibibytes(NaN) }), 'backup.restoreDrill.scratch.size', '"NaNKi"'],
  ]),
  'drill-scratch-class': clusterRow([scratch({ storageClassName: 'fast' })], [
    [scratch({ storageClassName: 'Fast' }), 'backup.restoreDrill.scratch.storageClassName', '"Fast"'],
  ]),
  'drill-schedule': clusterRow([drill({ schedule: Cron.schedule({ minute: '5' }) }), drill({ schedule: Cron.schedule({ weekDay: 'SUN' }) })], [
    [drill({ schedule: Cron.schedule({ minute: '99' }) }), 'backup.restoreDrill.schedule', '"99 * * * *"'],
    [drill({ schedule: Cron.schedule({ weekDay: '7' }) }), 'backup.restoreDrill.schedule', '"* * * * 7"'],
  ]),
  'drill-checks': clusterRow([check({}), check({ database: 'shop' })], [
    [check({ name: '' }), 'backup.restoreDrill.checks', '{"name":"","sql":"SELECT true","database":"postgres"}'],
    [check({ sql: ' ' }), 'backup.restoreDrill.checks', '{"name":"orders","sql":" ","database":"postgres"}'],
    [check({ database: '' }), 'backup.restoreDrill.checks', '{"name":"orders","sql":"SELECT true","database":""}'],
  ]),
  'drill-max-recovery-point-age': durations('maxRecoveryPointAge'),
  'drill-max-restore-time': durations('maxRestoreTime'),
  'drill-deadline': durations('deadline'),
  'drill-pushgateway': clusterRow([drill({ pushgateway: 'http://push.monitoring:9091' }), drill({ pushgateway: 'http://[fd00::1]:9091' })], [
    [drill({ pushgateway: 'push:9091' }), 'backup.restoreDrill.pushgateway', '"push:9091"'],
    [drill({ pushgateway: 'http://push:9091/' }), 'backup.restoreDrill.pushgateway', '"http://push:9091/"'],
  ]),
};
