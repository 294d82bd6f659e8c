/** The pairs of programs that keep the tags `@changes` of stores and of all that uses one true; see `test/changes.test.ts`. */
import { Cron, Duration, Size } from 'cdk8s';
import { Pairs } from '../../support/pairs';
import { Props, secretKey } from '../../support/render';
import {
  AccessMode, AzureCredentials, AzureStoreOptions, Backup, BackupCompression, BackupEncryption, BackupOptions, BackupSource, BackupStore, Bootstrap,
  DrillCheck, DumpFormat, GcsStoreOptions, LogicalDumpOptions, LogicalRestoreOptions, NewClaimStoreOptions, NfsStoreOptions, ParallelScratchOptions,
  RecoveryPointOptions, RecoveryTarget, RestoreDrillOptions, S3BucketOptions, S3CompatibleStoreOptions, S3Credentials, S3KeyOptions,
  S3ServerSideEncryption, S3StoreOptions, ServerSourceOptions, SpiloPrefixOptions, SshStoreOptions, StandbyOptions, StorePrefix, VolumeStoreOptions,
} from 'cdk8s-spilo';

const to = (store: BackupStore, options?: BackupOptions): Props => ({ backup: Backup.to(store, options) });
const claim = (options: Partial<NewClaimStoreOptions>) => to(BackupStore.newClaim({ size: Size.gibibytes(5), ...options }));
const existing = (options: VolumeStoreOptions) => to(BackupStore.existingClaim('backups', options));
const nfs = (options: Partial<NfsStoreOptions>) => to(BackupStore.nfs({ size: Size.gibibytes(5), server: 'nas', path: '/a', ...options }));
const credentials = S3Credentials.fromSecret('s3');
const s3 = (options: Partial<S3StoreOptions>) => to(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials, ...options }));
const bucket = (options: Partial<S3BucketOptions>) => s3(options);
const compatible = (options: Partial<S3CompatibleStoreOptions>) =>
  to(BackupStore.s3Compatible({ bucket: 'backups', endpoint: 'https://s3.example.org', credentials, ...options }));
const s3Keys = (options: S3KeyOptions) => s3({ credentials: S3Credentials.fromSecret('s3', options) });
const gcs = (options: Partial<GcsStoreOptions>) => to(BackupStore.gcs({ bucket: 'backups', ...options }));
const azure = (options: Partial<AzureStoreOptions>) =>
  to(BackupStore.azure({ account: 'backups', container: 'backups', credentials: AzureCredentials.accessKey(secretKey('a')), ...options }));
const ssh = (options: Partial<SshStoreOptions>) =>
  to(BackupStore.ssh({ host: 'nas', port: 22, user: 'backup', privateKey: secretKey('a'), directory: '/backups', ...options }));
const spilo = (options: Partial<SpiloPrefixOptions>) => s3({ prefix: StorePrefix.fromSpilo({ scope: 'orders', ...options }) });
const otherPrefix = { prefix: StorePrefix.of('elsewhere') };
const encryption = BackupEncryption.libsodium(secretKey('a'));

