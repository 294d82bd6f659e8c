import { Cron } from 'cdk8s';
import * as fc from 'fast-check';
import { resources } from './kubernetes';
import { dnsLabel, line, MOST_MEBIBYTES, own, seconds, secretKey, sizes, some } from './texts';
import {
  AccessMode, AzureCredentials, Backup, BackupCompression, BackupEncryption, BackupOptions, BackupStore, Bootstrap, DumpFormat, LibsodiumKeyEncoding,
  LogicalDumpOptions, LogicalRestoreOptions, RecoveryTarget, RestoreDrillOptions, S3BucketOptions, S3Credentials, S3ServerSideEncryption, StorePrefix,
} from 'cdk8s-spilo';

const path = fc.stringMatching(/^[a-z0-9_-]{1,10}(\/[a-z0-9_-]{1,10}){0,2}$/);
const bucket = fc.constantFrom('own-bucket', '0777', '1e3');
const prefix = fc.oneof(
  path.map(StorePrefix.of), path.map(StorePrefix.generation), path.map(scope => StorePrefix.fromSpilo({ scope })), path.map(uid => StorePrefix.fromOperator('orders', uid, 16)),
);
const place = some({ mountPath: path.map(text => `/data/${text}`), directory: fc.oneof(path, fc.constant('.')) });
const size = sizes(1, MOST_MEBIBYTES);

/** A volume that all members reach. */
function volumeStore(instances: number): fc.Arbitrary<BackupStore> {
  const accessMode = instances > 1 ? fc.constant(AccessMode.READ_WRITE_MANY) : fc.constantFrom(...Object.values(AccessMode));
  return fc.oneof(
    fc.tuple(own, place).map(parts => BackupStore.existingClaim(...parts)),
    fc.tuple(fc.record({ size, accessMode, storageClassName: own }, { requiredKeys: ['size'] }), place).map(([claim, where]) => BackupStore.newClaim({ ...claim, ...where })),
    fc.tuple(size, place).map(([ofClaim, where]) => BackupStore.nfs({ server: 'nfs.example.org', path: '/exports', size: ofClaim, ...where })),
  );
}

