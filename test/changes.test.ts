/**
 * Keeps the tags `@changes` true. For every property there is a pair of programs that differ in nothing else; what is
 * different between their manifests must be what the tag promises.
 */
import { ApiObject, Cron, Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, ImagePullPolicy, k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { PROXY_TABLES } from './proxy/changes';
import { Difference, difference, Objects } from './support/effects';
import { inside, Pair, Pairs, PLACEMENT_PAIRS, SERVICE_PAIRS } from './support/pairs';
import { chart, cluster, secretNamed } from './support/render';
import { CONSTRUCTS } from '../scripts/docs/constructs';
import { clusterListing, pgAdminListing } from '../scripts/docs/objects';
import { Effect, leaves, Property, structsBelow } from '../scripts/docs/properties';
import {
  Access, AccessOptions, AzureCredentials, AzureStoreOptions, Backup, BackupEncryption, BackupOptions, BackupSourceOptions, BackupStore,
  Bootstrap, CallbackOptions, ClaimRetention, CloneSource, Compression, ConnectionTarget, Credentials, CredentialsOptions, Dcs, DrillCheck,
  DumpFormat, LogicalDumpOptions, LogicalRestoreOptions,
  GcsStoreOptions, NfsOptions, PatroniPeriods, PatroniTiming, PermanentSlot, PgAdmin,
  PgAdminProps, PgAdminServer, PlainTextPasswords, RecoveryPointOptions, RecoveryTarget, RestoreDrillOptions, RolloutStrategy,
  S3Credentials, S3KeyOptions, S3ServerSideEncryption, S3StoreOptions, ServerSourceOptions, SpiloCluster,
  SpiloClusterProps, SpiloImage, SpiloPrefixOptions, SshStoreOptions, SslMode, StandbyOptions, StorePrefix, SynchronousMode, Tls,
  TlsOptions, VolumeStoreOptions,
} from 'cdk8s-spilo';

const secret = secretNamed('orders-passwords');
const other = secretNamed('other-passwords');
const credentials = (options: CredentialsOptions): Partial<SpiloClusterProps> => ({ credentials: Credentials.fromSecret(secret, options) });
/** Only images with Patroni before 4 create an admin user. */
const oldImage = { image: SpiloImage.SPILO_15_3_0_P1 };
const admin = (options: CredentialsOptions): Partial<SpiloClusterProps> => ({ ...oldImage, ...credentials({ adminName: 'boss', ...options }) });
const passwords = (options: Partial<PlainTextPasswords>): Partial<SpiloClusterProps> => ({
  ...oldImage,
  credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b', admin: 'c', ...options }, { adminName: 'boss' }),
});
const timing = (periods: Partial<PatroniPeriods>): Partial<SpiloClusterProps> => ({
  patroni: {
    timing: PatroniTiming.of({ ttl: Duration.seconds(60), loopWait: Duration.seconds(10), retryTimeout: Duration.seconds(10), ...periods }),
  },
});
const access = (options: AccessOptions): Partial<SpiloClusterProps> => ({ access: [Access.leaderNodePort(32345, options)] });
const store = (options: VolumeStoreOptions): Partial<SpiloClusterProps> => ({ backup: Backup.to(BackupStore.volume(options)) });
const claim = (options: Partial<VolumeStoreOptions>) => store({ size: Size.gibibytes(5), ...options });
const backup = (options: BackupOptions): Partial<SpiloClusterProps> => ({
  backup: Backup.to(BackupStore.volume({ size: Size.gibibytes(5) }), options),
});
const callback = (options: Partial<CallbackOptions>): Partial<SpiloClusterProps> => ({ callback: { script: '#!/bin/sh\necho "$1"\n', ...options } });
const tls = (options: TlsOptions): Partial<SpiloClusterProps> => ({ tls: Tls.fromSecret(secretNamed('orders-tls'), options) });
const storage = (options: Partial<SpiloClusterProps['storage']>): Partial<SpiloClusterProps> => ({
  storage: { size: Size.gibibytes(50), ...options },
});
const container = (name: string): k8s.Container => ({ name, image: 'example.org/tool:1' });

const SERVICE_OPTIONS = inside(SERVICE_PAIRS, (options): Partial<SpiloClusterProps & PgAdminProps> => ({ leaderService: options, service: options }));

const keyOf = (name: string) => ({ secret: secretNamed(name), key: 'key' });
const s3 = (options: Partial<S3StoreOptions>) => ({
  backup: Backup.to(BackupStore.s3({ bucket: 'backups', endpoint: 'https://s3.example.org', credentials: S3Credentials.fromSecret(secret), ...options })),
});
const s3Keys = (options: S3KeyOptions) => s3({ credentials: S3Credentials.fromSecret(secret, options) });
const gcs = (options: Partial<GcsStoreOptions>) => ({ backup: Backup.to(BackupStore.gcs({ bucket: 'backups', ...options })) });
const azure = (options: Partial<AzureStoreOptions>) => ({
  backup: Backup.to(BackupStore.azure({ account: 'backups', container: 'backups', credentials: AzureCredentials.accessKey(keyOf('a')), ...options })),
});
const ssh = (options: Partial<SshStoreOptions>) => ({
  backup: Backup.to(BackupStore.ssh({ host: 'nas', port: 22, user: 'backup', privateKey: keyOf('a'), directory: '/backups', ...options })),
});
const spilo = (options: Partial<SpiloPrefixOptions>) => s3({ prefix: StorePrefix.fromSpilo({ scope: 'orders', ...options }) });
const otherPrefix = { prefix: StorePrefix.of('elsewhere') };
const invoices = (options: Partial<BackupSourceOptions>) => CloneSource.backups(
  BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secret) }), { clusterName: 'invoices', ...options });