const STORES: Pairs<Props> = {
  NewClaimStoreOptions: {
    size: [claim({}), claim({ size: Size.gibibytes(6) })],
    storageClassName: [claim({}), claim({ storageClassName: 'nfs' })],
    accessMode: [{ instances: 1, ...claim({}) }, { instances: 1, ...claim({ accessMode: AccessMode.READ_WRITE_ONCE }) }],
  },
  VolumeStoreOptions: {
    mountPath: [existing({}), existing({ mountPath: '/archive' })],
    directory: [existing({}), existing({ directory: 'a/b' })],
  },
  NfsStoreOptions: {
    server: [nfs({}), nfs({ server: 'other' })],
    path: [nfs({}), nfs({ path: '/b' })],
    size: [nfs({}), nfs({ size: Size.gibibytes(6) })],
  },
  S3BucketOptions: {
    bucket: [bucket({}), bucket({ bucket: 'other' })],
    credentials: [bucket({}), bucket({ credentials: S3Credentials.fromSecret('other') })],
    prefix: [bucket({}), bucket(otherPrefix)],
    serverSideEncryption: [bucket({}), bucket({ serverSideEncryption: S3ServerSideEncryption.aes256() })],
    storageClass: [bucket({}), bucket({ storageClass: 'STANDARD_IA' })],
  },
  S3StoreOptions: { region: [s3({}), s3({ region: 'eu-west-1' })], pathStyle: [s3({}), s3({ pathStyle: true })] },
  S3CompatibleStoreOptions: {
    endpoint: [compatible({}), compatible({ endpoint: 'https://minio.example.org' })],
    region: [compatible({}), compatible({ region: 'RegionOne' })],
    pathStyle: [compatible({}), compatible({ pathStyle: false })],
    ca: [compatible({}), compatible({ ca: secretKey('ca') })],
  },
  S3KeyOptions: {
    accessKeyIdEntry: [s3Keys({}), s3Keys({ accessKeyIdEntry: 'id' })],
    secretAccessKeyEntry: [s3Keys({}), s3Keys({ secretAccessKeyEntry: 'key' })],
  },
  SpiloPrefixOptions: {
    scope: [spilo({}), spilo({ scope: 'old' })],
    scopePrefix: [spilo({}), spilo({ scopePrefix: 'shop-' })],
    scopeSuffix: [spilo({}), spilo({ scopeSuffix: '/1' })],
    postgresVersion: [spilo({}), spilo({ postgresVersion: 15 })],
  },
  GcsStoreOptions: {
    bucket: [gcs({}), gcs({ bucket: 'other' })],
    prefix: [gcs({}), gcs(otherPrefix)],
    serviceAccountKey: [gcs({}), gcs({ serviceAccountKey: secretKey('a') })],
  },
  AzureStoreOptions: {
    account: [azure({}), azure({ account: 'other' })],
    container: [azure({}), azure({ container: 'other' })],
    credentials: [azure({}), azure({ credentials: AzureCredentials.sasToken(secretKey('a')) })],
    prefix: [azure({}), azure(otherPrefix)],
    endpointSuffix: [azure({}), azure({ endpointSuffix: 'core.chinacloudapi.cn' })],
  },
  SshStoreOptions: {
    host: [ssh({}), ssh({ host: 'other' })],
    port: [ssh({}), ssh({ port: 2222 })],
    user: [ssh({}), ssh({ user: 'other' })],
    privateKey: [ssh({}), ssh({ privateKey: secretKey('b') })],
    directory: [ssh({}), ssh({ directory: '/other' })],
    prefix: [ssh({}), ssh(otherPrefix)],
  },
};

const backup = (options: BackupOptions) => to(BackupStore.existingClaim('backups'), options);
const drilled = (options: Partial<RestoreDrillOptions>) => backup({ restoreDrill: { scratch: { size: Size.gibibytes(60) }, ...options } });
const checked = (check: Partial<DrillCheck>) => drilled({ checks: [{ name: 'orders', sql: 'SELECT true', ...check }] });
const small = { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } };
const later = Cron.schedule({ minute: '5', hour: '5' });

const BACKUPS: Pairs<Props> = {
  SpiloClusterProps: { backup: [{}, backup({})] },
  BackupOptions: {
    schedule: [backup({}), backup({ schedule: later })],
    retain: [backup({}), backup({ retain: 9 })],
    retainFor: [backup({}), backup({ retainFor: Duration.days(30) })],
    archiveTimeout: [backup({}), backup({ archiveTimeout: Duration.minutes(1) })],
    compression: [backup({}), backup({ compression: BackupCompression.ZSTD })],
    encryption: [backup({}), backup({ encryption })],
    deltaSteps: [backup({}), backup({ deltaSteps: 6 })],
    fromReplica: [backup({}), backup({ fromReplica: true })],
    uploadConcurrency: [backup({}), backup({ uploadConcurrency: 2 })],
    downloadConcurrency: [backup({}), backup({ downloadConcurrency: 2 })],
    diskRateLimit: [backup({}), backup({ diskRateLimit: Size.mebibytes(50) })],
    networkRateLimit: [backup({}), backup({ networkRateLimit: Size.mebibytes(50) })],
    onDemand: [backup({ onDemand: false }), backup({})],
    uncheckedWalgSettings: [backup({}), backup({ uncheckedWalgSettings: { WALG_TAR_SIZE_THRESHOLD: '536870912' } })],
    restoreDrill: [backup({}), drilled({})],
  },
  RestoreDrillOptions: {
    scratch: [drilled({}), drilled({ scratch: { size: Size.gibibytes(70) } })],
    schedule: [drilled({}), drilled({ schedule: later })],
    checks: [drilled({}), checked({})],
    maxRecoveryPointAge: [drilled({}), drilled({ maxRecoveryPointAge: Duration.hours(1) })],
    maxRestoreTime: [drilled({}), drilled({ maxRestoreTime: Duration.hours(1) })],
    deadline: [drilled({}), drilled({ deadline: Duration.hours(1) })],
    pushgateway: [drilled({}), drilled({ pushgateway: 'http://push:9091' })],
    resources: [drilled({}), drilled({ resources: small })],
  },
  ScratchOptions: {
    size: [drilled({}), drilled({ scratch: { size: Size.gibibytes(70) } })],
    storageClassName: [drilled({}), drilled({ scratch: { size: Size.gibibytes(60), storageClassName: 'fast' } })],
  },
  DrillCheck: {
    name: [checked({}), checked({ name: 'paid' })],
    sql: [checked({}), checked({ sql: 'SELECT 1 = 1' })],
    database: [checked({}), checked({ database: 'shop' })],
  },
};

