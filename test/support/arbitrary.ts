import { Cron, Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, ImagePullPolicy, k8s, PersistentVolumeAccessMode, ServiceType } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { secretNamed } from './render';
import {
  Access, AccessOptions, AzureCredentials, Backup, BackupEncryption, BackupOptions, BackupStore, Bootstrap, ClaimRetention, CloneSource, Compression,
  Credentials, Dcs, DumpFormat, ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, LogicalDumpOptions, LogicalRestoreOptions,
  PatroniOptions, PatroniTiming, PermanentSlot, Placement, PodOptions,
  PostgresOptions, RecoveryTarget, RestoreDrillOptions, RolloutStrategy, S3Credentials, S3ServerSideEncryption, Separation, ServiceOptions,
  SpiloClusterProps, SpiloImage, StorePrefix, SynchronousMode, Tls,
} from 'cdk8s-spilo';

/** Whatever a program refers to without having it rendered has a name that begins so. */
export const OWN = 'own-';

/** A cluster as a program asks for it. */
export interface Program {
  readonly id: string;
  readonly namespace?: string;
  readonly props: SpiloClusterProps;
}

// Every `fc.stringMatching` here is made once: making one takes longer than drawing a whole program.

/** Some of the properties, each present or absent. */
function some<T>(properties: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(properties, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** Texts that readers of YAML 1.1, shells and Kubernetes read as something else. */
const TRAPS = [
  'on', 'off', 'yes', 'No', 'y', 'true', 'null', '~', '0777', '0x1F', '1e3', '1.5', '.inf', '.NaN', '1_000', '12:30:45', '2026-11-21',
  '2026-11-21T12:30:45Z', '$(POD_IP)', '$(SCOPE)', '$$', '$$(SCOPE)', '$', '$é', '$(', 'a$', '"', '\'', 'it\'s', 'a: b', '# no comment', 'a #b', '- a',
  '*a', '&a', '!a', '%a', '@a', '`a`', '|', '>', '{}', '[]', '{a', '[a', ',', '?', '\\', '\\n', '%p', ' spaces ', '---', '...',
];

/** One line of any printable text. */
const line = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('$', '(', ')', '$$', '$(', 'é', '☃', '😀', 'a', ' '), maxLength: 8 }),
).filter(text => text !== '=' && text !== '<<');

const MOST_MEBIBYTES = 1024 * 1024;
const dnsLabel = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
const own = dnsLabel.map(name => `${OWN}${name}`);
const clusterName = fc.oneof(fc.stringMatching(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/), fc.constantFrom('on', 'null', 'y', 'e1', 'orders'));
const labelValue = fc.oneof(
  fc.stringMatching(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?)?$/), fc.constantFrom('on', 'true', '0777', '1e3', '2026-11-21', '1_0', ''),
);
/** With the prefix no key is one of the library's. */
const labelKey = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/).map(name => `example.org/${name}`);
const labels = fc.dictionary(labelKey, labelValue, { maxKeys: 3 });
const annotations = fc.dictionary(labelKey, line, { maxKeys: 3 });
const sizes = (least: number, most: number) => fc.integer({ min: least, max: most }).map(Size.mebibytes);
const seconds = (least: number, most: number) => fc.integer({ min: least, max: most }).map(Duration.seconds);
const userName = fc.stringMatching(/^[a-z_][a-z0-9_]{0,30}$/).filter(name => name !== 'admin' && !name.startsWith('pg_'));
const secretKey = fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/).filter(key => key !== '.' && key !== '..' && !(key in {}));
const password = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/).filter(text => !['zalando', 'standby', 'cola'].includes(text));

const image = fc.constantFrom(
  ...Object.values(SpiloImage).filter((value): value is SpiloImage => value instanceof SpiloImage),
  SpiloImage.SPILO_17_4_0_P3.fromRegistry('registry.example.org:5000/mirror/'),
  SpiloImage.of('registry.example.org/spilo:own-1', { postgresVersions: [16, 17], patroniVersion: '2.1.4' }),
);