const cloned = (options: Partial<BackupSourceOptions>) => ({ bootstrap: Bootstrap.clone(invoices(options)) });
const copied = (options: Partial<ServerSourceOptions>) => ({
  bootstrap: Bootstrap.clone(CloneSource.server({ host: 'old', password: keyOf('a'), ...options })),
});
const recovered = (options: RecoveryPointOptions) => ({
  bootstrap: Bootstrap.clone(invoices({}), RecoveryTarget.time('2026-11-21T09:30:00Z', options)),
});
const standby = (options: StandbyOptions) => ({ bootstrap: Bootstrap.standby({ host: 'primary', ...options }) });
const nfs = (options: Partial<NfsOptions>) => claim({ nfs: { server: 'nas', path: '/a', ...options } });

const drilled = (options: Partial<RestoreDrillOptions>) => ({ ...backup({}), restoreDrill: { scratch: Size.gibibytes(60), ...options } });
const checked = (check: Partial<DrillCheck>) => drilled({ checks: [{ name: 'orders', sql: 'SELECT true', ...check }] });

const dumped = (options: LogicalDumpOptions) => ({ ...backup({}), logicalDump: options });
const dumpedElsewhere = (options: LogicalDumpOptions) => dumped({ store: BackupStore.gcs({ bucket: 'dumps' }), ...options });
const inDirectory = (options: LogicalDumpOptions) => dumped({ format: DumpFormat.DIRECTORY, scratch: Size.gibibytes(60), ...options });
const restored = (options: LogicalRestoreOptions) => ({ ...backup({}), logicalRestore: options });
const inScratch = (options: LogicalRestoreOptions) => restored({ scratch: Size.gibibytes(60), ...options });
const small = { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } };

