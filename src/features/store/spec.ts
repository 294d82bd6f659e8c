import { SecretKeySpec } from '../../kit/secret-key';

/** The directory of one cluster in a store. Backups of two PostgreSQL majors never share one. */
export interface PathSpec {
  readonly base: string;
  /** The major version that ends the path. Absent where the user wrote the whole path. */
  readonly postgresVersion?: number;
  /** The major version that the user wrote, which is part of `base`. */
  readonly writtenVersion?: number;
}

/** A directory on a volume. A claim that has a `size` is made, with a volume of its own on an NFS server if one is named. */
export interface VolumeStoreSpec {
  readonly kind: 'volume';
  readonly claim: string;
  readonly size?: string;
  readonly storageClassName?: string;
  /** Not known of a claim that exists. */
  readonly accessMode?: string;
  readonly nfs?: { readonly server: string; readonly path: string };
  readonly mountPath: string;
  /** Below the mount; `.` is the root of the volume. */
  readonly path: PathSpec;
}

/** Who a cluster is to S3. */
export type S3CredentialsSpec =
  | { readonly kind: 'secret'; readonly accessKeyId: SecretKeySpec; readonly secretAccessKey: SecretKeySpec }
  | { readonly kind: 'workload-identity'; readonly roleArn: string }
  | { readonly kind: 'pod-identity' }
  | { readonly kind: 'node' };

/** A bucket of S3, or of a server that speaks its protocol, which has an `endpoint`. */
export interface S3StoreSpec {
  readonly kind: 's3';
  readonly bucket: string;
  readonly path: PathSpec;
  readonly credentials: S3CredentialsSpec;
  readonly region: string;
  readonly endpoint?: string;
  readonly pathStyle: boolean;
  readonly ca?: SecretKeySpec;
  readonly serverSideEncryption?: { readonly algorithm: 'AES256' | 'aws:kms'; readonly keyId?: string };
  readonly storageClass?: string;
}

/** A bucket of Google Cloud Storage. */
export interface GcsStoreSpec {
  readonly kind: 'gcs';
  readonly bucket: string;
  readonly path: PathSpec;
  readonly serviceAccountKey?: SecretKeySpec;
}

/** Who a cluster is to Azure. */
export type AzureCredentialsSpec =
  | { readonly kind: 'access-key' | 'sas-token'; readonly secret: SecretKeySpec }
  | { readonly kind: 'managed-identity'; readonly clientId?: string };

/** A container of Azure Blob Storage. */
export interface AzureStoreSpec {
  readonly kind: 'azure';
  readonly account: string;
  readonly container: string;
  readonly path: PathSpec;
  readonly credentials: AzureCredentialsSpec;
  readonly endpointSuffix?: string;
}

/** A directory on a server with SFTP. */
export interface SshStoreSpec {
  readonly kind: 'ssh';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: SecretKeySpec;
  readonly directory: string;
  readonly path: PathSpec;
}

/** Where WAL, base backups and dumps of one cluster are. */
export type StoreSpec = VolumeStoreSpec | S3StoreSpec | GcsStoreSpec | AzureStoreSpec | SshStoreSpec;

/** How everything in a store is encrypted before it leaves the pod. */
export type EncryptionSpec =
  | { readonly kind: 'libsodium'; readonly key: SecretKeySpec; readonly encoding: string }
  | { readonly kind: 'pgp'; readonly key: SecretKeySpec; readonly passphrase?: SecretKeySpec };

/** A store, and how what is in it is encrypted. */
export interface EncryptedStoreSpec { readonly store: StoreSpec; readonly encryption?: EncryptionSpec }

/** The backups of another cluster. */
export interface BackupSourceSpec extends EncryptedStoreSpec {
  readonly cluster: string;
  readonly namespace?: string;
}

/** Room on a volume that lives as long as a Job. */
export interface ScratchSpec { readonly size: string; readonly storageClassName?: string }
