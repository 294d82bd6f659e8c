import { ApiObject, App, Chart, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import { Cpu, Deployment, k8s } from 'cdk8s-plus-27';
import {
  Access, AccessMode, Backup, BackupCompression, BackupEncryption, BackupStore, Bootstrap, ClaimRetention, Credentials, Dcs, DumpFormat,
  ExternalTrafficPolicy, Fencing, IpFamily, IpFamilyPolicy, PatroniTiming, PermanentSlot, PullPolicy, RewindFailure, RolloutStrategy, S3Credentials,
  S3ServerSideEncryption, Separation, ServiceType, SpiloCluster, SpiloImage, StorePrefix, Synchronous, Tls,
} from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'everything', { namespace: 'databases' });

// A bucket for logical dumps. Backups are elsewhere.
const dumps = BackupStore.s3({
  bucket: 'payments-dumps',
  region: 'eu-central-1',
  credentials: S3Credentials.fromSecret('payments-dumps', { accessKeyIdEntry: 'id', secretAccessKeyEntry: 'key' }),
  prefix: StorePrefix.generation('2026'),
  pathStyle: true,
  serverSideEncryption: S3ServerSideEncryption.aes256(),
  storageClass: 'STANDARD_IA',
});

// Every property of a cluster once, most with a value that is not the default.
const cluster = new SpiloCluster(chart, 'Payments', {
  clusterName: 'payments',
  instances: 5,
  image: SpiloImage.SPILO_17_4_0_P3.withRegistry('registry.example.org/mirror'),
  imagePullPolicy: PullPolicy.ALWAYS,
  credentials: Credentials.fromSecret('payments-passwords', {
    superuserPasswordEntry: 'postgres-password',
    replicationName: 'streamer',
    replicationPasswordEntry: 'streamer-password',
  }),
  storage: {
    size: Size.gibibytes(500),
    storageClassName: 'fast-ssd',
    accessMode: AccessMode.READ_WRITE_ONCE_POD,
    labels: { 'example.org/tier': 'gold' },
    annotations: { 'example.org/snapshot': 'hourly' },
    whenDeleted: ClaimRetention.RETAIN,
    whenScaled: ClaimRetention.DELETE,
  },
  resources: {
    cpu: { request: Cpu.units(2), limit: Cpu.units(4) },
    memory: { request: Size.gibibytes(8), limit: Size.gibibytes(8) },
    ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(4) },
  },
  sharedMemory: Size.gibibytes(1),
  placement: {
    nodes: { 'example.org/pool': ['databases', 'databases-large'] },
    preferredNodes: { 'example.org/disk': ['nvme'] },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    separation: Separation.requireHosts(),
    topologySpread: [{ topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
    tolerations: [{ key: 'example.org/databases', operator: 'Exists', effect: 'NoSchedule' }],
    priorityClassName: 'databases',
    schedulerName: 'default-scheduler',
  },
  leaderService: {
    type: ServiceType.LOAD_BALANCER,
    nodePort: 30432,
    annotations: { 'example.org/load-balancer': 'internal' },
    labels: { 'example.org/exposed': 'yes' },
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    loadBalancerClass: 'example.org/internal',
    externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
    ipFamilies: [IpFamily.IPV4],
    ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK,
  },
  replicaService: { annotations: { 'example.org/purpose': 'reports' } },
  callback: { script: '#!/bin/sh\necho "$3: $1 as $2"\n', timeout: Duration.seconds(10) },
  access: [
    Access.leaderNodePort(32345),
    Access.replicaNodePort(32346),
    Access.leaderLoadBalancer({ nameSuffix: 'public', port: 6432, loadBalancerSourceRanges: ['192.0.2.0/24'] }),
    Access.replicaLoadBalancer(),
  ],
  patroni: {
    dcs: Dcs.endpoints(),
    timing: PatroniTiming.of({ ttl: Duration.seconds(40), loopWait: Duration.seconds(8), retryTimeout: Duration.seconds(12) }),
    maximumLagOnFailover: Size.mebibytes(16),
    synchronous: Synchronous.strict(2),
    failsafeMode: true,
    fencing: Fencing.watchdog({ safetyMargin: Duration.seconds(10) }),
    primaryStartTimeout: Duration.minutes(1),
    slots: { archive: PermanentSlot.physical(), events: PermanentSlot.logical('postgres', 'pgoutput') },
    ignoreSlots: [{ name: 'debezium', plugin: 'pgoutput' }],
    onRewindFailure: RewindFailure.COPY_LEADER,
    tags: { clonefrom: 'true', datacenter: 'north' },
    bypassApiService: true,
    uncheckedConfiguration: { bootstrap: { dcs: { check_timeline: true } } },
  },
  postgres: {
    version: 16,
    parameters: { 'max_connections': '300', 'wal_level': 'logical', 'work_mem': '32MB', 'shared_buffers': '2GB', 'pg_stat_statements.max': '5000' },
    preloadLibraries: ['auto_explain'],
    hba: ['hostssl app +app 10.0.0.0/8 scram-sha-256', 'hostssl all all 10.1.0.0/16 cert map=people'],
    ident: ['people /^(.*)@example.org$ \\1'],
    allowPlaintext: false,
    initdb: { locale: 'C.UTF-8', walSegmentSize: Size.mebibytes(64), uncheckedOptions: { 'no-instructions': '' } },
  },
  backup: Backup.to(BackupStore.existingClaim('backups', { mountPath: '/backups', directory: 'payments/2026' }), {
    schedule: Cron.schedule({ minute: '30', hour: '2' }),
    retain: 14,
    archiveTimeout: Duration.minutes(1),
    retainFor: Duration.days(30),
    compression: BackupCompression.ZSTD,
    deltaSteps: 6,
    fromReplica: true,
    encryption: BackupEncryption.libsodium({ name: 'payments-backup', key: 'libsodium' }),
    uploadConcurrency: 4,
    downloadConcurrency: 8,
    diskRateLimit: Size.mebibytes(200),
    networkRateLimit: Size.mebibytes(100),
    onDemand: true,
    uncheckedWalgSettings: { WALG_TAR_SIZE_THRESHOLD: '536870912' },
    restoreDrill: {
      scratch: { size: Size.gibibytes(600), storageClassName: 'fast-ssd' },
      schedule: Cron.schedule({ minute: '0', hour: '5', weekDay: '6' }),
      checks: [{ name: 'payments arrive', database: 'app', sql: 'SELECT max(made) > now() - interval \'1 day\' FROM payments' }],
      maxRecoveryPointAge: Duration.hours(1),
      maxRestoreTime: Duration.hours(4),
      deadline: Duration.hours(8),
      pushgateway: 'http://pushgateway.monitoring:9091',
      resources: { cpu: { request: Cpu.units(1) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(4) } },
    },
  }),
  bootstrap: Bootstrap.initdb(),
  logicalDump: {
    schedule: Cron.schedule({ minute: '0', hour: '3' }),
    databases: ['app'],
    format: DumpFormat.directory({ size: Size.gibibytes(100), storageClassName: 'fast-ssd', parallelJobs: 4 }),
    compression: BackupCompression.ZSTD,
    retain: 14,
    retainFor: Duration.days(30),
    fromReplica: true,
    store: dumps,
    encryption: BackupEncryption.pgp({ name: 'payments-dumps', key: 'private-key' }),
    deadline: Duration.hours(2),
    pushgateway: 'http://pushgateway.monitoring:9091',
    resources: { memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) } },
  },
  logicalRestore: {
    source: {
      store: BackupStore.gcs({ bucket: 'legacy-dumps', serviceAccountKey: { name: 'legacy-dumps', key: 'key.json' } }),
      clusterName: 'payments-of-old',
      namespace: 'legacy',
      encryption: BackupEncryption.pgp({ name: 'payments-dumps', key: 'private-key' }),
    },
    dump: '20261121T030000Z',
    databases: [{ name: 'app', newName: 'app_of_old' }],
    roles: false,
    postgresVersion: 15,
    scratch: { size: Size.gibibytes(100), parallelJobs: 4 },
    deadline: Duration.hours(2),
    resources: { memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) } },
  },
  tls: Tls.fromSecret('payments-tls', { certificateEntry: 'chain.pem', privateKeyEntry: 'key.pem', caEntry: 'ca.crt' }),
  rollout: {
    strategy: RolloutStrategy.LEADER_LAST,
    deadline: Duration.minutes(30),
    jobTtl: Duration.days(7),
    minReady: Duration.seconds(20),
    maxUnavailable: 2,
  },
  serviceAccount: { annotations: { 'example.org/identity': 'payments' } },
  jobs: {
    labels: { 'example.org/team': 'payments' },
    annotations: { 'sidecar.istio.io/inject': 'false' },
    placement: { preferredNodes: { 'example.org/pool': ['jobs'] } },
  },
  pod: {
    labels: { 'example.org/team': 'payments' },
    annotations: { 'example.org/scrape': '9187' },
    env: { TZ: 'Etc/UTC' },
    sidecars: [{
      name: 'exporter',
      image: 'registry.example.org/postgres-exporter:0.17.1',
      ports: [{ name: 'metrics', containerPort: 9187 }],
      env: [{ name: 'DATA_SOURCE_URI', value: 'localhost:5432/postgres?sslmode=require' }],
      resources: {
        requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
        limits: { memory: k8s.Quantity.fromString('128Mi') },
      },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    }],
    initContainers: [{
      name: 'wait-for-disk',
      image: 'registry.example.org/busybox:1.37',
      command: ['sh', '-c', 'test -d /home/postgres/pgdata'],
      volumeMounts: [{ name: 'pgdata', mountPath: '/home/postgres/pgdata' }],
      resources: {
        requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('16Mi') },
        limits: { memory: k8s.Quantity.fromString('32Mi') },
      },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    }],
    volumes: [{ name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('10Gi') } }],
    volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    imagePullSecrets: ['registry-login'],
    terminationGracePeriod: Duration.minutes(10),
    readOnlyRootFilesystem: true,
  },
});

// What has no property: any field of any object.
cluster.statefulSet.addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
ApiObject.of(cluster.podsService).metadata.addAnnotation('example.org/discovery', 'members');

// An application that connects to the cluster, by a user of its own.
const application = new Deployment(chart, 'App', {
  containers: [{
    image: 'registry.example.org/payments:1.0.0',
    envVariables: cluster.connection({
      database: 'app',
      user: 'app',
      password: { name: 'app-password', key: 'password' },
    }).env,
  }],
});

// What Pod Security `restricted` asks for and cdk8s-plus does not set by itself.
ApiObject.of(application).addJsonPatch(
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
);

app.synth();
