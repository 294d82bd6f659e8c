import { SecretKeySpec } from '../../kit/secret-key';
import { BackupSourceSpec } from '../store/spec';

/** Up to where WAL is replayed. */
export interface RecoveryTargetSpec {
  readonly kind: 'latest' | 'time' | 'lsn' | 'restorePoint';
  readonly value?: string;
  readonly baseBackup?: string;
  readonly inclusive?: boolean;
  readonly timeline?: number;
  readonly pause: boolean;
}

/** A running server that is copied. */
export interface ServerSourceSpec {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: SecretKeySpec;
  /** libpq's `sslmode`. */
  readonly sslMode: string;
  /** Namespace of the server, where it is a cluster of this library and its namespace is known. */
  readonly namespace?: string;
}

/** Where the data of a new cluster comes from. */
export type BootstrapSpec =
  | { readonly kind: 'initdb' }
  | { readonly kind: 'backups'; readonly source: BackupSourceSpec; readonly target: RecoveryTargetSpec }
  | { readonly kind: 'server'; readonly server: ServerSourceSpec }
  | StandbySpec;

/** A cluster that follows another one: a running one, its archive, or both. */
export interface StandbySpec {
  readonly kind: 'standby';
  readonly hosts: readonly string[];
  readonly port: number;
  readonly slot?: string;
  readonly source?: BackupSourceSpec;
}
