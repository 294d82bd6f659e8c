/** Good programs, which together have every struct and every factory of the API once: what stands in them is replaced. */
import { Cron, Duration, Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import { chart } from '../render';
import {
  Access, AccessMode, AzureCredentials, Backup, BackupCompression, BackupEncryption, BackupStore, Bootstrap, ConnectionOptions,
  ConnectionTarget, ContainerImage, Credentials, Dcs, DumpFormat, Endpoint, Fencing, HaproxyReadCheck, ISpiloCluster, LibsodiumKeyEncoding,
  PatroniConfigFollowerProps, PatroniHaproxyProps, PatroniTiming,
  PermanentSlot, PgAdminProps, PgBouncerPoolerProps, PoolUpstream, RecoveryTarget, Resources, S3Credentials, S3ServerSideEncryption, Separation,
  ServiceType, SpiloCluster, SpiloClusterAttributes, SpiloClusterProps, SpiloImage, StorePrefix, SuperuserConnectionOptions, Synchronous, Tls,
} from 'cdk8s-spilo';

/** In every place where a secret may be written stands this, and no message may show it. */
export const PLANTED = 'pl4nted';

const key = (name: string) => ({ name, key: 'password' });
const GIB = Size.gibibytes(1);
const resources: Resources = {
  cpu: { request: '250m', limit: '2' }, memory: { request: GIB, limit: Size.gibibytes(2) }, ephemeralStorage: { request: GIB, limit: GIB },
};
const placement = {
  nodes: { pool: ['a'] },
  preferredNodes: { pool: ['b'] },
  nodeSelector: { os: 'linux' },
  separation: Separation.preferZones(),
  topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
  priorityClassName: 'high',
  schedulerName: 'mine',
};
const pod = {
  labels: { a: 'b' },
  annotations: { a: 'b' },
  env: { TOKEN: EnvValue.fromValue(PLANTED), OTHER_PASSWORD: PLANTED, FROM: { valueFrom: { secretKeyRef: key('a') } } },
  sidecars: [{ name: 'tool', image: 'example.org/tool:1', env: [{ name: 'PASSWORD', value: PLANTED }], ports: [{ name: 'web', containerPort: 80 }] }],
  initContainers: [{ name: 'wait', image: 'example.org/tool:1', command: ['true'], resources: { limits: { memory: '64Mi' } } }],
  volumes: [{ name: 'room', emptyDir: {} }],
  volumeMounts: [{ name: 'room', mountPath: '/room' }],
  imagePullSecrets: ['registry'],
  terminationGracePeriod: Duration.minutes(10),
  readOnlyRootFilesystem: true,
};
const service = { type: ServiceType.LOAD_BALANCER, annotations: { a: 'b' }, labels: { a: 'b' }, loadBalancerSourceRanges: ['10.0.0.0/8'] };

const SMALL: SpiloClusterProps = { storage: { size: GIB }, postgres: { version: 17 } };
const OLD = { ...SMALL, image: SpiloImage.SPILO_15_3_0_P1, postgres: { version: 15 } };
const s3 = S3Credentials.fromSecret('s3', { accessKeyIdEntry: 'id', secretAccessKeyEntry: 'key' });
const gcs = BackupStore.gcs({ bucket: 'dumps', prefix: StorePrefix.of('a/b'), serviceAccountKey: key('gcs') });
const source = { store: gcs, clusterName: 'old', namespace: 'other', encryption: BackupEncryption.libsodium(key('sodium')) };

/** A cluster that another library makes. */
const foreign: ISpiloCluster = {
  clusterName: 'foreign',
  namespace: 'shop',
  instances: 3,
  leaderServiceName: 'foreign',
  replicaServiceName: 'foreign-repl',
  podsServiceName: 'foreign-pods',
  leaderEndpoint: new Endpoint('foreign', 5432),
  replicaEndpoint: new Endpoint('foreign-repl', 5432),
  patroniPort: 8008,
  memberLabels: { app: 'foreign' },
  leaderLabels: { app: 'foreign' },
  replicaLabels: { app: 'foreign' },
  superuserName: 'postgres',
  superuserPassword: key('foreign'),
  replicationName: 'standby',
  replicationPassword: key('foreign'),
  image: SpiloImage.DEFAULT,
  maxConnections: 200,
  connection: () => { throw new Error('is not asked'); },
  superuserConnection: () => { throw new Error('is not asked'); },
};

/** Clusters. */
const CLUSTERS: readonly SpiloClusterProps[] = [
  SMALL,
  {
    ...SMALL,
    clusterName: 'orders',
    instances: 3,
    credentials: Credentials.fromSecret('orders-passwords', { superuserPasswordEntry: 'root', replicationName: 'streamer', replicationPasswordEntry: 'streamer' }),
    storage: { size: GIB, storageClassName: 'fast', accessMode: AccessMode.READ_WRITE_ONCE, labels: { a: 'b' }, annotations: { a: 'b' } },
    resources,
    sharedMemory: Size.mebibytes(128),
    placement,
    leaderService: service,
    replicaService: { type: ServiceType.NODE_PORT, nodePort: 30001 },
    access: [
      Access.leaderNodePort(32345, { nameSuffix: 'a', port: 6432 }), Access.replicaNodePort(32346), Access.leaderLoadBalancer({ loadBalancerSourceRanges: ['10.0.0.0/8'], annotations: { a: 'b' } }), Access.replicaLoadBalancer(),
    ],
    callback: { script: '#!/bin/sh\ntrue\n', timeout: Duration.seconds(10) },
    patroni: {
      dcs: Dcs.configMaps(),
      timing: PatroniTiming.of({ ttl: Duration.seconds(40), loopWait: Duration.seconds(10), retryTimeout: Duration.seconds(10) }),
      maximumLagOnFailover: Size.mebibytes(16),
      fencing: Fencing.watchdog({ safetyMargin: Duration.seconds(6) }),
      synchronous: Synchronous.strict(1),
      primaryStartTimeout: Duration.minutes(1),
      slots: { archive: PermanentSlot.physical(), events: PermanentSlot.logical('postgres', 'pgoutput') },
      ignoreSlots: [{ name: 'debezium', type: 'logical', database: 'shop', plugin: 'pgoutput' }],
      tags: { datacenter: 'north' },
      uncheckedConfiguration: { postgresql: { pg_ctl_timeout: 120 }, restapi: { authentication: { password: PLANTED } } },
    },
    postgres: {
      version: 17,
      parameters: { 'work_mem': '32MB', 'wal_level': 'logical', 'example.password': PLANTED },
      preloadLibraries: ['auto_explain'],
      hba: ['hostssl all all 10.0.0.0/8 scram-sha-256', `hostssl all all 0.0.0.0/0 ldap ldapserver=ldap ldapbasedn=dc=shop ldapbindpasswd=${PLANTED}`],
      ident: ['staff jane app'],
      initdb: { locale: 'C.UTF-8', walSegmentSize: Size.mebibytes(64), uncheckedOptions: { set: 'huge_pages=off' } },
    },
    tls: Tls.fromSecret('tls', { certificateEntry: 'cert', privateKeyEntry: 'key', caEntry: 'ca' }),
    rollout: { deadline: Duration.hours(1), jobTtl: Duration.hours(1), minReady: Duration.seconds(10), maxUnavailable: 1 },
    serviceAccount: { annotations: { a: 'b' } },
    pod,
    jobs: { labels: { a: 'b' }, annotations: { a: 'b' }, placement },
  },
  {
    ...SMALL,
    backup: Backup.to(BackupStore.s3Compatible({
      bucket: 'backups',
      endpoint: 'https://minio.example.org',
      region: 'RegionOne',
      credentials: s3,
      prefix: StorePrefix.generation('2'),
      pathStyle: true,
      ca: key('ca'),
      serverSideEncryption: S3ServerSideEncryption.kms('alias/own'),
      storageClass: 'STANDARD',
    }), {
      schedule: Cron.schedule({ minute: '5', hour: '3' }),
      retain: 5,
      retainFor: Duration.days(3),
      archiveTimeout: Duration.minutes(1),
      compression: BackupCompression.ZSTD,
      encryption: BackupEncryption.pgp(key('pgp'), key('pgp')),
      deltaSteps: 6,
      uploadConcurrency: 2,
      downloadConcurrency: 2,
      diskRateLimit: Size.mebibytes(50),
      networkRateLimit: Size.mebibytes(50),
      uncheckedWalgSettings: { WALG_X_PASSWORD: PLANTED },
      restoreDrill: {
        scratch: { size: GIB, storageClassName: 'fast' },
        schedule: Cron.schedule({ minute: '5', hour: '3' }),
        checks: [{ name: 'orders', sql: 'SELECT true', database: 'shop' }],
        maxRecoveryPointAge: Duration.hours(1),
        maxRestoreTime: Duration.hours(1),
        deadline: Duration.hours(2),
        pushgateway: 'http://push:9091',
        resources,
      },
    }),
    bootstrap: Bootstrap.fromBackups(source, RecoveryTarget.time('2026-11-21T09:30:00Z', { inclusive: false, timeline: 2, pause: true })),
    logicalDump: {
      schedule: Cron.schedule({ minute: '5', hour: '3' }),
      databases: ['shop'],
      format: DumpFormat.directory({ size: GIB, storageClassName: 'fast', parallelJobs: 2 }),
      compression: BackupCompression.LZ4,
      retain: 5,
      retainFor: Duration.days(3),
      store: gcs,
      encryption: BackupEncryption.libsodium(key('sodium'), LibsodiumKeyEncoding.BASE64),
      deadline: Duration.hours(2),
      pushgateway: 'http://push:9091',
      resources,
    },
    logicalRestore: {
      dump: '20261121T030000Z',
      databases: [{ name: 'shop', newName: 'old' }],
      roles: false,
      source,
      postgresVersion: 15,
      scratch: { size: GIB, storageClassName: 'fast', parallelJobs: 2 },
      deadline: Duration.hours(2),
      resources,
    },
  },
  {
    ...SMALL,
    credentials: Credentials.fromSecrets({ superuser: key('a'), replication: key('b') }, { replicationName: 'streamer' }),
    backup: Backup.to(BackupStore.s3({
      bucket: 'backups',
      region: 'eu-central-1',
      pathStyle: true,
      credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders'),
      prefix: StorePrefix.fromSpilo({ scope: 'orders', scopePrefix: 'a', scopeSuffix: '/1', postgresVersion: 15 }),
      serverSideEncryption: S3ServerSideEncryption.aes256(),
    })),
    bootstrap: Bootstrap.standby({ hosts: ['primary', 'fd00::1'], port: 5433, slot: 'orders', backups: source }),
    patroni: { synchronous: Synchronous.quorum(2) },
    serviceAccount: { existingName: 'databases' },
  },
  {
    ...OLD,
    credentials: Credentials.fromSecret('a', { adminName: 'boss', adminPasswordEntry: 'boss' }),
    backup: Backup.to(BackupStore.newClaim({ size: GIB, storageClassName: 'fast', accessMode: AccessMode.READ_WRITE_MANY, mountPath: '/archive', directory: 'a/b' })),
    bootstrap: Bootstrap.fromServer({ host: 'old', port: 5433, user: 'copier', password: key('old') }),
    patroni: { synchronous: Synchronous.on(1), dcs: Dcs.endpoints() },
    logicalDump: { store: BackupStore.existingClaim('dumps', { mountPath: '/archive', directory: 'c' }), format: DumpFormat.custom() },
  },
  {
    ...OLD,
    credentials: Credentials.plainTextInManifest({ superuser: `${PLANTED}1`, replication: `${PLANTED}2`, admin: `${PLANTED}3` }, { adminName: 'boss' }),
    backup: Backup.to(BackupStore.nfs({ size: GIB, server: 'nas', path: '/exports', mountPath: '/archive', directory: '.' })),
    bootstrap: Bootstrap.fromBackups({
      store: BackupStore.azure({
        account: 'account', container: 'container', credentials: AzureCredentials.sasToken(key('sas')), prefix: StorePrefix.fromOperator('orders', 'uid', 15), endpointSuffix: 'core.windows.net',
      }),
      clusterName: 'old',
    }, RecoveryTarget.restorePoint('before', 'base_000000010000000000000004', { timeline: 2, pause: true })),
    logicalDump: { format: DumpFormat.plain() },
  },
  {
    ...SMALL,
    image: SpiloImage.of('example.org/spilo:1', {
      postgresVersions: [16, 17], patroniVersion: '4.0.4', timescaledbUpTo: 17, createsAdminUser: true, readOnlyRoot: true, locales: ['de_DE.UTF-8'],
    }),
    credentials: Credentials.generated({ replicationName: 'streamer', adminName: 'boss' }),
    postgres: { version: 17, initdb: { locale: 'de_DE.UTF-8' } },
    placement: { separation: Separation.none() },
    backup: Backup.to(BackupStore.ssh({
      host: 'nas', port: 22, user: 'backup', privateKey: key('ssh'), directory: '/backups', prefix: StorePrefix.generation('2'),
    })),
    bootstrap: Bootstrap.fromCluster(foreign),
    patroni: { timing: PatroniTiming.FAST },
  },
  {
    ...SMALL,
    credentials: Credentials.fromSecrets({ superuser: key('a'), replication: key('b'), admin: key('c') }),
    backup: Backup.to(BackupStore.azure({ account: 'account', container: 'container', credentials: AzureCredentials.managedIdentity('00000000-0000-0000-0000-000000000000') })),
    bootstrap: Bootstrap.fromBackups({ store: BackupStore.azure({ account: 'account', container: 'container', credentials: AzureCredentials.accessKey(key('azure')) }), clusterName: 'old' },
      RecoveryTarget.lsn('0/3000060', { inclusive: false })),
    patroni: { synchronous: Synchronous.off() },
  },
  {
    ...SMALL,
    backup: Backup.none(),
    bootstrap: Bootstrap.fromBackups({ store: BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromNode() }), clusterName: 'old' }, RecoveryTarget.latest(2)),
  },
  {
    ...SMALL,
    bootstrap: Bootstrap.initdb(),
    placement: { separation: Separation.requireHosts() },
    jobs: { placement: { separation: Separation.requireZones() } },
  },
  { ...SMALL, placement: { separation: Separation.preferHosts() }, backup: Backup.to(BackupStore.existingClaim('backups')) },
];