function credentials(createsAdminUser: boolean): fc.Arbitrary<Credentials> {
  return fc.record({
    users: fc.uniqueArray(userName, { minLength: 3, maxLength: 3 }),
    keys: fc.uniqueArray(secretKey, { minLength: 3, maxLength: 3 }),
    passwords: fc.tuple(password, password, password),
    secret: own,
    defaults: fc.boolean(),
    admin: createsAdminUser ? fc.boolean() : fc.constant(false),
    plain: fc.boolean(),
  }).map(({ users, keys, passwords, secret, defaults, admin, plain }) => {
    const options = {
      ...(defaults ? {} : {
        superuserName: users[0], replicationName: users[1], superuserPasswordKey: keys[0], replicationPasswordKey: keys[1], adminPasswordKey: keys[2],
      }),
      ...(admin ? { adminName: defaults ? 'operator' : users[2] } : {}),
    };
    const texts = { superuser: passwords[0], replication: passwords[1], ...(admin ? { admin: passwords[2] } : {}) };
    return plain ? Credentials.plainTextInManifest(texts, options) : Credentials.fromSecret(secretNamed(secret), options);
  });
}

const storage = fc.record({
  size: sizes(1, MOST_MEBIBYTES),
  storageClassName: own,
  accessMode: fc.constantFrom(
    PersistentVolumeAccessMode.READ_WRITE_ONCE, PersistentVolumeAccessMode.READ_WRITE_ONCE_POD, PersistentVolumeAccessMode.READ_WRITE_MANY,
  ),
  labels,
  annotations,
  whenDeleted: fc.constantFrom(...Object.values(ClaimRetention)),
  whenScaled: fc.constantFrom(...Object.values(ClaimRetention)),
}, { requiredKeys: ['size'] });

/** Memory always has a limit above `/dev/shm`, and requests stay below limits. */
const resources = fc.record({
  cpu: fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 4000, max: 64000 })),
  memory: fc.tuple(fc.integer({ min: 128, max: 512 }), fc.integer({ min: 2048, max: MOST_MEBIBYTES })),
  cpuLimit: fc.boolean(),
  ephemeralStorage: fc.boolean(),
}).map(({ cpu, memory, cpuLimit, ephemeralStorage }) => ({
  cpu: { request: Cpu.millis(cpu[0]), ...(cpuLimit ? { limit: Cpu.millis(cpu[1]) } : {}) },
  memory: { request: Size.mebibytes(memory[0]), limit: Size.mebibytes(memory[1]) },
  ...(ephemeralStorage ? { ephemeralStorage: { request: Size.mebibytes(100), limit: Size.gibibytes(1) } } : {}),
}));