const STORES: Pairs<SpiloClusterProps> = {
  LogicalDumpOptions: {
    schedule: [dumped({}), dumped({ schedule: Cron.schedule({ minute: '5', hour: '5' }) })],
    databases: [dumped({}), dumped({ databases: ['shop'] })],
    format: [dumped({}), dumped({ format: DumpFormat.PLAIN })],
    parallelJobs: [inDirectory({}), inDirectory({ parallelJobs: 2 })],
    compression: [dumped({}), dumped({ compression: Compression.ZSTD })],
    retain: [dumped({}), dumped({ retain: 9 })],
    retainFor: [dumped({}), dumped({ retainFor: Duration.days(30) })],
    fromReplica: [dumped({}), dumped({ fromReplica: true })],
    store: [dumped({}), dumpedElsewhere({})],
    encryption: [dumpedElsewhere({}), dumpedElsewhere({ encryption: BackupEncryption.libsodium(keyOf('a')) })],
    scratch: [inDirectory({}), inDirectory({ scratch: Size.gibibytes(70) })],
    scratchStorageClassName: [inDirectory({}), inDirectory({ scratchStorageClassName: 'fast' })],
    deadline: [dumped({}), dumped({ deadline: Duration.hours(1) })],
    pushgateway: [dumped({}), dumped({ pushgateway: 'http://push:9091' })],
    resources: [dumped({}), dumped({ resources: small })],
  },
  LogicalRestoreOptions: {
    dump: [restored({}), restored({ dump: '20261121T030000Z' })],
    databases: [restored({}), restored({ databases: [{ name: 'shop' }] })],
    roles: [restored({}), restored({ roles: false })],
    parallelJobs: [inScratch({}), inScratch({ parallelJobs: 2 })],
    source: [restored({}), restored({ source: invoices({}) })],
    postgresVersion: [restored({}), restored({ postgresVersion: 15 })],
    scratch: [inScratch({}), inScratch({ scratch: Size.gibibytes(70) })],
    scratchStorageClassName: [inScratch({}), inScratch({ scratchStorageClassName: 'fast' })],
    deadline: [restored({}), restored({ deadline: Duration.hours(1) })],
    resources: [restored({}), restored({ resources: small })],
  },
  RestoredDatabase: {
    name: [restored({ databases: [{ name: 'shop' }] }), restored({ databases: [{ name: 'blog' }] })],
    newName: [restored({ databases: [{ name: 'shop' }] }), restored({ databases: [{ name: 'shop', newName: 'old' }] })],
  },
  RestoreDrillOptions: {
    scratch: [drilled({}), drilled({ scratch: Size.gibibytes(70) })],
    scratchStorageClassName: [drilled({}), drilled({ scratchStorageClassName: 'fast' })],
    schedule: [drilled({}), drilled({ schedule: Cron.schedule({ minute: '5', hour: '5' }) })],
    checks: [drilled({}), checked({})],
    maxRecoveryPointAge: [drilled({}), drilled({ maxRecoveryPointAge: Duration.hours(1) })],
    maxRestoreTime: [drilled({}), drilled({ maxRestoreTime: Duration.hours(1) })],
    deadline: [drilled({}), drilled({ deadline: Duration.hours(1) })],
    pushgateway: [drilled({}), drilled({ pushgateway: 'http://push:9091' })],
    resources: [drilled({}), drilled({ resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } } })],
  },
  DrillCheck: {
    name: [checked({}), checked({ name: 'paid' })],
    sql: [checked({}), checked({ sql: 'SELECT 1 = 1' })],
    database: [checked({}), checked({ database: 'shop' })],
  },
  NfsOptions: { server: [nfs({}), nfs({ server: 'other' })], path: [nfs({}), nfs({ path: '/b' })] },
  S3StoreOptions: {
    bucket: [s3({}), s3({ bucket: 'other' })],
    credentials: [s3({}), s3({ credentials: S3Credentials.fromSecret(other) })],
    prefix: [s3({}), s3(otherPrefix)],
    region: [s3({}), s3({ region: 'eu-central-1' })],
    endpoint: [s3({}), s3({ endpoint: 'https://minio.example.org' })],
    pathStyle: [s3({}), s3({ pathStyle: false })],
    ca: [s3({}), s3({ ca: keyOf('ca') })],
    serverSideEncryption: [s3({}), s3({ serverSideEncryption: S3ServerSideEncryption.aes256() })],
    storageClass: [s3({}), s3({ storageClass: 'STANDARD_IA' })],
  },
  S3KeyOptions: {
    accessKeyIdKey: [s3Keys({}), s3Keys({ accessKeyIdKey: 'id' })],
    secretAccessKeyKey: [s3Keys({}), s3Keys({ secretAccessKeyKey: 'key' })],
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
    serviceAccountKey: [gcs({}), gcs({ serviceAccountKey: keyOf('a') })],
  },
  AzureStoreOptions: {
    account: [azure({}), azure({ account: 'other' })],
    container: [azure({}), azure({ container: 'other' })],
    credentials: [azure({}), azure({ credentials: AzureCredentials.sasToken(keyOf('a')) })],
    prefix: [azure({}), azure(otherPrefix)],
    endpointSuffix: [azure({}), azure({ endpointSuffix: 'core.chinacloudapi.cn' })],
  },
  SshStoreOptions: {
    host: [ssh({}), ssh({ host: 'other' })],
    port: [ssh({}), ssh({ port: 2222 })],
    user: [ssh({}), ssh({ user: 'other' })],
    privateKey: [ssh({}), ssh({ privateKey: keyOf('b') })],
    directory: [ssh({}), ssh({ directory: '/other' })],
    prefix: [ssh({}), ssh(otherPrefix)],
  },
  BackupSourceOptions: {
    clusterName: [cloned({}), cloned({ clusterName: 'bills' })],
    namespace: [cloned({}), cloned({ namespace: 'other' })],
    encryption: [cloned({}), cloned({ encryption: BackupEncryption.libsodium(keyOf('a')) })],
  },
  ServerSourceOptions: {
    host: [copied({}), copied({ host: 'other' })],
    port: [copied({}), copied({ port: 5433 })],
    user: [copied({}), copied({ user: 'copier' })],
    password: [copied({}), copied({ password: keyOf('b') })],
  },
  RecoveryOptions: { timeline: [recovered({}), recovered({ timeline: 2 })], pause: [recovered({}), recovered({ pause: true })] },
  RecoveryPointOptions: { inclusive: [recovered({}), recovered({ inclusive: false })] },
  StandbyOptions: {
    host: [standby({}), standby({ host: 'other' })],
    port: [standby({}), standby({ port: 5433 })],
    slot: [standby({}), standby({ slot: 'orders' })],
    backups: [standby({}), standby({ backups: invoices({}) })],
  },
};