const s3Credentials = fc.oneof(
  own.map(name => S3Credentials.fromSecret(name)),
  fc.constantFrom(S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders'), S3Credentials.podIdentity(), S3Credentials.fromNode()),
);
const ofBucket = fc.record({
  bucket,
  credentials: s3Credentials,
  prefix,
  serverSideEncryption: fc.constantFrom(S3ServerSideEncryption.aes256(), S3ServerSideEncryption.kms('alias/own')),
  storageClass: fc.constant('STANDARD_IA'),
}, { requiredKeys: ['bucket', 'credentials'] }) as fc.Arbitrary<S3BucketOptions>;

const azureCredentials = fc.oneof(
  secretKey.map(AzureCredentials.accessKey), secretKey.map(AzureCredentials.sasToken), fc.constant(AzureCredentials.managedIdentity()),
);

/** A store that no claim belongs to. */
const cloudStore: fc.Arbitrary<BackupStore> = fc.oneof(
  fc.tuple(ofBucket, some({ pathStyle: fc.boolean() })).map(([options, more]) => BackupStore.s3({ region: 'eu-central-1', ...options, ...more })),
  fc.tuple(ofBucket, some({ region: fc.constant('RegionOne'), pathStyle: fc.boolean(), ca: secretKey }), fc.constantFrom('https://minio.example.org:9000', 'https://[fd00::1]/s3'))
    .map(([options, more, endpoint]) => BackupStore.s3Compatible({ endpoint, ...options, ...more })),
  fc.record({ bucket, prefix, serviceAccountKey: secretKey }, { requiredKeys: ['bucket'] }).map(options => BackupStore.gcs(options)),
  fc.record({
    account: fc.constant('own'),
    container: fc.constant('own-container'),
    prefix,
    credentials: azureCredentials,
  }, { requiredKeys: ['account', 'container', 'credentials'] }).map(options => BackupStore.azure(options)),
  fc.record({
    host: fc.constantFrom('backups.example.org', 'fd00::7'),
    port: fc.integer({ min: 1, max: 65535 }),
    user: fc.constant('own'),
    privateKey: secretKey,
    directory: path.map(text => `/${text}`),
    prefix,
  }, { requiredKeys: ['host', 'port', 'user', 'privateKey', 'directory'] }).map(options => BackupStore.ssh(options)),
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const encryption = fc.oneof(
  fc.tuple(secretKey, optional(fc.constantFrom(...Object.values(LibsodiumKeyEncoding)))).map(parts => BackupEncryption.libsodium(...parts)),
  fc.tuple(secretKey, optional(secretKey)).map(parts => BackupEncryption.pgp(...parts)),
);
const compression = fc.constantFrom(...Object.values(BackupCompression));
const scratch = fc.record({ size, storageClassName: own }, { requiredKeys: ['size'] });
const parallelScratch = fc.record({ size, storageClassName: own, parallelJobs: fc.integer({ min: 1, max: 100 }) }, { requiredKeys: ['size'] });

const restoreDrill: fc.Arbitrary<RestoreDrillOptions> = fc.record({
  scratch,
  schedule: fc.constant(Cron.schedule({ minute: '5', hour: '3', weekDay: '0' })),
  checks: fc.array(fc.tuple(line, line).filter(texts => texts.every(text => text.trim() !== '')).map(([name, sql]) => ({ name, sql })), { maxLength: 2 }),
  maxRecoveryPointAge: seconds(60, 7200),
  maxRestoreTime: seconds(60, 7200),
  deadline: seconds(60, 7200),
  pushgateway: fc.constant('http://push.example.org:9091'),
  resources,
}, { requiredKeys: ['scratch'] });

const walgSetting = fc.stringMatching(/^WALG_X_[A-Z]{1,5}$/).filter(name => !/KEY|SECRET|PASS|TOKEN|PREFIX/.test(name));
const backupOptions = some<BackupOptions>({
  schedule: fc.tuple(fc.nat(59), fc.nat(23)).map(([minute, hour]) => Cron.schedule({ minute: String(minute), hour: String(hour) })),
  retain: fc.integer({ min: 2, max: 100 }),
  retainFor: seconds(3600, 8640000),
  archiveTimeout: seconds(10, 3600),
  compression,
  encryption,
  deltaSteps: fc.nat(100),
  fromReplica: fc.boolean(),
  onDemand: fc.boolean(),
  uploadConcurrency: fc.integer({ min: 1, max: 100 }),
  downloadConcurrency: fc.integer({ min: 1, max: 100 }),
  diskRateLimit: sizes(1, 1000),
  networkRateLimit: sizes(1, 1000),
  uncheckedWalgSettings: fc.dictionary(walgSetting, line, { maxKeys: 2 }),
  restoreDrill,
});

export function backup(instances: number): fc.Arbitrary<Backup> {
  return fc.oneof(
    fc.constant(Backup.none()),
    fc.tuple(volumeStore(instances), backupOptions).map(parts => Backup.to(...parts)),
    fc.tuple(cloudStore, backupOptions).map(parts => Backup.to(...parts)),
  );
}

const target = optional(fc.constantFrom(
  RecoveryTarget.latest(), RecoveryTarget.latest(2), RecoveryTarget.time('2026-11-21T09:30:00Z', { inclusive: false }),
  RecoveryTarget.lsn('0/3000060', { pause: true }), RecoveryTarget.restorePoint('on', 'base_000000010000000000000004', { timeline: 3 }),
));
const source = fc.tuple(cloudStore, optional(encryption)).map(([store, encryptedBy]) => ({ store, clusterName: 'the-source', namespace: 'elsewhere', encryption: encryptedBy }));

/** Where the data comes from, but for standbys. */
export const bootstrap: fc.Arbitrary<Bootstrap> = fc.oneof(
  fc.constant(Bootstrap.initdb()),
  fc.tuple(source, target).map(parts => Bootstrap.fromBackups(...parts)),
  secretKey.map(password => Bootstrap.fromServer({ host: 'the-source.example.org', password })),
);

/** A standby, of one or several hosts. */
export const standby = (severalHosts: boolean): fc.Arbitrary<Bootstrap> => fc.oneof(
  fc.record({
    hosts: fc.constantFrom<string[]>(['the-source'], ...severalHosts ? [['the-source', 'fd00::2']] : []), port: fc.constant(5433), slot: fc.constant('on'), backups: source,
  }, { requiredKeys: ['hosts'] }).map(options => Bootstrap.standby(options)),
  source.map(backups => Bootstrap.standby({ backups })),
);

const databaseName = fc.oneof(dnsLabel, fc.constantFrom('on', 'Ünïcode', '$(POD_IP)', 'a b', '"'));
const dumpStore = fc.record({ store: fc.oneof(cloudStore, own.map(name => BackupStore.existingClaim(name))), encryption }, { requiredKeys: ['store'] });

function logicalDump(hasStore: boolean): fc.Arbitrary<LogicalDumpOptions> {
  return fc.tuple(some<LogicalDumpOptions>({
    schedule: fc.constant(Cron.schedule({ minute: '5', hour: '3' })),
    databases: fc.uniqueArray(databaseName, { minLength: 1, maxLength: 3 }),
    format: fc.oneof(fc.constantFrom(DumpFormat.custom(), DumpFormat.plain()), parallelScratch.map(DumpFormat.directory)),
    compression,
    retain: fc.integer({ min: 2, max: 100 }),
    retainFor: seconds(3600, 8640000),
    fromReplica: fc.boolean(),
    deadline: seconds(60, 7200),
    pushgateway: fc.constant('http://push.example.org:9091'),
    resources,
  }), hasStore ? fc.oneof(fc.constant({}), dumpStore) : dumpStore).map(parts => Object.assign({}, ...parts));
}

function logicalRestore(hasStore: boolean): fc.Arbitrary<LogicalRestoreOptions> {
  const from = fc.record({ source });
  return fc.tuple(some<LogicalRestoreOptions>({
    dump: fc.constant('20261121T030000Z'),
    databases: fc.uniqueArray(databaseName, { minLength: 1, maxLength: 3 }).map(names => names.map(name => ({ name, newName: `${name}1` }))),
    roles: fc.boolean(),
    postgresVersion: fc.integer({ min: 10, max: 18 }),
    scratch: parallelScratch,
    deadline: seconds(60, 7200),
    resources,
  }), hasStore ? fc.oneof(fc.constant({}), from) : from).map(parts => Object.assign({}, ...parts));
}

const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const jobs = (hasStore: boolean) => fc.record({ logicalDump: seldom(logicalDump(hasStore)), logicalRestore: seldom(logicalRestore(hasStore)) });

/** Dumps and restores of a cluster with a store of its own, and of one without. */
export const [LOGICAL_WITH_STORE, LOGICAL] = [jobs(true), jobs(false)];