const nodes = fc.dictionary(labelKey, fc.uniqueArray(labelValue, { minLength: 1, maxLength: 2 }), { minKeys: 1, maxKeys: 2 });
const placement: fc.Arbitrary<Placement> = some<Placement>({
  nodes,
  preferredNodes: nodes,
  nodeSelector: labels,
  separation: fc.constantFrom(
    Separation.preferHosts(), Separation.requireHosts(), Separation.preferZones(), Separation.requireZones(), Separation.none(),
  ),
  topologySpread: fc.array(fc.record({
    maxSkew: fc.integer({ min: 1, max: 3 }), topologyKey: labelKey, whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  }), { maxLength: 2 }),
  tolerations: fc.array(fc.oneof(
    fc.record({ key: labelKey, operator: fc.constant('Exists'), effect: fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute') }),
    fc.record({ key: labelKey, value: labelValue, effect: fc.constant('NoExecute'), tolerationSeconds: fc.nat(600) }),
  ), { maxLength: 2 }),
  priorityClassName: own,
  schedulerName: own,
});

/** Options of a Service of any type; node ports are given out below, one to each. */
function serviceOptions(type: ServiceType): fc.Arbitrary<ServiceOptions> {
  const outside = type === ServiceType.NODE_PORT || type === ServiceType.LOAD_BALANCER;
  return fc.tuple(
    some<ServiceOptions>({ annotations, labels }),
    outside ? some<ServiceOptions>({ externalTrafficPolicy: fc.constantFrom(...Object.values(ExternalTrafficPolicy)) }) : fc.constant({}),
    type === ServiceType.LOAD_BALANCER
      ? some<ServiceOptions>({ loadBalancerSourceRanges: fc.constant(['10.0.0.0/8', 'fd00::/8']), loadBalancerClass: fc.constant('example.org/internal') })
      : fc.constant({}),
    fc.constantFrom(
      {},
      { ipFamilies: [IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK },
      { ipFamilies: [IpFamily.IPV4, IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK },
    ),
  ).map(parts => Object.assign({}, ...parts));
}

const service = fc.constantFrom(ServiceType.CLUSTER_IP, ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER)
  .chain(type => serviceOptions(type).map(options => ({ ...options, type })));

function accesses(): fc.Arbitrary<Access[]> {
  const access = fc.record({
    kind: fc.constantFrom('leaderNodePort', 'replicaNodePort', 'leaderLoadBalancer', 'replicaLoadBalancer'),
    nameSuffix: fc.constantFrom('a', 'public', 'x-1', 'on'),
    port: fc.integer({ min: 1, max: 65535 }),
    nodePort: fc.integer({ min: 30000, max: 32700 }),
    asNodePort: serviceOptions(ServiceType.NODE_PORT),
    asLoadBalancer: serviceOptions(ServiceType.LOAD_BALANCER),
  });
  const unique = { maxLength: 3, selector: (one: { nameSuffix: string }) => one.nameSuffix, comparator: (a: string, b: string) => a === b };
  return fc.uniqueArray(access, unique)
    .filter(all => new Set(all.map(({ nodePort }) => nodePort)).size === all.length)
    .map(all => all.map(({ kind, nodePort, nameSuffix, port, asNodePort, asLoadBalancer }) => {
      const options = (given: ServiceOptions): AccessOptions => ({ ...given, nameSuffix, port });
      switch (kind) {
        case 'leaderNodePort': return Access.leaderNodePort(nodePort, options(asNodePort));
        case 'replicaNodePort': return Access.replicaNodePort(nodePort, options(asNodePort));
        case 'leaderLoadBalancer': return Access.leaderLoadBalancer(options(asLoadBalancer));
        default: return Access.replicaLoadBalancer(options(asLoadBalancer));
      }
    }));
}

const timing = fc.record({ loopWait: fc.integer({ min: 1, max: 30 }), retryTimeout: fc.integer({ min: 3, max: 30 }), spare: fc.nat(30) })
  .map(({ loopWait, retryTimeout, spare }) => PatroniTiming.of({
    ttl: Duration.seconds(Math.max(20, loopWait + 2 * retryTimeout) + spare),
    loopWait: Duration.seconds(loopWait),
    retryTimeout: Duration.seconds(retryTimeout),
  }));
const slotName = fc.oneof(fc.stringMatching(/^[a-z0-9_]{1,20}$/), fc.constantFrom('on', 'y', 'no', '1e3', '0777', 'null')).filter(name => name !== '__proto__');
const tagName = fc.oneof(fc.stringMatching(/^[a-z]{1,10}$/), fc.constantFrom('on', 'y', '1e3', '0777')).filter(name => name !== 'nofailover');
const slot = fc.oneof(
  fc.constant(PermanentSlot.physical()), fc.tuple(line, line).filter(texts => !texts.includes('')).map(texts => PermanentSlot.logical(...texts)),
);

function patroni(instances: number, namespace: string | undefined, failsafe: boolean): fc.Arbitrary<PatroniOptions> {
  const synchronous = fc.constantFrom(SynchronousMode.ON, SynchronousMode.STRICT)
    .chain(synchronousMode => fc.integer({ min: 1, max: instances - 1 }).map(synchronousNodeCount => ({ synchronousMode, synchronousNodeCount })));
  return fc.tuple(
    some<PatroniOptions>({
      dcs: fc.constantFrom(Dcs.endpoints(), Dcs.configMaps()),
      timing: fc.oneof(timing, fc.constantFrom(PatroniTiming.DEFAULT, PatroniTiming.FAST)),
      maximumLagOnFailover: sizes(1, 1024),
      primaryStartTimeout: seconds(0, 600),
      slots: fc.dictionary(slotName, slot, { maxKeys: 3 }),
      tags: fc.dictionary(tagName, line, { maxKeys: 3 }),
      ...(namespace === undefined ? {} : { bypassApiService: fc.boolean() }),
    } as { [K in keyof PatroniOptions]: fc.Arbitrary<PatroniOptions[K]> }),
    instances > 1 ? fc.oneof(fc.constant({}), synchronous) : fc.constant({}),
    failsafe ? fc.constantFrom({}, { failsafeMode: true }, { failsafeMode: false }) : fc.constant({ failsafeMode: false }),
  ).map(parts => Object.assign({}, ...parts));
}

const parameters = fc.tuple(
  fc.dictionary(fc.stringMatching(/^example\.[a-z_]{1,10}$/), line, { maxKeys: 4 }),
  fc.constantFrom({}, { work_mem: '32MB' }, { max_connections: '300', wal_level: 'logical' }, { wal_keep_size: '1GB', shared_buffers: '64MB' }),
).map(parts => Object.assign({}, ...parts));

function postgres(versions: number[]): fc.Arbitrary<PostgresOptions> {
  return some<PostgresOptions>({
    version: fc.constantFrom(...versions),
    parameters,
    preloadLibraries: fc.uniqueArray(fc.constantFrom('auto_explain', 'pg_cron', 'pgaudit', '$libdir/own'), { maxLength: 3 }),
    hba: fc.uniqueArray(fc.constantFrom(
      'hostssl all all 10.0.0.0/8 scram-sha-256', 'host\tapp\t+app\tsamenet\tcert clientcert=verify-full', '  local all all peer map=on ',
    ), { minLength: 1, maxLength: 3 }),
    allowPlaintext: fc.boolean(),
    initdb: fc.record({ locale: fc.constantFrom('C.UTF-8', 'de_DE.UTF-8'), walSegmentSize: fc.constantFrom(1, 16, 1024) }, { requiredKeys: [] }),
  });
}

const walgSetting = fc.stringMatching(/^WALG_X_[A-Z]{1,5}$/).filter(name => !/KEY|SECRET|PASS|TOKEN|PREFIX/.test(name));
const path = fc.stringMatching(/^[a-z0-9_-]{1,10}(\/[a-z0-9_-]{1,10}){0,2}$/);
const secretValue = fc.tuple(own, secretKey).map(([name, key]) => ({ secret: secretNamed(name), key }));
const bucket = fc.constantFrom('own-bucket', '0777', '1e3');
const prefix = fc.oneof(path.map(StorePrefix.of), path.map(StorePrefix.generation), path.map(scope => StorePrefix.fromSpilo({ scope })));

function volumeStore(instances: number): fc.Arbitrary<BackupStore> {
  const accessMode = instances > 1
    ? fc.constant(PersistentVolumeAccessMode.READ_WRITE_MANY)
    : fc.constantFrom(PersistentVolumeAccessMode.READ_WRITE_ONCE, PersistentVolumeAccessMode.READ_WRITE_MANY);
  const claim = fc.oneof(
    own.map(existingClaim => ({ existingClaim })),
    fc.record({ size: sizes(1, MOST_MEBIBYTES), accessMode, storageClassName: own }, { requiredKeys: ['size'] }),
    fc.record({ size: sizes(1, MOST_MEBIBYTES), nfs: fc.constant({ server: 'nfs.example.org', path: '/exports' }) }),
  );
  const place = fc.record({ mountPath: path.map(text => `/data/${text}`), directory: fc.oneof(path, fc.constant('.')) }, { requiredKeys: [] });
  return fc.tuple(claim, place).map(([ofClaim, where]) => BackupStore.volume({ ...ofClaim, ...where }));
}

const cloudStore: fc.Arbitrary<BackupStore> = fc.oneof(
  fc.record({
    bucket,
    prefix,
    region: fc.constant('eu-central-1'),
    endpoint: fc.constant('https://minio.example.org:9000'),
    credentials: fc.oneof(
      own.map(name => S3Credentials.fromSecret(secretNamed(name))),
      fc.constantFrom(S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders'), S3Credentials.fromNode()),
    ),
    serverSideEncryption: fc.constantFrom(S3ServerSideEncryption.aes256(), S3ServerSideEncryption.kms('alias/own')),
    storageClass: fc.constantFrom('STANDARD_IA'),
  }, { requiredKeys: ['bucket', 'region', 'credentials'] }).map(BackupStore.s3),
  fc.record({ bucket, prefix, serviceAccountKey: secretValue }, { requiredKeys: ['bucket'] }).map(BackupStore.gcs),
  fc.record({
    account: fc.constant('own'),
    container: fc.constant('own-container'),
    prefix,
    credentials: fc.oneof(
      secretValue.map(AzureCredentials.accessKey), secretValue.map(AzureCredentials.sasToken), fc.constant(AzureCredentials.managedIdentity()),
    ),
  }, { requiredKeys: ['account', 'container', 'credentials'] }).map(BackupStore.azure),
  fc.record({
    host: fc.constant('backups.example.org'),
    port: fc.integer({ min: 1, max: 65535 }),
    user: fc.constant('own'),
    privateKey: secretValue,
    directory: path.map(text => `/${text}`),
    prefix,
  }, { requiredKeys: ['host', 'port', 'user', 'privateKey', 'directory'] }).map(BackupStore.ssh),
);

const encryption = fc.oneof(
  secretValue.map(key => BackupEncryption.libsodium(key)),
  fc.tuple(secretValue, fc.option(secretValue, { nil: undefined })).map(([key, passphrase]) => BackupEncryption.pgp(key, passphrase)),
);
const backupOptions = some<BackupOptions>({
  schedule: fc.tuple(fc.nat(59), fc.nat(23)).map(([minute, hour]) => Cron.schedule({ minute: String(minute), hour: String(hour) })),
  retain: fc.integer({ min: 2, max: 100 }),
  retainFor: seconds(3600, 8640000),
  archiveTimeout: seconds(10, 3600),
  compression: fc.constantFrom(...Object.values(Compression)),
  encryption,
  deltaSteps: fc.nat(100),
  fromReplica: fc.boolean(),
  onDemand: fc.boolean(),
  uploadConcurrency: fc.integer({ min: 1, max: 100 }),
  downloadConcurrency: fc.integer({ min: 1, max: 100 }),
  diskRateLimit: sizes(1, 1000),
  networkRateLimit: sizes(1, 1000),
  uncheckedWalgSettings: fc.dictionary(walgSetting, line, { maxKeys: 2 }),
});

const NO_BACKUP = Backup.none();

function backup(instances: number): fc.Arbitrary<Backup> {
  return fc.oneof(
    fc.constant(NO_BACKUP),
    fc.tuple(volumeStore(instances), backupOptions).map(([store, options]) => Backup.to(store, options)),
    fc.tuple(cloudStore, backupOptions).map(([store, options]) => Backup.to(store, options)),
  );
}

const target = fc.option(fc.constantFrom(
  RecoveryTarget.latest(), RecoveryTarget.latest(2), RecoveryTarget.time('2026-11-21T09:30:00Z', { inclusive: false }),
  RecoveryTarget.lsn('0/3000060', { pause: true }), RecoveryTarget.restorePoint('on', 'base_000000010000000000000004', { timeline: 3 }),
), { nil: undefined });
const backupsSource = fc.tuple(cloudStore, fc.option(encryption, { nil: undefined }))
  .map(([store, encryptedBy]) => CloneSource.backups(store, { clusterName: 'the-source', namespace: 'elsewhere', encryption: encryptedBy }));
const serverSource = secretValue.map(value => CloneSource.server({ host: 'the-source.example.org', password: value }));
const bootstrap: fc.Arbitrary<Bootstrap> = fc.oneof(
  fc.constant(Bootstrap.initdb()),
  fc.tuple(backupsSource, target).map(parts => Bootstrap.clone(...parts)),
  serverSource.map(source => Bootstrap.clone(source)),
  fc.record({ host: fc.constant('the-source'), port: fc.constant(5433), slot: fc.constant('on') }).map(Bootstrap.standby),
  backupsSource.map(backups => Bootstrap.standby({ backups })),
);

const tls = fc.tuple(own, fc.record({ certificateKey: secretKey, privateKeyKey: secretKey, caKey: secretKey }, { requiredKeys: [] }))
  .map(([name, options]) => Tls.fromSecret(secretNamed(name), options));

const callback = fc.record({ script: line.map(text => `#!/bin/sh\n${text}\n`), timeout: seconds(1, 600) }, { requiredKeys: ['script'] });

const restoreDrill: fc.Arbitrary<RestoreDrillOptions> = fc.record({
  scratch: sizes(1, MOST_MEBIBYTES),
  scratchStorageClassName: own,
  schedule: fc.constant(Cron.schedule({ minute: '5', hour: '3', weekDay: '0' })),
  checks: fc.array(fc.tuple(line, line).filter(texts => texts.every(text => text.trim() !== '')).map(([name, sql]) => ({ name, sql })), { maxLength: 2 }),
  maxRecoveryPointAge: seconds(60, 7200),
  maxRestoreTime: seconds(60, 7200),
  deadline: seconds(60, 7200),
  pushgateway: fc.constant('http://push.example.org:9091'),
  resources,
}, { requiredKeys: ['scratch'] });

const databaseName = fc.oneof(dnsLabel, fc.constantFrom('on', 'Ünïcode', '$(POD_IP)', 'a b', '"'));
const room = { scratch: sizes(1, MOST_MEBIBYTES), scratchStorageClassName: own };
const dumpFormat = fc.oneof(
  fc.record({ format: fc.constantFrom(DumpFormat.CUSTOM, DumpFormat.PLAIN) }, { requiredKeys: [] }),
  fc.record({ format: fc.constant(DumpFormat.DIRECTORY), parallelJobs: fc.integer({ min: 1, max: 100 }), ...room }, { requiredKeys: ['format', 'scratch'] }),
);
const dumpStore = fc.record({ store: cloudStore, encryption }, { requiredKeys: ['store'] });

function logicalDump(hasBackup: boolean): fc.Arbitrary<LogicalDumpOptions> {
  const place = hasBackup ? fc.oneof(fc.constant({}), dumpStore) : dumpStore;
  return fc.tuple(some<LogicalDumpOptions>({
    schedule: fc.constant(Cron.schedule({ minute: '5', hour: '3' })),
    databases: fc.uniqueArray(databaseName, { minLength: 1, maxLength: 3 }),
    compression: fc.constantFrom(...Object.values(Compression)),
    retain: fc.integer({ min: 2, max: 100 }),
    retainFor: seconds(3600, 8640000),
    fromReplica: fc.boolean(),
    deadline: seconds(60, 7200),
    pushgateway: fc.constant('http://push.example.org:9091'),
    resources,
  } as { [K in keyof LogicalDumpOptions]: fc.Arbitrary<LogicalDumpOptions[K]> }), dumpFormat, place)
    .map(parts => Object.assign({}, ...parts));
}

function logicalRestore(hasStore: boolean): fc.Arbitrary<LogicalRestoreOptions> {
  const source = fc.record({ source: backupsSource });
  return fc.tuple(some<LogicalRestoreOptions>({
    dump: fc.constant('20261121T030000Z'),
    databases: fc.uniqueArray(databaseName, { minLength: 1, maxLength: 3 }).map(names => names.map(name => ({ name, newName: `${name}1` }))),
    roles: fc.boolean(),
    postgresVersion: fc.integer({ min: 10, max: 18 }),
    deadline: seconds(60, 7200),
    resources,
  } as { [K in keyof LogicalRestoreOptions]: fc.Arbitrary<LogicalRestoreOptions[K]> }),
  fc.oneof(fc.constant({}), fc.record({ parallelJobs: fc.integer({ min: 1, max: 100 }), ...room }, { requiredKeys: ['scratch'] })),
  hasStore ? fc.oneof(fc.constant({}), source) : source).map(parts => Object.assign({}, ...parts));
}

const envValue = fc.oneof(
  line.map(text => EnvValue.fromValue(text)),
  own.map(name => EnvValue.fromSecretValue({ secret: secretNamed(name), key: 'key' })),
);
const quantities = { limits: { memory: k8s.Quantity.fromString('64Mi') } };
const pod: fc.Arbitrary<PodOptions> = some<PodOptions>({
  labels,
  annotations,
  env: fc.dictionary(fc.stringMatching(/^APP_[A-Z]{1,8}$/), envValue, { maxKeys: 3 }),
  sidecars: fc.array(line, { maxLength: 2 }).map(texts => texts.map((text, index): k8s.Container => ({
    name: `sidecar-${index}`, image: 'registry.example.org/sidecar:1', args: [text], resources: quantities, volumeMounts: [{ name: 'shm', mountPath: '/dev/shm' }],
  }))),
  initContainers: fc.array(line, { maxLength: 2 }).map(texts => texts.map((text, index): k8s.Container => ({
    name: `init-${index}`, image: 'registry.example.org/init:1', command: ['sh', '-c', text], volumeMounts: [{ name: 'pgdata', mountPath: '/pgdata' }],
  }))),
  imagePullSecrets: fc.uniqueArray(own, { maxLength: 2 }),
  terminationGracePeriod: seconds(60, 3600),
  readOnlyRootFilesystem: fc.boolean(),
});
const scratch: fc.Arbitrary<PodOptions> = fc.uniqueArray(dnsLabel, { maxLength: 2 }).map(names => names.length === 0 ? {} : {
  volumes: names.map(name => ({ name: `${OWN}${name}`, emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } })),
  volumeMounts: names.map(name => ({ name: `${OWN}${name}`, mountPath: `/own/${name}` })),
});

/** A name that leaves room for those of all CronJobs. */
const shortened = (name: string) => name.slice(0, 38).replace(/-+$/, '');

const drill = fc.option(restoreDrill, { nil: undefined });
const jobsOf = (hasBackup: boolean) => [
  fc.option(logicalDump(hasBackup), { nil: undefined, freq: 2 }), fc.option(logicalRestore(hasBackup), { nil: undefined, freq: 2 }),
] as const;
const [WITH_BACKUP, WITHOUT_BACKUP] = [jobsOf(true), jobsOf(false)];

/** Any program that the library must accept. */
export const program: fc.Arbitrary<Program> = fc.record({
  id: clusterName,
  instances: fc.integer({ min: 1, max: 5 }),
  ofImage: fc.option(image, { nil: undefined }),
  namespace: fc.option(dnsLabel, { nil: undefined }),
}).chain(({ id, instances, ofImage, namespace }) => {
  const { createsAdminUser, patroni: version, postgresVersions } = (ofImage ?? SpiloImage.SPILO_17_4_0_P3)._facts();
  const failsafe = version >= 300;
  const optional = some<SpiloClusterProps>({
    clusterName,
    imagePullPolicy: fc.constantFrom(...Object.values(ImagePullPolicy)),
    resources,
    sharedMemory: sizes(64, 1000),
    placement,
    leaderService: service,
    replicaService: service,
    access: accesses(),
    ...(failsafe ? { patroni: patroni(instances, namespace, failsafe) } : {}),
    postgres: postgres(postgresVersions),
    backup: backup(instances),
    bootstrap,
    callback,
    tls,
    rollout: fc.record({
      strategy: fc.constantFrom(...Object.values(RolloutStrategy)),
      deadline: seconds(60, 7200),
      jobTtl: seconds(0, 7200),
      minReady: seconds(0, 600),
      maxUnavailable: fc.integer({ min: 1, max: instances }),
    }, { requiredKeys: [] }),
    serviceAccount: fc.oneof(own.map(existingName => ({ existingName })), annotations.map(given => ({ annotations: given }))),
    pod: fc.tuple(pod, scratch).map(parts => Object.assign({}, ...parts)),
  } as { [K in keyof SpiloClusterProps]: fc.Arbitrary<SpiloClusterProps[K]> });
  const needed = failsafe ? fc.constant({}) : fc.record({ patroni: patroni(instances, namespace, failsafe) });
  const jobs = fc.tuple(optional, drill).chain(([given, ofBackup]) => {
    const hasBackup = given.backup !== undefined && given.backup !== NO_BACKUP;
    const [dump, restore] = hasBackup ? WITH_BACKUP : WITHOUT_BACKUP;
    return fc.tuple(dump, restore).map(([ofDump, ofRestore]): Partial<SpiloClusterProps> => ({
      ...given,
      // There must be something to restore, and somebody who takes it.
      ...(ofBackup && hasBackup ? { restoreDrill: ofBackup } : {}),
      ...(ofDump ? { logicalDump: ofDump } : {}),
      ...(ofRestore && !given.bootstrap?._standby ? { logicalRestore: ofRestore } : {}),
    }));
  });
  return fc.tuple(jobs, needed, credentials(createsAdminUser), storage).map(([given, forImage, secrets, volume]): Program => {
    const hasCronJobs = given.logicalDump !== undefined || given.backup !== undefined && given.backup !== NO_BACKUP;
    const fits = (name: string) => hasCronJobs ? shortened(name) : name;
    return {
      id: fits(id),
      namespace,
      props: {
        ...given,
        ...(given.clusterName === undefined ? {} : { clusterName: fits(given.clusterName) }),
        ...forImage,
        instances,
        ...(ofImage ? { image: ofImage } : {}),
        credentials: secrets,
        storage: volume,
      },
    };
  }).filter(({ props }) => !(props.bootstrap?._standby && props.credentials._plainText));
});