const CLUSTER: Pairs<SpiloClusterProps> = {
  SpiloClusterProps: {
    clusterName: [{}, { clusterName: 'invoices' }],
    instances: [{}, { instances: 5 }],
    image: [{}, { image: SpiloImage.SPILO_17_4_0_P2 }],
    imagePullPolicy: [{}, { imagePullPolicy: ImagePullPolicy.ALWAYS }],
    credentials: [{ credentials: Credentials.fromSecret(secret) }, { credentials: Credentials.fromSecret(other) }],
    resources: [{}, { resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } } }],
    sharedMemory: [{}, { sharedMemory: Size.mebibytes(512) }],
    access: [{}, access({})],
    backup: [{}, backup({})],
    bootstrap: [{}, { bootstrap: Bootstrap.clone(invoices({})) }],
    tls: [{}, tls({})],
    serviceAccount: [{}, { serviceAccount: { existingName: 'databases' } }],
  },
  CallbackOptions: {
    script: [callback({}), callback({ script: '#!/bin/sh\necho "$2"\n' })],
    timeout: [callback({}), callback({ timeout: Duration.seconds(60) })],
  },
  CredentialsOptions: {
    superuserName: [{}, credentials({ superuserName: 'root' })],
    superuserPasswordKey: [{}, credentials({ superuserPasswordKey: 'root' })],
    replicationName: [{}, credentials({ replicationName: 'streamer' })],
    replicationPasswordKey: [{}, credentials({ replicationPasswordKey: 'streamer' })],
    adminName: [admin({}), admin({ adminName: 'chief' })],
    adminPasswordKey: [admin({}), admin({ adminPasswordKey: 'boss' })],
  },
  PlainTextPasswords: {
    superuser: [passwords({}), passwords({ superuser: 'x' })],
    replication: [passwords({}), passwords({ replication: 'x' })],
    admin: [passwords({}), passwords({ admin: 'x' })],
  },
  StorageOptions: {
    size: [{}, storage({ size: Size.gibibytes(60) })],
    storageClassName: [{}, storage({ storageClassName: 'fast' })],
    accessMode: [{}, storage({ accessMode: PersistentVolumeAccessMode.READ_WRITE_ONCE_POD })],
    labels: [{}, storage({ labels: { a: 'b' } })],
    annotations: [{}, storage({ annotations: { a: 'b' } })],
    whenDeleted: [{}, storage({ whenDeleted: ClaimRetention.DELETE })],
    whenScaled: [{}, storage({ whenScaled: ClaimRetention.DELETE })],
  },
  Placement: inside(PLACEMENT_PAIRS, placement => ({ placement })),
  ServiceOptions: SERVICE_OPTIONS,
  AccessOptions: {
    nameSuffix: [access({}), access({ nameSuffix: 'outside' })],
    port: [access({}), access({ port: 6432 })],
  },
  PatroniOptions: {
    dcs: [{}, { patroni: { dcs: Dcs.configMaps() } }],
    timing: [{}, { patroni: { timing: PatroniTiming.FAST } }],
    maximumLagOnFailover: [{}, { patroni: { maximumLagOnFailover: Size.mebibytes(1) } }],
    synchronousMode: [{}, { patroni: { synchronousMode: SynchronousMode.ON } }],
    synchronousNodeCount: [
      { patroni: { synchronousMode: SynchronousMode.ON } },
      { patroni: { synchronousMode: SynchronousMode.ON, synchronousNodeCount: 2 } },
    ],
    failsafeMode: [{}, { patroni: { failsafeMode: false } }],
    primaryStartTimeout: [{}, { patroni: { primaryStartTimeout: Duration.seconds(30) } }],
    slots: [{}, { patroni: { slots: { a: PermanentSlot.physical() } } }],
    tags: [{}, { patroni: { tags: { clonefrom: 'true' } } }],
    bypassApiService: [{}, { patroni: { bypassApiService: true } }],
  },
  PatroniPeriods: {
    ttl: [timing({}), timing({ ttl: Duration.seconds(70) })],
    loopWait: [timing({}), timing({ loopWait: Duration.seconds(9) })],
    retryTimeout: [timing({}), timing({ retryTimeout: Duration.seconds(9) })],
  },
  PostgresOptions: {
    version: [{}, { postgres: { version: 16 } }],
    parameters: [{}, { postgres: { parameters: { work_mem: '32MB' } } }],
    preloadLibraries: [{}, { postgres: { preloadLibraries: ['auto_explain'] } }],
    hba: [{}, { postgres: { hba: ['hostssl all all 10.0.0.0/8 scram-sha-256'] } }],
    allowPlaintext: [{}, { postgres: { allowPlaintext: true } }],
  },
  InitdbOptions: {
    locale: [{}, { postgres: { initdb: { locale: 'C.UTF-8' } } }],
    walSegmentSize: [{}, { postgres: { initdb: { walSegmentSize: 64 } } }],
  },
  VolumeStoreOptions: {
    size: [claim({}), claim({ size: Size.gibibytes(6) })],
    storageClassName: [claim({}), claim({ storageClassName: 'nfs' })],
    accessMode: [{ instances: 1, ...claim({}) }, { instances: 1, ...claim({ accessMode: PersistentVolumeAccessMode.READ_WRITE_ONCE }) }],
    existingClaim: [store({ existingClaim: 'a' }), store({ existingClaim: 'b' })],
    mountPath: [claim({}), claim({ mountPath: '/archive' })],
    directory: [claim({}), claim({ directory: 'a/b' })],
    nfs: [claim({}), claim({ nfs: { server: 'nas', path: '/a' } })],
  },
  ...STORES,
  BackupOptions: {
    schedule: [backup({}), backup({ schedule: Cron.schedule({ minute: '5', hour: '5' }) })],
    retain: [backup({}), backup({ retain: 9 })],
    archiveTimeout: [backup({}), backup({ archiveTimeout: Duration.minutes(1) })],
    retainFor: [backup({}), backup({ retainFor: Duration.days(30) })],
    compression: [backup({}), backup({ compression: Compression.ZSTD })],
    encryption: [backup({}), backup({ encryption: BackupEncryption.libsodium(keyOf('a')) })],
    deltaSteps: [backup({}), backup({ deltaSteps: 6 })],
    fromReplica: [backup({}), backup({ fromReplica: true })],
    onDemand: [backup({ onDemand: false }), backup({})],
    uploadConcurrency: [backup({}), backup({ uploadConcurrency: 2 })],
    downloadConcurrency: [backup({}), backup({ downloadConcurrency: 2 })],
    diskRateLimit: [backup({}), backup({ diskRateLimit: Size.mebibytes(50) })],
    networkRateLimit: [backup({}), backup({ networkRateLimit: Size.mebibytes(50) })],
    uncheckedWalgSettings: [backup({}), backup({ uncheckedWalgSettings: { WALG_TAR_SIZE_THRESHOLD: '536870912' } })],
  },
  TlsOptions: {
    certificateKey: [tls({}), tls({ certificateKey: 'cert' })],
    privateKeyKey: [tls({}), tls({ privateKeyKey: 'key' })],
    caKey: [tls({}), tls({ caKey: 'ca.crt' })],
  },
  RolloutOptions: {
    strategy: [{}, { rollout: { strategy: RolloutStrategy.ROLLING_UPDATE } }],
    deadline: [{}, { rollout: { deadline: Duration.hours(2) } }],
    jobTtl: [{}, { rollout: { jobTtl: Duration.hours(2) } }],
    minReady: [{}, { rollout: { minReady: Duration.seconds(20) } }],
    maxUnavailable: [{}, { rollout: { maxUnavailable: 2 } }],
  },
  ServiceAccountOptions: {
    existingName: [{}, { serviceAccount: { existingName: 'databases' } }],
    annotations: [{}, { serviceAccount: { annotations: { a: 'b' } } }],
  },
  PodOptions: {
    labels: [{}, { pod: { labels: { a: 'b' } } }],
    annotations: [{}, { pod: { annotations: { a: 'b' } } }],
    env: [{}, { pod: { env: { TZ: EnvValue.fromValue('UTC') } } }],
    sidecars: [{}, { pod: { sidecars: [container('exporter')] } }],
    initContainers: [{}, { pod: { initContainers: [container('wait')] } }],
    volumes: [{}, { pod: { volumes: [{ name: 'scratch', emptyDir: {} }] } }],
    volumeMounts: [
      { pod: { volumes: [{ name: 'scratch', emptyDir: {} }] } },
      { pod: { volumes: [{ name: 'scratch', emptyDir: {} }], volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] } },
    ],
    imagePullSecrets: [{}, { pod: { imagePullSecrets: ['registry'] } }],
    terminationGracePeriod: [{}, { pod: { terminationGracePeriod: Duration.minutes(10) } }],
    readOnlyRootFilesystem: [{}, { pod: { readOnlyRootFilesystem: false } }],
  },
};

