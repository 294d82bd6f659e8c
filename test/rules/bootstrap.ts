import { Size } from 'cdk8s';
import { chart, SHORTEST } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  Backup, BackupSource, BackupStore, Bootstrap, Credentials, RecoveryTarget, S3Credentials, ServerSourceOptions, SpiloCluster, SpiloClusterProps,
  SpiloImage, StandbyOptions, StorePrefix,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const bucket = (path?: string) => BackupStore.s3({
  bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret('store'), prefix: path === undefined ? undefined : StorePrefix.of(path),
});
const backups = (options: Partial<BackupSource> = {}): BackupSource => ({ store: bucket(), clusterName: 'old', ...options });
const from = (options: Partial<BackupSource> = {}): Props => ({ bootstrap: Bootstrap.fromBackups(backups(options)) });
const to = (target: RecoveryTarget): Props => ({ bootstrap: Bootstrap.fromBackups(backups(), target) });
const server = (options: Partial<ServerSourceOptions> = {}): Props =>
  ({ bootstrap: Bootstrap.fromServer({ host: 'old', password: { name: 'store', key: 'password' }, ...options }) });
const copyOf = (namespace?: string): Props =>
  ({ bootstrap: Bootstrap.fromCluster(SpiloCluster.fromClusterAttributes(chart(namespace), 'Old', { clusterName: 'old' })) });
const standby = (options: StandbyOptions): Props => ({ bootstrap: Bootstrap.standby(options) });
const onClaim = (namespace?: string) => backups({ store: BackupStore.existingClaim('backups'), namespace });
const BASE = 'base_000000010000000000000004';
const credentials = Credentials.plainTextInManifest({ superuser: 'a', replication: 'b' });
/** Before 3.0, Patroni knows no failsafe mode. */
const OLD = { image: SpiloImage.of('example.org/spilo:1', { postgresVersions: [17], patroniVersion: '2.1.2' }), patroni: { failsafeMode: false } };

