export { Access, AccessOptions } from './access';
export { AzureCredentials, AzureStoreOptions } from './azure-store';
export { Backup, BackupOptions, Compression } from './backup';
export { BackupAlertOptions, BackupAlerts } from './backup-alerts';
export { BackupEncryption, KeyEncoding } from './backup-encryption';
export { BackupStore } from './backup-store';
export { BackupSourceOptions, Bootstrap, CloneSource, ServerSourceOptions, StandbyOptions } from './bootstrap';
export { CallbackOptions } from './callback';
export { SpiloCluster } from './cluster';
export { SpiloClusterProps } from './cluster-props';
export { Connection, ConnectionOptions, ConnectionTarget, ISpiloCluster, SpiloClusterAttributes } from './cluster-ref';
export { Credentials, CredentialsOptions, PlainTextPasswords } from './credentials';
export { Dcs } from './dcs';
export { SpiloImage, SpiloImageFacts } from './image';
export { DumpFormat } from './dump-format';
export { LogicalDumpOptions } from './logical-dump';
export { LogicalRestoreOptions, RestoredDatabase } from './logical-restore';
export { PatroniOptions, PatroniPeriods, PatroniTiming, PermanentSlot, SynchronousMode } from './patroni';
export { PgAdmin } from './pgadmin';
export { PgAdminProps, PgAdminServer, PgAdminStorageOptions, SslMode } from './pgadmin-options';
export { GcsStoreOptions } from './gcs-store';
export { Placement, Separation } from './placement';
export { PodOptions } from './pod';
export { InitdbOptions, PostgresOptions } from './postgres';
export { PatroniConfigFollower } from './proxy/follower';
export {
  FollowedFile, FollowedPort, FollowerLogLevel, PatroniConfigFollowerProps, ReloadSignal, TemplateEngine,
} from './proxy/follower-options';
export { PatroniHaproxy } from './proxy/haproxy';
export { HealthCheckOptions, MemberDiscovery, PatroniHaproxyProps, PatroniTlsOptions, ReadCheck, ReaderOptions, ReadOnlyOptions, WriteCheck } from './proxy/haproxy-options';
export { PgBouncerPooler } from './proxy/pooler';
export {
  PgBouncerPoolerProps, PoolerClientTlsOptions, PoolerHaproxyOptions, PoolerServerTlsOptions, PoolerUser, PoolMode, PoolUpstream,
} from './proxy/pooler-options';
export { ProxyOptions } from './proxy/proxy-options';
export { RecoveryOptions, RecoveryPointOptions, RecoveryTarget } from './recovery-target';
export { DrillCheck, RestoreDrillOptions } from './restore-drill';
export { RolloutOptions, RolloutStrategy } from './rollout';
export { S3Credentials, S3KeyOptions, S3ServerSideEncryption, S3StoreOptions } from './s3-store';
export { ServiceAccountOptions } from './service-account';
export { ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, ServiceOptions } from './service-options';
export { ClaimRetention, StorageOptions } from './storage';
export { SshStoreOptions } from './ssh-store';
export { Tls, TlsOptions } from './tls';
export { StorePrefix, SpiloPrefixOptions } from './store-prefix';
export { NfsOptions, VolumeStoreOptions } from './volume-store';