const imported = (clusterName: string) => SpiloCluster.fromClusterAttributes(chart('shop'), 'Imported', { clusterName });
const orders = imported('orders');
const server = (options: Partial<PgAdminServer>): Partial<PgAdminProps> => ({ servers: [{ cluster: orders, ...options }] });
const login = secretNamed('pgadmin-login');

const PGADMIN: Pairs<PgAdminProps> = {
  PgAdminProps: {
    servers: [{}, { servers: [{ cluster: orders }, { cluster: imported('invoices') }] }],
    email: [{}, { email: 'root@example.org' }],
    password: [{}, { password: { secret: login, key: 'other' } }],
    name: [{}, { name: 'admin' }],
    image: [{}, { image: 'dpage/pgadmin4:9.16' }],
    imagePullPolicy: [{}, { imagePullPolicy: ImagePullPolicy.ALWAYS }],
    resources: [{}, { resources: { cpu: { request: Cpu.units(1) }, memory: { limit: Size.gibibytes(2) } } }],
    replaceServers: [{}, { replaceServers: true }],
  },
  PgAdminServer: {
    cluster: [{}, server({ cluster: imported('invoices') })],
    target: [{}, server({ target: ConnectionTarget.REPLICAS })],
    name: [{}, server({ name: 'Shop' })],
    database: [{}, server({ database: 'shop' })],
    user: [{}, server({ user: 'shop' })],
    sslMode: [{}, server({ sslMode: SslMode.DISABLE })],
  },
  PgAdminStorageOptions: {
    size: [{}, { storage: { size: Size.gibibytes(2) } }],
    storageClassName: [{}, { storage: { storageClassName: 'fast' } }],
  },
  ServiceOptions: SERVICE_OPTIONS,
};