const orders = SpiloCluster.fromClusterAttributes(chart('shop'), 'orders', { clusterName: 'orders', maxConnections: 300 });
const ATTRIBUTES: SpiloClusterAttributes = {
  clusterName: 'orders',
  namespace: 'shop',
  instances: 3,
  superuserPassword: key('orders'),
  replicationName: 'streamer',
  replicationPassword: key('orders'),
  leaderServiceName: 'orders-leader',
  replicaServiceName: 'orders-replicas',
  podsServiceName: 'orders-members',
  image: SpiloImage.DEFAULT,
  maxConnections: 200,
};

const SECOND = Duration.seconds(1);
const healthCheck = { interval: SECOND, fastInterval: SECOND, downInterval: SECOND, timeout: Duration.seconds(1), fall: 2, rise: 1 };
const readers = { check: HaproxyReadCheck.ASYNC, maxLag: Size.mebibytes(1), tags: { site: 'a' }, fallbackToLeader: true };
const patroniTls = { ca: key('patroni'), verifyHost: 'orders' };
const image = (reference: string, version = '9.17.0') => ContainerImage.of(reference, { version, uid: 1000, gid: 1000 });
const proxy = { name: 'gate', replicas: 2, resources, placement, pod };

const HAPROXIES: readonly PatroniHaproxyProps[] = [
  { cluster: orders },
  {
    ...proxy,
    cluster: foreign,
    image: image('haproxy:3.4.2', '3.4.2'),
    readWriteService: service,
    readOnlyService: service,
    readOnly: { ...readers, enabled: true },
    healthCheck,
    maxMembers: 9,
    clusterDomain: 'cluster.local',
    patroniTls,
    maxConnections: 500,
    sessionTimeout: Duration.hours(1),
    uncheckedLines: { rw: [`http-request set-header x ${PLANTED}`] },
  },
  { cluster: orders, uncheckedConfig: `listen rw\n bind :5000\n stats auth admin:${PLANTED}\nlisten health\n bind :8404\n` },
];

