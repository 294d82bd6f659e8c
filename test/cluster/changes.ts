/** The pairs of programs that keep the tags `@changes` of a cluster true; see `test/changes.test.ts`. */
import { Duration, Size } from 'cdk8s';
import { STORE_PAIRS } from '../features/store/changes';
import { AMOUNT_PAIRS, Pairs, PLACEMENT_PAIRS, POD_PAIRS, SERVICE_PAIRS, within } from '../support/pairs';
import { Props } from '../support/render';
import {
  Access, AccessMode, AccessOptions, Bootstrap, BackupStore, CallbackOptions, ClaimRetention, Credentials, CredentialsOptions, CredentialsSecrets,
  Dcs, Fencing, IgnoredSlotOptions, LoadBalancerAccessOptions, PatroniOptions, PatroniTiming, PatroniTimingOptions, PermanentSlot, PlainTextPasswords,
  PostgresOptions, PullPolicy, RewindFailure, RolloutStrategy, SpiloImage, StorageOptions, Synchronous, Tls, TlsOptions, UserNamesOptions,
} from 'cdk8s-spilo';

const SECRET = 'orders-passwords';

/** Only images with Patroni before 4 create an admin user. */
const OLD_IMAGE = { image: SpiloImage.SPILO_15_3_0_P1, postgres: { version: 15 } };
const named = (options: UserNamesOptions): Props => ({ ...OLD_IMAGE, credentials: Credentials.fromSecret(SECRET, { adminName: 'boss', ...options }) });
const keyed = (options: CredentialsOptions): Props => named(options);
const separate = (secrets: Partial<CredentialsSecrets>): Props => ({
  ...OLD_IMAGE,
  credentials: Credentials.fromSecrets({ ...inSecret('superuser'), ...inSecret('replication'), ...inSecret('admin'), ...secrets } as CredentialsSecrets, { adminName: 'boss' }),
});
const inSecret = (user: string, name = user) => ({ [user]: { name, key: 'password' } });
const written = (passwords: Partial<PlainTextPasswords>): Props => ({
  ...OLD_IMAGE, credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b', admin: 'c', ...passwords }, { adminName: 'boss' }),
});
const storage = (options: Partial<StorageOptions>): Props => ({ storage: { size: Size.gibibytes(50), ...options } });
const access = (options: AccessOptions): Props => ({ access: [Access.leaderNodePort(32345, options)] });
const loadBalancer = (options: LoadBalancerAccessOptions): Props => ({ access: [Access.leaderLoadBalancer(options)] });
const callback = (options: Partial<CallbackOptions>): Props => ({ callback: { script: '#!/bin/sh\necho "$1"\n', ...options } });
const tls = (options: TlsOptions): Props => ({ tls: Tls.fromSecret('orders-tls', options) });
const patroni = (options: PatroniOptions): Props => ({ patroni: options });
const timing = (periods: Partial<PatroniTimingOptions>): Props => patroni({
  timing: PatroniTiming.of({ ttl: Duration.seconds(60), loopWait: Duration.seconds(10), retryTimeout: Duration.seconds(10), ...periods }),
});
const ignored = (slot: IgnoredSlotOptions): Props => patroni({ ignoreSlots: [{ type: 'physical', ...slot }] });
const postgres = (options: Partial<PostgresOptions>): Props => ({ postgres: options });

const USERS: Pairs<Props> = {
  UserNamesOptions: {
    replicationName: [named({}), named({ replicationName: 'streamer' })],
    adminName: [named({}), named({ adminName: 'chief' })],
  },
  CredentialsOptions: {
    superuserPasswordEntry: [keyed({}), keyed({ superuserPasswordEntry: 'root' })],
    replicationPasswordEntry: [keyed({}), keyed({ replicationPasswordEntry: 'streamer' })],
    adminPasswordEntry: [keyed({}), keyed({ adminPasswordEntry: 'boss' })],
  },
  CredentialsSecrets: {
    superuser: [separate({}), separate(inSecret('superuser', 'other'))],
    replication: [separate({}), separate(inSecret('replication', 'other'))],
    admin: [separate({}), separate(inSecret('admin', 'other'))],
  },
  PlainTextPasswords: {
    superuser: [written({}), written({ superuser: 'x' })],
    replication: [written({}), written({ replication: 'x' })],
    admin: [written({}), written({ admin: 'x' })],
  },
};

const PATRONI: Pairs<Props> = {
  PatroniOptions: {
    dcs: [{}, patroni({ dcs: Dcs.configMaps() })],
    timing: [{}, patroni({ timing: PatroniTiming.FAST })],
    maximumLagOnFailover: [{}, patroni({ maximumLagOnFailover: Size.mebibytes(1) })],
    synchronous: [{}, patroni({ synchronous: Synchronous.strict(2) })],
    failsafeMode: [{}, patroni({ failsafeMode: false })],
    fencing: [{}, patroni({ fencing: Fencing.watchdog() })],
    primaryStartTimeout: [{}, patroni({ primaryStartTimeout: Duration.seconds(30) })],
    slots: [{}, patroni({ slots: { a: PermanentSlot.physical() } })],
    ignoreSlots: [{}, patroni({ ignoreSlots: [{ name: 'debezium' }] })],
    onRewindFailure: [{}, patroni({ onRewindFailure: RewindFailure.COPY_LEADER })],
    tags: [{}, patroni({ tags: { clonefrom: 'true' } })],
    bypassApiService: [{}, patroni({ bypassApiService: true })],
    uncheckedConfiguration: [{}, patroni({ uncheckedConfiguration: { postgresql: { pg_ctl_timeout: 120 }, bootstrap: { dcs: { member_slots_ttl: '10min' } } } })],
  },
  FencingOptions: {
    safetyMargin: [patroni({ fencing: Fencing.watchdog() }), patroni({ fencing: Fencing.watchdog({ safetyMargin: Duration.seconds(8) }) })],
  },
  PatroniTimingOptions: {
    ttl: [timing({}), timing({ ttl: Duration.seconds(70) })],
    loopWait: [timing({}), timing({ loopWait: Duration.seconds(9) })],
    retryTimeout: [timing({}), timing({ retryTimeout: Duration.seconds(9) })],
  },
  IgnoredSlotOptions: {
    name: [ignored({}), ignored({ name: 'debezium' })],
    type: [ignored({}), ignored({ type: 'logical' })],
    database: [ignored({ type: 'logical' }), ignored({ type: 'logical', database: 'shop' })],
    plugin: [ignored({ type: 'logical' }), ignored({ type: 'logical', plugin: 'pgoutput' })],
  },
};

