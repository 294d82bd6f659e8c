import { Size } from 'cdk8s';
import { secretNamed } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  Backup, BackupSourceOptions, BackupStore, Bootstrap, CloneSource, Credentials, RecoveryTarget, S3Credentials, ServerSourceOptions,
  SpiloClusterProps, StandbyOptions, StorePrefix,
} from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const secret = secretNamed('store');
const bucket = (path?: string) => BackupStore.s3({
  bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secret), prefix: path === undefined ? undefined : StorePrefix.of(path),
});
const backups = (options: Partial<BackupSourceOptions> = {}) => CloneSource.backups(bucket(), { clusterName: 'old', ...options });
const server = (options: Partial<ServerSourceOptions> = {}) => CloneSource.server({ host: 'old', password: { secret, key: 'password' }, ...options });
const clone = (source: CloneSource, target?: RecoveryTarget): Props => ({ bootstrap: Bootstrap.clone(source, target) });
const to = (target: RecoveryTarget): Props => clone(backups(), target);
const standby = (options: StandbyOptions): Props => ({ bootstrap: Bootstrap.standby(options) });
const BASE = 'base_000000010000000000000004';

/** Rules of where the data of a new cluster comes from. */
export const rows: Rows = {
  'bootstrap-target-time': clusterRow([
    to(RecoveryTarget.time('2026-11-21T09:30:00Z')), to(RecoveryTarget.time('2024-02-29T10:30:00.5+01:00')), to(RecoveryTarget.latest()),
  ], [
    ...['2026-11-21T09:30:00', '2026-02-29T09:30:00Z', '2026-11-21T24:30:00Z', '2026-11-21', 'yesterday', '2026-11-21T09:30:00Z; rm'].map(time =>
      [to(RecoveryTarget.time(time)), 'bootstrap.target', `"${time}"`] as const),
  ]),
  'bootstrap-target-lsn': clusterRow([to(RecoveryTarget.lsn('0/3000060'))], [
    [to(RecoveryTarget.lsn('3000060')), 'bootstrap.target', '"3000060"'],
    [to(RecoveryTarget.lsn('0/G')), 'bootstrap.target', '"0/G"'],
  ]),
  'bootstrap-target-name': clusterRow([to(RecoveryTarget.restorePoint('before.release-1', BASE))], [
    [to(RecoveryTarget.restorePoint('a b', BASE)), 'bootstrap.target', '"a b"'],
    [to(RecoveryTarget.restorePoint('', BASE)), 'bootstrap.target', '""'],
  ]),
  'bootstrap-target-base-backup': clusterRow([to(RecoveryTarget.restorePoint('a', `${BASE}_D_000000010000000000000002`))], [
    [to(RecoveryTarget.restorePoint('a', 'LATEST')), 'bootstrap.target', '"LATEST"'],
  ]),
  'bootstrap-timeline': clusterRow([to(RecoveryTarget.latest(1))], [
    [to(RecoveryTarget.latest(0)), 'bootstrap.target', '0'],
    [to(RecoveryTarget.time('2026-11-21T09:30:00Z', { timeline: 1.5 })), 'bootstrap.target', '1.5'],
  ]),
  'bootstrap-target-source': clusterRow([clone(server())], [
    [clone(server(), RecoveryTarget.lsn('0/1')), 'bootstrap.target', '"0/1"'],
    [clone(server(), RecoveryTarget.latest()), 'bootstrap.target', '"latest"'],
  ]),
  'bootstrap-same-cluster': clusterRow([clone(backups({ clusterName: 'orders', namespace: 'elsewhere' }))], [
    [clone(backups({ clusterName: 'orders' })), 'bootstrap.source', '"orders"'],
  ]),
  'bootstrap-same-prefix': clusterRow([{ ...clone(backups()), backup: Backup.to(bucket()) }], [
    [
      { ...clone(CloneSource.backups(bucket('same'), { clusterName: 'old' })), backup: Backup.to(bucket('same')) },
      'bootstrap.source', '"s3://backups/same"',
    ],
  ]),
  'bootstrap-source-name': clusterRow([clone(backups({ clusterName: 'a'.repeat(60) }))], [
    [clone(backups({ clusterName: 'Old' })), 'bootstrap.source', '"Old"'],
    [clone(backups({ clusterName: '-' })), 'bootstrap.source', '"-"'],
  ]),
  'bootstrap-source-namespace': clusterRow([clone(CloneSource.backups(BackupStore.volume({ existingClaim: 'backups' }), { clusterName: 'old' }))], [
    [
      clone(CloneSource.backups(BackupStore.volume({ size: Size.gibibytes(1) }), { clusterName: 'old', namespace: 'elsewhere' })),
      'bootstrap.source', '"elsewhere"',
    ],
  ]),
  'bootstrap-server-host': clusterRow([clone(server({ host: 'old.shop.svc' }))], [
    [clone(server({ host: 'old:5432' })), 'bootstrap.source', '"old:5432"'],
  ]),
  'bootstrap-server-port': clusterRow([clone(server({ port: 65535 }))], [[clone(server({ port: 0 })), 'bootstrap.source', '0']]),
  'bootstrap-server-user': clusterRow([clone(server({ user: 'streamer' }))], [[clone(server({ user: 'a b' })), 'bootstrap.source', '"a b"']]),
  'bootstrap-standby-source': clusterRow([standby({ host: 'old' }), standby({ backups: backups() }), standby({ host: 'old', backups: backups() })], [
    [standby({}), 'bootstrap.standby', 'undefined'],
    [standby({ host: 'old', backups: server() }), 'bootstrap.standby', '"old"'],
  ]),
  'bootstrap-standby-host': clusterRow([standby({ host: '10.0.0.1' })], [[standby({ host: 'old/x' }), 'bootstrap.standby.host', '"old/x"']]),
  'bootstrap-standby-port': clusterRow([standby({ host: 'old', port: 1 })], [[standby({ host: 'old', port: 65536 }), 'bootstrap.standby.port', '65536']]),
  'bootstrap-standby-slot': clusterRow([standby({ host: 'old', slot: 'orders_1' })], [
    [standby({ host: 'old', slot: 'Orders' }), 'bootstrap.standby.slot', '"Orders"'],
    [standby({ backups: backups(), slot: 'orders' }), 'bootstrap.standby.slot', '"orders"'],
  ]),
  'bootstrap-standby-credentials': clusterRow([standby({ host: 'old' })], [
    [
      { ...standby({ host: 'old' }), credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b' }) },
      'credentials', '"plainTextInManifest"',
    ],
  ]),
};