const POOLERS: readonly PgBouncerPoolerProps[] = [
  { cluster: orders, authPassword: key('pooler') },
  {
    ...proxy,
    cluster: foreign,
    authPassword: key('pooler'),
    authPasswordRevision: '1',
    authUser: 'gate',
    users: [{ name: 'boss', password: key('boss') }],
    target: ConnectionTarget.REPLICAS,
    haproxy: { image: image('haproxy:3.4.2', '3.4.2'), healthCheck, readOnly: readers, patroniTls, clusterDomain: 'cluster.local' },
    image: image('pgbouncer:1.25.2'),
    maxClientConnections: 500,
    poolSize: 5,
    maxServerConnections: 10,
    databases: { 'shop': `password=${PLANTED}`, '*': '' },
    uncheckedSettings: { query_timeout: '5' },
    clientTls: { secretName: 'tls' },
    exporter: true,
    exporterImage: image('exporter:1.0.0'),
    service,
  },
  { cluster: orders, authPassword: key('pooler'), upstream: PoolUpstream.SERVICE, serverTls: { ca: key('ca'), verifyFull: true }, clientTls: { secretName: 'tls', caEntry: 'ca.crt' }, peering: true },
  { cluster: orders, authPassword: key('pooler'), upstream: PoolUpstream.FOLLOWER, authBootstrap: false, uncheckedConfig: '[databases]\n[pgbouncer]\n' },
];

