import { ResourcesSpec } from '../../kernel/quantity';
import { EncryptedStoreSpec, ScratchSpec } from '../store/spec';

/** No backups, on purpose. */
export interface NoBackupSpec { readonly kind: 'none' }

/** A WAL archive with base backups. Durations in seconds, rates each second. What is absent is left to wal-g. */
export interface StoredBackupSpec extends EncryptedStoreSpec {
  readonly kind: 'store';
  readonly schedule: string;
  readonly retain: number;
  readonly retainFor?: number;
  readonly archiveTimeout: number;
  readonly compression?: string;
  readonly deltaSteps?: number;
  readonly fromReplica: boolean;
  readonly uploadConcurrency?: number;
  readonly downloadConcurrency?: number;
  readonly diskRateLimit?: string;
  readonly networkRateLimit?: string;
  readonly onDemand: boolean;
  readonly uncheckedWalgSettings: { readonly [name: string]: string };
  readonly restoreDrill?: RestoreDrillSpec;
}

/** A restore of the newest base backup, by a CronJob. Durations in seconds. */
export interface RestoreDrillSpec {
  readonly scratch: ScratchSpec;
  readonly schedule: string;
  readonly checks: readonly { readonly name: string; readonly sql: string; readonly database: string }[];
  readonly maxRecoveryPointAge?: number;
  readonly maxRestoreTime?: number;
  readonly deadline: number;
  readonly pushgateway?: string;
  readonly resources: ResourcesSpec;
}

export type BackupSpec = NoBackupSpec | StoredBackupSpec;