function clusterObjects(props: Partial<SpiloClusterProps>): Objects {
  return rendered(Object.entries(cluster(props).objects));
}

function pgAdminObjects(props: Partial<PgAdminProps>): Objects {
  const construct = new PgAdmin(chart('shop'), 'pgadmin', {
    email: 'dba@example.org', password: { secret: login, key: 'password' }, servers: [{ cluster: orders }], ...props,
  });
  return rendered(construct.node.children.map(child => [child.node.id, child as ApiObject]));
}

function rendered(objects: [string, ApiObject][]): Objects {
  return Object.fromEntries(objects.map(([id, object]) => [id, object.toJson()]));
}

/** What each tag promises. */
const PROMISES: { readonly [effect in Effect]: (seen: Difference) => void } = {
  'at-once': seen => {
    expect(seen).toMatchObject({ template: false, immutable: [] });
    expect(seen.gone.length === 0 || seen.come.length === 0).toBe(true);
    expect(seen.objects).not.toEqual([]);
  },
  'rollout': seen => {
    expect(seen).toMatchObject({ template: true, immutable: [] });
    expect(seen.takenByRunning || seen.dynamicConfiguration).toBe(true);
    expect(seen.gone.length === 0 || seen.come.length === 0).toBe(true);
  },
  'bootstrap': seen => {
    expect(seen).toMatchObject({ takenByRunning: false, dynamicConfiguration: false, immutable: [], gone: [], come: [] });
    expect(seen.objects).not.toEqual([]);
  },
  'recreation': seen => {
    expect(seen.gone).not.toEqual([]);
    expect(seen.come).not.toEqual([]);
  },
  'never': seen => { expect(seen.immutable).not.toEqual([]); },
  // Which harm is done, no manifest shows; that it is no harmless change, it does.
  'dangerous': seen => { expect(seen.objects).not.toEqual([]); },
};

