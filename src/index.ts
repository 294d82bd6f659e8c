export { Access, AccessOptions } from './features/access/access';
export { AzureCredentials, AzureStoreOptions } from './features/store/azure';
export { Backup, BackupOptions, Compression } from './features/backup/backup';
export { BackupAlertOptions, BackupAlerts } from './features/backup/alerts';
export { BackupEncryption, KeyEncoding } from './features/store/encryption';
export { BackupStore } from './features/store/store';
export { BackupSourceOptions, Bootstrap, CloneSource, ServerSourceOptions, StandbyOptions } from './features/bootstrap/bootstrap';
export { CallbackOptions } from './features/callback/callback';
export { SpiloCluster } from './cluster/cluster';
export { SpiloClusterProps } from './cluster/props';
export { Connection, ConnectionOptions, ConnectionTarget, ISpiloCluster, SpiloClusterAttributes } from './spilo/cluster-ref';
export { Credentials, CredentialsOptions, PlainTextPasswords } from './features/credentials/credentials';
export { Dcs } from './features/dcs/dcs';
export { SpiloImage, SpiloImageFacts } from './spilo/image';
export { DumpFormat } from './features/logical/format';
export { LogicalDumpOptions } from './features/logical/dump';
export { LogicalRestoreOptions, RestoredDatabase } from './features/logical/restore';
export { PatroniOptions, PatroniPeriods, PatroniTiming, PermanentSlot, SynchronousMode } from './features/patroni/patroni';
export { PgAdmin } from './pgadmin/pgadmin';
export { PgAdminProps, PgAdminServer, PgAdminStorageOptions, SslMode } from './pgadmin/options';
export { GcsStoreOptions } from './features/store/gcs';
export { Placement, Separation } from './features/placement/placement';
export { PodOptions } from './features/pod/pod';
export { InitdbOptions, PostgresOptions } from './features/postgres/postgres';
export { PatroniConfigFollower } from './proxy/follower/follower';
export {
  FollowedFile, FollowedPort, FollowerLogLevel, PatroniConfigFollowerProps, ReloadSignal, TemplateEngine,
} from './proxy/follower/options';
export { PatroniHaproxy } from './proxy/haproxy/haproxy';
export { HealthCheckOptions, MemberDiscovery, PatroniHaproxyProps, PatroniTlsOptions, ReadCheck, ReaderOptions, ReadOnlyOptions, WriteCheck } from './proxy/haproxy/options';
export { PgBouncerPooler } from './proxy/pgbouncer/pooler';
export {
  PgBouncerPoolerProps, PoolerClientTlsOptions, PoolerHaproxyOptions, PoolerServerTlsOptions, PoolerUser, PoolMode, PoolUpstream,
} from './proxy/pgbouncer/options';
export { ProxyOptions } from './proxy/common/options';
export { RecoveryOptions, RecoveryPointOptions, RecoveryTarget } from './features/bootstrap/recovery-target';
export { DrillCheck, RestoreDrillOptions } from './features/restore-drill/restore-drill';
export { RolloutOptions, RolloutStrategy } from './features/rollout/rollout';
export { S3Credentials, S3KeyOptions, S3ServerSideEncryption, S3StoreOptions } from './features/store/s3';
export { ServiceAccountOptions } from './features/service-account/service-account';
export { ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, ServiceOptions } from './kit/service-options';
export { ClaimRetention, StorageOptions } from './features/storage/storage';
export { SshStoreOptions } from './features/store/ssh';
export { Tls, TlsOptions } from './features/tls/tls';
export { StorePrefix, SpiloPrefixOptions } from './features/store/prefix';
export { NfsOptions, VolumeStoreOptions } from './features/store/volume';
