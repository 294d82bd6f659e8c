import { ResourcesSpec } from '../../kernel/quantity';
import { BackupSourceSpec, EncryptionSpec, ScratchSpec, StoreSpec } from '../store/spec';

/** Dumps of databases, by a CronJob. Durations in seconds. */
export interface LogicalDumpSpec {
  readonly schedule: string;
  readonly databases?: readonly string[];
  readonly format: 'custom' | 'plain' | 'directory';
  readonly parallelJobs: number;
  readonly scratch?: ScratchSpec;
  readonly compression?: string;
  readonly retain: number;
  readonly retainFor?: number;
  readonly fromReplica: boolean;
  /** A store of its own, and the encryption in it; otherwise those of the backups. */
  readonly store?: StoreSpec;
  readonly encryption?: EncryptionSpec;
  readonly deadline: number;
  readonly pushgateway?: string;
  readonly resources: ResourcesSpec;
}

/** A restore of databases from a dump, by a Job. */
export interface LogicalRestoreSpec {
  readonly dump?: string;
  readonly databases?: readonly { readonly name: string; readonly newName: string }[];
  readonly roles: boolean;
  readonly parallelJobs: number;
  readonly scratch?: ScratchSpec;
  /** Backups of another cluster beside which its dumps are; otherwise this cluster's own dumps. */
  readonly source?: BackupSourceSpec;
  /** The major version of the cluster that made the dump. */
  readonly postgresVersion: number;
  readonly deadline: number;
  readonly resources: ResourcesSpec;
}