const invoices = (options: Partial<BackupSource>): BackupSource => ({ store: BackupStore.gcs({ bucket: 'backups' }), clusterName: 'invoices', ...options });
const cloned = (options: Partial<BackupSource>): Props => ({ bootstrap: Bootstrap.fromBackups(invoices(options)) });
const copied = (options: Partial<ServerSourceOptions>): Props => ({ bootstrap: Bootstrap.fromServer({ host: 'old', password: secretKey('a'), ...options }) });
const recovered = (options: RecoveryPointOptions): Props => ({ bootstrap: Bootstrap.fromBackups(invoices({}), RecoveryTarget.time('2026-11-21T09:30:00Z', options)) });
const standby = (options: StandbyOptions): Props => ({ bootstrap: Bootstrap.standby({ hosts: ['primary'], ...options }) });

const SOURCES: Pairs<Props> = {
  BackupSource: {
    store: [cloned({}), cloned({ store: BackupStore.gcs({ bucket: 'other' }) })],
    clusterName: [cloned({}), cloned({ clusterName: 'bills' })],
    namespace: [cloned({}), cloned({ namespace: 'other' })],
    encryption: [cloned({}), cloned({ encryption })],
  },
  ServerSourceOptions: {
    host: [copied({}), copied({ host: 'other' })],
    port: [copied({}), copied({ port: 5433 })],
    user: [copied({}), copied({ user: 'copier' })],
    password: [copied({}), copied({ password: secretKey('b') })],
  },
  RecoveryOptions: { timeline: [recovered({}), recovered({ timeline: 2 })], pause: [recovered({}), recovered({ pause: true })] },
  RecoveryPointOptions: { inclusive: [recovered({}), recovered({ inclusive: false })] },
  StandbyOptions: {
    hosts: [standby({}), standby({ hosts: ['primary', 'other'] })],
    port: [standby({}), standby({ port: 5433 })],
    slot: [standby({}), standby({ slot: 'orders' })],
    backups: [standby({}), standby({ backups: invoices({}) })],
  },
};

const dumped = (options: LogicalDumpOptions): Props => ({ ...backup({}), logicalDump: options });
const elsewhere = (options: LogicalDumpOptions) => dumped({ store: BackupStore.gcs({ bucket: 'dumps' }), ...options });
const restored = (options: LogicalRestoreOptions): Props => ({ ...backup({}), logicalRestore: options });
const inDirectory = (scratch: Partial<ParallelScratchOptions>) => dumped({ format: DumpFormat.directory({ size: Size.gibibytes(60), ...scratch }) });

const LOGICAL: Pairs<Props> = {
  LogicalDumpOptions: {
    schedule: [dumped({}), dumped({ schedule: later })],
    databases: [dumped({}), dumped({ databases: ['shop'] })],
    format: [dumped({}), dumped({ format: DumpFormat.plain() })],
    compression: [dumped({}), dumped({ compression: BackupCompression.ZSTD })],
    retain: [dumped({}), dumped({ retain: 9 })],
    retainFor: [dumped({}), dumped({ retainFor: Duration.days(30) })],
    fromReplica: [dumped({}), dumped({ fromReplica: true })],
    store: [dumped({}), elsewhere({})],
    encryption: [elsewhere({}), elsewhere({ encryption })],
    deadline: [dumped({}), dumped({ deadline: Duration.hours(1) })],
    pushgateway: [dumped({}), dumped({ pushgateway: 'http://push:9091' })],
    resources: [dumped({}), dumped({ resources: small })],
  },
  ParallelScratchOptions: { parallelJobs: [inDirectory({}), inDirectory({ parallelJobs: 2 })] },
  LogicalRestoreOptions: {
    dump: [restored({}), restored({ dump: '20261121T030000Z' })],
    databases: [restored({}), restored({ databases: [{ name: 'shop' }] })],
    roles: [restored({}), restored({ roles: false })],
    source: [restored({}), restored({ source: invoices({}) })],
    postgresVersion: [restored({}), restored({ postgresVersion: 15 })],
    deadline: [restored({}), restored({ deadline: Duration.hours(1) })],
    resources: [restored({}), restored({ resources: small })],
  },
  RestoredDatabase: {
    name: [restored({ databases: [{ name: 'shop' }] }), restored({ databases: [{ name: 'blog' }] })],
    newName: [restored({ databases: [{ name: 'shop' }] }), restored({ databases: [{ name: 'shop', newName: 'old' }] })],
  },
};

/** Of every property below `backup`, `bootstrap`, `logicalDump` and `logicalRestore`. */
export const STORE_PAIRS: Pairs<Props> = { ...STORES, ...BACKUPS, ...SOURCES, ...LOGICAL };