/** Rules of where the data of a new cluster comes from. */
export const rows: Rows = {
  'bootstrap-target-time': clusterRow([
    to(RecoveryTarget.time('2026-11-21T09:30:00Z')), to(RecoveryTarget.time('2024-02-29T10:30:00.5+01:00')), to(RecoveryTarget.latest()),
  ], [
    ...['2026-11-21T09:30:00', '2026-02-29T09:30:00Z', '2026-11-21T24:30:00Z', '2026-11-21', 'yesterday', '2026-11-21T09:30:00Z; rm'].map(time =>
      [to(RecoveryTarget.time(time)), 'bootstrap.target.time', `"${time}"`] as const),
  ]),
  'bootstrap-target-lsn': clusterRow([to(RecoveryTarget.lsn('0/3000060'))], [
    [to(RecoveryTarget.lsn('3000060')), 'bootstrap.target.lsn', '"3000060"'],
    [to(RecoveryTarget.lsn('0/G')), 'bootstrap.target.lsn', '"0/G"'],
  ]),
  'bootstrap-target-name': clusterRow([to(RecoveryTarget.restorePoint('before.release-1', BASE))], [
    [to(RecoveryTarget.restorePoint('a b', BASE)), 'bootstrap.target.name', '"a b"'],
    [to(RecoveryTarget.restorePoint('', BASE)), 'bootstrap.target.name', '""'],
  ]),
  'bootstrap-target-base-backup': clusterRow([to(RecoveryTarget.restorePoint('a', `${BASE}_D_000000010000000000000002`))], [
    [to(RecoveryTarget.restorePoint('a', 'LATEST')), 'bootstrap.target.baseBackup', '"LATEST"'],
  ]),
  'bootstrap-timeline': clusterRow([to(RecoveryTarget.latest(1))], [
    [to(RecoveryTarget.latest(0)), 'bootstrap.target.timeline', '0'],
    [to(RecoveryTarget.time('2026-11-21T09:30:00Z', { timeline: 1.5 })), 'bootstrap.target.timeline', '1.5'],
  ]),
  'bootstrap-same-cluster': clusterRow([from({ clusterName: 'orders', namespace: 'elsewhere' })], [
    [from({ clusterName: 'orders' }), 'bootstrap.source.clusterName', '"orders"'],
  ]),
  'bootstrap-same-prefix': clusterRow([{ ...from(), backup: Backup.to(bucket()) }], [
    [{ ...from({ store: bucket('same') }), backup: Backup.to(bucket('same')) }, 'bootstrap.source', '"s3://backups/same"'],
    [
      { ...standby({ backups: backups({ store: bucket('same') }) }), backup: Backup.to(bucket('same')) },
      'bootstrap.backups', '"s3://backups/same"',
    ],
    [
      {
        bootstrap: Bootstrap.fromBackups(backups({ store: BackupStore.existingClaim('a', { directory: 'x', mountPath: '/a' }) })),
        backup: Backup.to(BackupStore.existingClaim('a', { directory: 'x' })),
      },
      'bootstrap.source', '"claim shop/a: x"',
    ],
  ]),
  'bootstrap-source-name': clusterRow([from({ clusterName: 'a'.repeat(60) })], [
    [from({ clusterName: 'Old' }), 'bootstrap.source.clusterName', '"Old"'],
    [standby({ backups: backups({ clusterName: '-' }) }), 'bootstrap.backups.clusterName', '"-"'],
  ]),
  'bootstrap-source-namespace': clusterRow([{ bootstrap: Bootstrap.fromBackups(onClaim('shop')) }], [
    [{ bootstrap: Bootstrap.fromBackups(onClaim('elsewhere')) }, 'bootstrap.source.namespace', '"elsewhere"'],
    [
      from({ store: BackupStore.newClaim({ size: Size.gibibytes(1) }), namespace: 'elsewhere' }),
      'bootstrap.source.namespace', '"elsewhere"',
    ],
  ]),
  'bootstrap-server-host': clusterRow([server({ host: 'old.shop.svc' }), server({ host: 'fd00::10' })], [
    [server({ host: 'old:5432' }), 'bootstrap.host', '"old:5432"'],
  ]),
  'bootstrap-server-port': clusterRow([server({ port: 65535 })], [[server({ port: 0 }), 'bootstrap.port', '0']]),
  'bootstrap-server-user': clusterRow([server({ user: 'streamer' })], [[server({ user: 'a b' }), 'bootstrap.user', '"a b"']]),
  'bootstrap-server-password': clusterRow([server({ password: { name: 'old.passwords', key: 'standby' } })], [
    [server({ password: { name: 'old', key: 'a/b' } }), 'bootstrap.password.key', '"a/b"'],
    [server({ password: { name: 'Old', key: 'a' } }), 'bootstrap.password.name', '"Old"'],
  ]),
  'bootstrap-cluster-namespace': clusterRow([copyOf('shop'), copyOf()], [[copyOf('office'), 'bootstrap.cluster', '"office"']]),
  'bootstrap-standby-source': clusterRow([standby({ hosts: ['old'] }), standby({ backups: backups() }), standby({ hosts: ['old'], backups: backups() })], [
    [standby({}), 'bootstrap.hosts', '[]'],
    [standby({ hosts: [] }), 'bootstrap.hosts', '[]'],
  ]),
  'bootstrap-standby-host': clusterRow([standby({ hosts: ['10.0.0.1', 'fd00::10', 'old.example.org'] })], [
    [standby({ hosts: ['old/x'] }), 'bootstrap.hosts', '"old/x"'],
    [standby({ hosts: ['a', 'a,b'] }), 'bootstrap.hosts', '"a,b"'],
  ]),
  'bootstrap-standby-hosts': clusterRow([{ ...OLD, ...standby({ hosts: ['a'] }) }, standby({ hosts: ['a', 'b'] })], [
    [{ ...OLD, ...standby({ hosts: ['a', 'b'] }) }, 'bootstrap.hosts', '["a","b"]'],
  ]),
  'bootstrap-standby-port': clusterRow([standby({ hosts: ['old'], port: 1 })], [[standby({ hosts: ['old'], port: 65536 }), 'bootstrap.port', '65536']]),
  'bootstrap-standby-slot': clusterRow([standby({ hosts: ['old'], slot: 'orders_1' })], [
    [standby({ hosts: ['old'], slot: 'Orders' }), 'bootstrap.slot', '"Orders"'],
    [standby({ backups: backups(), slot: 'orders' }), 'bootstrap.slot', '"orders"'],
  ]),
  'bootstrap-own-host': clusterRow([standby({ hosts: ['orders.office.svc', 'orders.example.org', 'orders-old', 'orders-0.example.org'] })], [
    ...['orders', 'orders.shop', 'orders-repl.shop.svc', 'orders.shop.svc.cluster.local', 'orders-0.orders-pods', 'orders-12.orders-pods.shop.svc', 'ORDERS'].map(host =>
      [standby({ hosts: ['old', host] }), 'bootstrap.hosts', `"${host}"`] as const),
    [server({ host: 'orders' }), 'bootstrap.host', '"orders"'],
  ]),
  'bootstrap-standby-credentials': clusterRow([standby({ hosts: ['old'] }), { ...SHORTEST, credentials }], [
    [{ ...standby({ hosts: ['old'] }), credentials }, 'credentials', '"plain-text"'],
    [{ ...standby({ hosts: ['old'] }), credentials: undefined }, 'credentials', '"generated"'],
  ]),
};