const POSTGRES: Pairs<Props> = {
  PostgresOptions: {
    version: [{}, postgres({ version: 16 })],
    parameters: [{}, postgres({ parameters: { work_mem: '32MB', max_locks_per_transaction: '256' } })],
    preloadLibraries: [{}, postgres({ preloadLibraries: ['auto_explain'] })],
    hba: [{}, postgres({ hba: ['hostssl all all 10.0.0.0/8 scram-sha-256'] })],
    ident: [{}, postgres({ ident: ['staff jane app'] })],
    allowPlaintext: [{}, postgres({ allowPlaintext: true })],
  },
  InitdbOptions: {
    locale: [{}, postgres({ initdb: { locale: 'C.UTF-8' } })],
    walSegmentSize: [{}, postgres({ initdb: { walSegmentSize: Size.mebibytes(64) } })],
    uncheckedOptions: [{}, postgres({ initdb: { uncheckedOptions: { 'no-sync': '' } } })],
  },
};

/** Of every property of a cluster. */
export const CLUSTER_PAIRS: Pairs<Props> = {
  SpiloClusterProps: {
    clusterName: [{}, { clusterName: 'invoices' }],
    instances: [{}, { instances: 5 }],
    image: [{}, { image: SpiloImage.SPILO_17_4_0_P2 }],
    imagePullPolicy: [{}, { imagePullPolicy: PullPolicy.ALWAYS }],
    credentials: [{}, { credentials: Credentials.fromSecret('other-passwords') }],
    resources: [{}, { resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } } }],
    sharedMemory: [{}, { sharedMemory: Size.mebibytes(512) }],
    access: [{}, access({})],
    backup: STORE_PAIRS.SpiloClusterProps.backup,
    bootstrap: [{}, { bootstrap: Bootstrap.fromBackups({ store: BackupStore.gcs({ bucket: 'backups' }), clusterName: 'invoices' }) }],
    tls: [{}, tls({})],
    serviceAccount: [{}, { serviceAccount: { existingName: 'databases' } }],
  },
  ...USERS,
  StorageOptions: {
    size: [{}, storage({ size: Size.gibibytes(60) })],
    storageClassName: [{}, storage({ storageClassName: 'fast' })],
    accessMode: [{}, storage({ accessMode: AccessMode.READ_WRITE_ONCE_POD })],
    labels: [{}, storage({ labels: { a: 'b' } })],
    annotations: [{}, storage({ annotations: { a: 'b' } })],
    whenDeleted: [{}, storage({ whenDeleted: ClaimRetention.DELETE })],
    whenScaled: [{}, storage({ whenScaled: ClaimRetention.DELETE })],
  },
  ...within(AMOUNT_PAIRS, resources => ({ resources })),
  ...within(PLACEMENT_PAIRS, placement => ({ placement })),
  ...within(SERVICE_PAIRS, leaderService => ({ leaderService })),
  AccessOptions: {
    nameSuffix: [access({}), access({ nameSuffix: 'outside' })],
    port: [access({}), access({ port: 6432 })],
  },
  LoadBalancerAccessOptions: {
    loadBalancerSourceRanges: [loadBalancer({}), loadBalancer({ loadBalancerSourceRanges: ['10.0.0.0/8'] })],
    loadBalancerClass: [loadBalancer({ loadBalancerClass: 'a' }), loadBalancer({ loadBalancerClass: 'b' })],
  },
  CallbackOptions: {
    script: [callback({}), callback({ script: '#!/bin/sh\necho "$2"\n' })],
    timeout: [callback({}), callback({ timeout: Duration.seconds(60) })],
  },
  ...PATRONI,
  ...POSTGRES,
  ...Object.fromEntries(Object.entries(STORE_PAIRS).filter(([struct]) => struct !== 'SpiloClusterProps')),
  TlsOptions: {
    certificateEntry: [tls({}), tls({ certificateEntry: 'cert' })],
    privateKeyEntry: [tls({}), tls({ privateKeyEntry: 'key' })],
    caEntry: [tls({}), tls({ caEntry: 'ca.crt' })],
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
  ...within(POD_PAIRS, pod => ({ pod })),
  JobOptions: {
    labels: [{}, { jobs: { labels: { a: 'b' } } }],
    annotations: [{}, { jobs: { annotations: { a: 'b' } } }],
    placement: [{}, { jobs: { placement: { nodeSelector: { a: 'b' } } } }],
  },
};
