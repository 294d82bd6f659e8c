export { BackupAlerts } from './cluster/alerts';
export { SpiloCluster } from './cluster/cluster';
export { JobOptions, SpiloClusterProps } from './cluster/props';
export { Access, AccessOptions, LoadBalancerAccessOptions } from './features/access/access';
export { BackupAlertOptions } from './features/backup/alerts';
export { Backup, BackupOptions } from './features/backup/backup';
export { Bootstrap, ServerSourceOptions, StandbyOptions } from './features/bootstrap/bootstrap';
export { RecoveryOptions, RecoveryPointOptions, RecoveryTarget } from './features/bootstrap/recovery-target';
export { CallbackOptions } from './features/callback/callback';
export { Credentials, CredentialsOptions, CredentialsSecrets, PlainTextPasswords, UserNamesOptions } from './features/credentials/credentials';
export { LogicalDumpOptions } from './features/logical/dump';
export { DumpFormat } from './features/logical/format';
export { LogicalRestoreOptions, RestoredDatabase } from './features/logical/restore';
export { Dcs } from './features/patroni/dcs';
export { Fencing, FencingOptions } from './features/patroni/fencing';
export {
  IgnoredSlotOptions, PatroniOptions, PatroniTiming, PatroniTimingOptions, PermanentSlot, RewindFailure, Synchronous,
} from './features/patroni/patroni';
export { InitdbOptions, PostgresOptions } from './features/postgres/postgres';
export { DrillCheck, RestoreDrillOptions } from './features/restore-drill/restore-drill';
export { RolloutOptions, RolloutStrategy } from './features/rollout/rollout';
export { ServiceAccountOptions } from './features/service-account/service-account';
export { ClaimRetention, StorageOptions } from './features/storage/storage';
export { AzureCredentials, AzureStoreOptions } from './features/store/azure';
export { BackupCompression } from './features/store/compression';
export { BackupEncryption, LibsodiumKeyEncoding } from './features/store/encryption';
export { GcsStoreOptions } from './features/store/gcs';
export { SpiloPrefixOptions, StorePrefix } from './features/store/prefix';
export { S3BucketOptions, S3CompatibleStoreOptions, S3StoreOptions } from './features/store/s3';
export { S3Credentials, S3KeyOptions, S3ServerSideEncryption } from './features/store/s3-access';
export { ParallelScratchOptions, ScratchOptions } from './features/store/scratch';
export { BackupSource } from './features/store/source';
export { SshStoreOptions } from './features/store/ssh';
export { BackupStore } from './features/store/store';
export { NewClaimStoreOptions, NfsStoreOptions, VolumeStoreOptions } from './features/store/volume';
export { Tls, TlsOptions } from './features/tls/tls';
export { AccessMode } from './kit/access-mode';
export { ContainerImage, ContainerImageFacts } from './kit/image';
export { PlacementOptions, Separation } from './kit/placement';
export { PodOptions } from './kit/pod-options';
export { PullPolicy } from './kit/pull-policy';
export { CpuResources, Resources, SizeResources } from './kit/resources';
export { SecretKey } from './kit/secret-key';
export { ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, ServiceBaseOptions, ServiceOptions, ServiceType } from './kit/service-options';
export { PgAdminProps, PgAdminServer, PgAdminStorageOptions, SslMode } from './pgadmin/options';
export { PgAdmin } from './pgadmin/pgadmin';
export { ProxyOptions } from './proxy/common/options';
export { PatroniTlsOptions } from './proxy/common/patroni-tls';
export { FollowedFile, FollowedPort, FollowerLogLevel, ReloadSignal, TemplateEngine } from './proxy/follower/files';
export { PatroniConfigFollower } from './proxy/follower/follower';
export { PatroniConfigFollowerProps } from './proxy/follower/options';
export {
  HaproxyCheckOptions, HaproxyReadCheck, HaproxyReaderOptions, HaproxyReadOnlyOptions, HaproxyWriteCheck, MemberDiscovery,
} from './proxy/haproxy/checks';
export { PatroniHaproxy } from './proxy/haproxy/haproxy';
export { PatroniHaproxyProps } from './proxy/haproxy/options';
export { PgBouncerPoolerProps } from './proxy/pgbouncer/options';
export {
  PoolerClientTlsOptions, PoolerHaproxyOptions, PoolerServerTlsOptions, PoolerUser, PoolMode, PoolUpstream,
} from './proxy/pgbouncer/parts';
export { PgBouncerPooler } from './proxy/pgbouncer/pooler';
export { ISpiloCluster, SpiloClusterAttributes } from './spilo/cluster-ref';
export { Connection, ConnectionOptions, ConnectionTarget, ConnectionVariable, SuperuserConnectionOptions } from './spilo/connection';
export { Endpoint } from './spilo/endpoint';
export { SpiloImage, SpiloImageFacts } from './spilo/image';
