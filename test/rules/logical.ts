import { Cron, Duration, Size } from 'cdk8s';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  Backup, BackupEncryption, BackupStore, Bootstrap, DumpFormat, LogicalDumpOptions, LogicalRestoreOptions, ParallelScratchOptions, RestoredDatabase,
  SpiloClusterProps,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const store = BackupStore.existingClaim('backups');
const backup = Backup.to(store);
const key = { name: 'store', key: 'key' };
const encryption = BackupEncryption.libsodium(key);
const dump = (options: LogicalDumpOptions): Props => ({ backup, logicalDump: options });
const restore = (options: LogicalRestoreOptions): Props => ({ backup, logicalRestore: options });
const one = (database: RestoredDatabase) => restore({ databases: [database] });
const room = (options: Partial<ParallelScratchOptions>): ParallelScratchOptions => ({ size: Size.gibibytes(1), ...options });
const directory = (options: Partial<ParallelScratchOptions>): Props => dump({ format: DumpFormat.directory(room(options)) });
const restoreIn = (options: Partial<ParallelScratchOptions>): Props => restore({ scratch: room(options) });
const from = (clusterName: string, namespace?: string) => restore({ source: { store, clusterName, namespace } });
const copy = Bootstrap.fromServer({ host: 'old', password: key });

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
    [dump({ store: BackupStore.newClaim({ size: Size.gibibytes(1) }) }), 'logicalDump.store', '"1Gi"'],
    [dump({ store: BackupStore.nfs({ server: 'nas', path: '/a', size: Size.gibibytes(2) }) }), 'logicalDump.store', '"2Gi"'],
  ]),
  'dump-encryption': clusterRow([dump({ store, encryption })], [
    [dump({ encryption }), 'logicalDump.encryption', '"encryption without store"'],
  ]),
  'dump-schedule': clusterRow([dump({ schedule: Cron.schedule({ minute: '5' }) })], [
    [dump({ schedule: Cron.schedule({ minute: '99' }) }), 'logicalDump.schedule', '"99 * * * *"'],
    [dump({ schedule: Cron.schedule({ weekDay: '7' }) }), 'logicalDump.schedule', '"* * * * 7"'],
  ]),
  'dump-databases': clusterRow([dump({ databases: ['shop', 'Ünïcode'] })], [
    [dump({ databases: [] }), 'logicalDump.databases', '[]'],
    [dump({ databases: ['shop', 'shop'] }), 'logicalDump.databases', '["shop","shop"]'],
    [dump({ databases: ['template1'] }), 'logicalDump.databases', '["template1"]'],
    [dump({ databases: ['ü'.repeat(32)] }), 'logicalDump.databases', `["${'ü'.repeat(32)}"]`],
  ]),
  'dump-parallel-jobs': clusterRow([directory({ parallelJobs: 4 })], [
    [directory({ parallelJobs: 0 }), 'logicalDump.format.scratch.parallelJobs', '0'],
    [directory({ parallelJobs: 101 }), 'logicalDump.format.scratch.parallelJobs', '101'],
  ]),
  'dump-scratch': clusterRow([directory({ size: Size.mebibytes(500) })], [
    [directory({ size: Size.gibibytes(0) }), 'logicalDump.format.scratch.size', '"0Pi"'],
  ]),
  'dump-scratch-class': clusterRow([directory({ storageClassName: 'fast' })], [
    [directory({ storageClassName: 'Fast' }), 'logicalDump.format.scratch.storageClassName', '"Fast"'],
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
  'restore-source': clusterRow([
    restore({}), { logicalDump: { store }, logicalRestore: {} }, { ...from('invoices'), backup: Backup.none() },
  ], [
    [{ logicalRestore: {} }, 'logicalRestore.source', '"no source, logicalDump or backup"'],
  ]),
  'restore-source-name': clusterRow([from('invoices')], [[from('Invoices'), 'logicalRestore.source.clusterName', '"Invoices"']]),
  'restore-source-namespace': clusterRow([from('invoices', 'shop')], [
    [from('invoices', 'elsewhere'), 'logicalRestore.source.namespace', '"elsewhere"'],
  ]),
  'restore-standby': clusterRow([restore({}), { ...restore({}), bootstrap: copy }], [
    [{ ...restore({}), bootstrap: Bootstrap.standby({ hosts: ['old'] }) }, 'logicalRestore', '"a standby"'],
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
  'restore-parallel-jobs': clusterRow([restoreIn({ parallelJobs: 4 }), restoreIn({})], [
    [restoreIn({ parallelJobs: 0 }), 'logicalRestore.scratch.parallelJobs', '0'],
  ]),
  'restore-postgres-version': clusterRow([restore({ postgresVersion: 15 })], [
    [restore({ postgresVersion: 1.5 }), 'logicalRestore.postgresVersion', '1.5'],
  ]),
  'restore-scratch': clusterRow([restoreIn({})], [
    [restoreIn({ size: Size.gibibytes(0) }), 'logicalRestore.scratch.size', '"0Pi"'],
  ]),
  'restore-scratch-class': clusterRow([restoreIn({ storageClassName: 'fast' })], [
    [restoreIn({ storageClassName: 'Fast' }), 'logicalRestore.scratch.storageClassName', '"Fast"'],
  ]),
  'restore-deadline': clusterRow([restore({ deadline: Duration.minutes(1) })], [
    [restore({ deadline: Duration.seconds(59) }), 'logicalRestore.deadline', '59'],
  ]),
};