const FOLLOWER: PatroniConfigFollowerProps = {
  cluster: orders,
  proxy: { name: 'proxy', image: 'example.org/proxy:1', env: [{ name: 'PASSWORD', value: PLANTED }], args: ['run'] },
  files: [{ template: 'to {{primary.host}}', destination: '/run/proxy/proxy.conf' }],
  ports: [{ name: 'rw', containerPort: 5000 }],
};
const FOLLOWERS: readonly PatroniConfigFollowerProps[] = [
  FOLLOWER,
  {
    ...FOLLOWER,
    ...proxy,
    ports: [{ name: 'rw', containerPort: 5000, port: 6432, service }],
    furtherClusters: [foreign],
    reloadSignal: { process: 'proxy', signal: 'HUP' },
    reloadCommand: 'true',
    uid: 1000,
    image: image('example.org/follower:1'),
    interval: Duration.seconds(2),
    maxLag: Size.mebibytes(1),
    patroniTls,
  },
];

const PGADMINS: readonly PgAdminProps[] = [
  { email: 'dba@example.org', password: key('login'), servers: [{ cluster: orders }] },
  {
    email: 'dba@example.org',
    password: key('login'),
    name: 'admin',
    image: image('dpage/pgadmin4:9.17'),
    service,
    storage: { size: GIB, storageClassName: 'fast' },
    resources,
    replaceServers: true,
    placement,
    pod,
    servers: [{ cluster: foreign, target: ConnectionTarget.REPLICAS, name: 'Shop', database: 'shop', user: 'shop' }],
  },
];

const CONNECTIONS: readonly ConnectionOptions[] = [{ user: 'shop', password: key('shop'), database: 'shop', target: ConnectionTarget.LEADER }];
const SUPERUSERS: readonly SuperuserConnectionOptions[] = [{ target: ConnectionTarget.REPLICAS, database: 'shop' }];

/** Good programs of each construct, by the type of its properties. */
export const PROGRAMS: { readonly [type: string]: readonly any[] } = {
  SpiloClusterProps: CLUSTERS,
  SpiloClusterAttributes: [ATTRIBUTES],
  PatroniHaproxyProps: HAPROXIES,
  PgBouncerPoolerProps: POOLERS,
  PatroniConfigFollowerProps: FOLLOWERS,
  PgAdminProps: PGADMINS,
  ConnectionOptions: CONNECTIONS,
  SuperuserConnectionOptions: SUPERUSERS,
};