const TABLES: { readonly root: string; readonly pairs: Pairs<any>; readonly objects: (props: any) => Objects; readonly ids: readonly string[] }[] = [
  { root: 'SpiloClusterProps', pairs: CLUSTER, objects: clusterObjects, ids: clusterListing().map(({ id }) => id) },
  { root: 'PgAdminProps', pairs: PGADMIN, objects: pgAdminObjects, ids: pgAdminListing().map(({ id }) => id) },
  ...PROXY_TABLES,
];

test('every construct in the pages has a table of pairs', () => {
  expect(TABLES.map(({ root }) => root)).toEqual(CONSTRUCTS.flatMap(({ props }) => props ?? []));
});

describe.each(TABLES)('$root', ({ root, pairs, objects, ids }) => {
  const properties = leaves(structsBelow(root));

  test('every property has a pair of programs', () => {
    const paired = Object.entries(pairs).flatMap(([struct, ofStruct]) => Object.keys(ofStruct).map(name => `${struct}.${name}`));
    expect(paired.sort()).toEqual(properties.map(({ id }) => id).sort());
  });

  test('docs/objects.md lists every object that a property brings', () => {
    const programs = Object.values(pairs).flatMap(ofStruct => Object.values(ofStruct).flat());
    // Further entry points and ports are named by the user.
    expect([...new Set(programs.flatMap(props => Object.keys(objects(props))))].filter(id => !ids.includes(id) && !/^(Access|Service)-/.test(id))).toEqual([]);
  });

  test.each(properties.map((property): [string, string, Property] => {
    const { effect = 'no tag', note = '' } = property.changes ?? {};
    return [property.id, `${effect} ${note}`.trim(), property];
  }))('%s: %s', (_, __, { struct, name, changes }) => {
    const [before, after] = pairs[struct]?.[name] as Pair<any>;
    const seen = difference(objects(before), objects(after));
    PROMISES[changes!.effect](seen);
    // It reaches a running cluster on another way than the pods: the page says which.
    const dynamicOnly = seen.dynamicConfiguration && !seen.takenByRunning;
    expect(dynamicOnly && !changes?.note?.includes('dynamic configuration')).toBe(false);
  });
});
