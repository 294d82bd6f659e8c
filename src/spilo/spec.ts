import { AccessSpec } from '../features/access/spec';
import { BackupSpec } from '../features/backup/spec';
import { BootstrapSpec } from '../features/bootstrap/spec';
import { CallbackSpec } from '../features/callback/spec';
import { CredentialsSpec } from '../features/credentials/spec';
import { LogicalDumpSpec, LogicalRestoreSpec } from '../features/logical/spec';
import { PatroniSpec } from '../features/patroni/spec';
import { PostgresSpec } from '../features/postgres/spec';
import { RolloutSpec } from '../features/rollout/spec';
import { ServiceAccountSpec } from '../features/service-account/spec';
import { StorageSpec } from '../features/storage/spec';
import { TlsSpec } from '../features/tls/spec';
import { Texts } from '../kernel/contribution';
import { ResourcesSpec } from '../kernel/quantity';
import { PlacementSpec } from '../kit/placement';
import { PodSpec } from '../kit/pod-options';
import { ServiceSpec } from '../kit/service-options';

/** A Spilo image, and what the library has to know about it. */
export interface ImageSpec {
  readonly reference: string;
  readonly postgresVersions: readonly number[];
  /** Version of Patroni, `4.0.4`. */
  readonly patroniVersion: string;
  readonly timescaledbUpTo: number;
  readonly createsAdminUser: boolean;
  readonly readOnlyRoot: boolean;
  readonly fencing: boolean;
  readonly locales: readonly string[];
}

/** The pods of the library's own Jobs. */
export interface JobsSpec {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly placement: PlacementSpec;
}

/** What a cluster is, before any feature: defaults of features may follow from it. */
export interface Identity {
  readonly name: string;
  /** The chart's namespace. Unknown where it is left to `kubectl apply -n`. */
  readonly namespace?: string;
  readonly instances: number;
  readonly image: ImageSpec;
  readonly imagePullPolicy: string;
}

/**
 * One cluster, as one JSON document: every value is there, also those that nobody gave. Rules judge it, features read it,
 * and the same manifests follow from what is read back from JSON.
 */
export interface ClusterSpec extends Identity {
  readonly credentials: CredentialsSpec;
  readonly storage: StorageSpec;
  readonly resources: ResourcesSpec;
  readonly sharedMemory: string;
  readonly placement: PlacementSpec;
  readonly leaderService: ServiceSpec;
  readonly replicaService: ServiceSpec;
  readonly access: readonly AccessSpec[];
  readonly callback?: CallbackSpec;
  readonly patroni: PatroniSpec;
  readonly postgres: PostgresSpec;
  /** Absent where nobody said anything about backups. */
  readonly backup?: BackupSpec;
  readonly bootstrap: BootstrapSpec;
  readonly logicalDump?: LogicalDumpSpec;
  readonly logicalRestore?: LogicalRestoreSpec;
  readonly tls?: TlsSpec;
  readonly rollout: RolloutSpec;
  readonly serviceAccount: ServiceAccountSpec;
  readonly pod: PodSpec;
  readonly jobs: JobsSpec;
}
