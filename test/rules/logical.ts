import { Cron, Duration, Size } from 'cdk8s';
import { secretNamed } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  Backup, BackupEncryption, BackupStore, Bootstrap, CloneSource, DumpFormat, LogicalDumpOptions, LogicalRestoreOptions, RestoredDatabase,
  SpiloClusterProps,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const store = BackupStore.volume({ existingClaim: 'backups' });
const backup = Backup.to(store);
const key = { secret: secretNamed('store'), key: 'key' };
const encryption = BackupEncryption.libsodium(key);
const dump = (options: LogicalDumpOptions): Props => ({ backup, logicalDump: options });
const restore = (options: LogicalRestoreOptions): Props => ({ backup, logicalRestore: options });
const one = (database: RestoredDatabase) => restore({ databases: [database] });
const scratch = Size.gibibytes(1);
const directory = (options: LogicalDumpOptions): Props => dump({ format: DumpFormat.DIRECTORY, scratch, ...options });
const from = (clusterName: string, namespace?: string) => restore({ source: CloneSource.backups(store, { clusterName, namespace }) });
const server = CloneSource.server({ host: 'old', password: key });

/** Rules of logical dumps and restores. */
export const rows: Rows = {
  'dump-name': clusterRow([{ ...dump({ store }), backup: Backup.none(), clusterName: 'c'.repeat(39) }], [
    [{ ...dump({ store }), backup: Backup.none(), clusterName: 'c'.repeat(40) }, 'logicalDump', `"${'c'.repeat(40)}-logical-dump"`],
  ]),
  'dump-store': clusterRow([dump({}), { logicalDump: { store } }], [
    [{ logicalDump: {} }, 'logicalDump.store', '"no store and no backup"'],
    [{ ...dump({}), backup: Backup.none() }, 'logicalDump.store', '"no store and no backup"'],
  ]),
  'dump-volume': clusterRow([dump({ store })], [
    [dump({ store: BackupStore.volume({ size: Size.gibibytes(1) }) }), 'logicalDump.store', '"1Gi"'],
  ]),
  'dump-encryption': clusterRow([dump({ store, encryption })], [
    [dump({ encryption }), 'logicalDump.encryption', '"encryption without store"'],
  ]),
  'dump-schedule': clusterRow([dump({ schedule: Cron.schedule({ minute: '5' }) })], [
    [dump({ schedule: Cron.schedule({ minute: '99' }) }), 'logicalDump.schedule', '"99 * * * *"'],
  ]),
  'dump-databases': clusterRow([dump({ databases: ['shop', 'Ünïcode'] })], [
    [dump({ databases: [] }), 'logicalDump.databases', '[]'],
    [dump({ databases: ['shop', 'shop'] }), 'logicalDump.databases', '["shop","shop"]'],
    [dump({ databases: ['template1'] }), 'logicalDump.databases', '["template1"]'],
    [dump({ databases: ['ü'.repeat(32)] }), 'logicalDump.databases', `["${'ü'.repeat(32)}"]`],
  ]),
  'dump-parallel-jobs': clusterRow([directory({ parallelJobs: 4 }), dump({ parallelJobs: 1 })], [
    [dump({ parallelJobs: 2 }), 'logicalDump.parallelJobs', '2'],
    [directory({ parallelJobs: 0 }), 'logicalDump.parallelJobs', '0'],
  ]),
  'dump-scratch-format': clusterRow([directory({})], [
    [dump({ format: DumpFormat.DIRECTORY }), 'logicalDump.scratch', 'undefined'],
    [dump({ format: DumpFormat.PLAIN, scratch }), 'logicalDump.scratch', '"1Gi"'],
    [dump({ scratch }), 'logicalDump.scratch', '"1Gi"'],
  ]),
  'dump-scratch': clusterRow([directory({ scratch: Size.mebibytes(500) })], [
    [directory({ scratch: Size.gibibytes(0) }), 'logicalDump.scratch', '"0Pi"'],
  ]),
  'dump-scratch-class': clusterRow([directory({ scratchStorageClassName: 'fast' })], [
    [directory({ scratchStorageClassName: 'Fast' }), 'logicalDump.scratchStorageClassName', '"Fast"'],
    [dump({ scratchStorageClassName: 'fast' }), 'logicalDump.scratchStorageClassName', '"fast"'],
  ]),
  'dump-deadline': clusterRow([dump({ deadline: Duration.minutes(1) })], [
    [dump({ deadline: Duration.seconds(59) }), 'logicalDump.deadline', '59'],
  ]),
  'dump-retain': clusterRow([dump({ retain: 2 })], [
    [dump({ retain: 1 }), 'logicalDump.retain', '1'],
    [dump({ retain: 2.5 }), 'logicalDump.retain', '2.5'],
  ]),
  'dump-retain-for': clusterRow([dump({ retainFor: Duration.hours(1) })], [
    [dump({ retainFor: Duration.minutes(59) }), 'logicalDump.retainFor', '3540'],
  ]),
  'dump-pushgateway': clusterRow([dump({ pushgateway: 'http://push.monitoring:9091' })], [
    [dump({ pushgateway: 'push:9091' }), 'logicalDump.pushgateway', '"push:9091"'],
  ]),
  'restore-source': clusterRow([restore({}), { logicalDump: { store }, logicalRestore: {} }, { ...from('invoices'), backup: Backup.none() }], [
    [{ logicalRestore: {} }, 'logicalRestore.source', '"no source, logicalDump or backup"'],
    [restore({ source: server }), 'logicalRestore.source', '"a server"'],
  ]),
  'restore-source-name': clusterRow([from('invoices'), from('invoices', 'shop')], [
    [from('Invoices'), 'logicalRestore.source', '"Invoices"'],
    [from('invoices', 'elsewhere'), 'logicalRestore.source', '"elsewhere"'],
  ]),
  'restore-standby': clusterRow([restore({}), { ...restore({}), bootstrap: Bootstrap.clone(server) }], [
    [{ ...restore({}), bootstrap: Bootstrap.standby({ host: 'old' }) }, 'logicalRestore', '"a standby"'],
  ]),
  'restore-dump': clusterRow([restore({ dump: '20261121T030000Z' })], [
    [restore({ dump: 'latest' }), 'logicalRestore.dump', '"latest"'],
  ]),
  'restore-databases': clusterRow([one({ name: 'shop' }), one({ name: 'postgres', newName: 'old' })], [
    [restore({ databases: [] }), 'logicalRestore.databases', '[]'],
    [one({ name: 'postgres' }), 'logicalRestore.databases', '{"name":"postgres"}'],
    [one({ name: 'shop', newName: 'template1' }), 'logicalRestore.databases', '{"name":"shop","newName":"template1"}'],
    [restore({ databases: [{ name: 'a' }, { name: 'b', newName: 'a' }] }), 'logicalRestore.databases', '{"name":"b","newName":"a"}'],
  ]),
  'restore-parallel-jobs': clusterRow([restore({ parallelJobs: 4, scratch }), restore({ parallelJobs: 1 })], [
    [restore({ parallelJobs: 2 }), 'logicalRestore.parallelJobs', '2'],
    [restore({ parallelJobs: 0, scratch }), 'logicalRestore.parallelJobs', '0'],
  ]),
  'restore-postgres-version': clusterRow([restore({ postgresVersion: 15 })], [
    [restore({ postgresVersion: 1.5 }), 'logicalRestore.postgresVersion', '1.5'],
  ]),
  'restore-scratch': clusterRow([restore({ scratch })], [
    [restore({ scratch: Size.gibibytes(0) }), 'logicalRestore.scratch', '"0Pi"'],
  ]),
  'restore-scratch-class': clusterRow([restore({ scratch, scratchStorageClassName: 'fast' })], [
    [restore({ scratch, scratchStorageClassName: 'Fast' }), 'logicalRestore.scratchStorageClassName', '"Fast"'],
    [restore({ scratchStorageClassName: 'fast' }), 'logicalRestore.scratchStorageClassName', '"fast"'],
  ]),
  'restore-deadline': clusterRow([restore({ deadline: Duration.minutes(1) })], [
    [restore({ deadline: Duration.seconds(59) }), 'logicalRestore.deadline', '59'],
  ]),
};
