import { AzureStoreOptions, settleAzure } from './azure';
import { GcsStoreOptions, settleGcs } from './gcs';
import { StoreOwner } from './prefix';
import { S3CompatibleStoreOptions, S3StoreOptions, settleS3, settleS3Compatible } from './s3';
import { StoreSpec } from './spec';
import { settleSsh, SshStoreOptions } from './ssh';
import { NewClaimStoreOptions, NfsStoreOptions, settleExistingClaim, settleNewClaim, settleNfs, VolumeStoreOptions } from './volume';
import { copied } from '../../kernel/data';

type BackupStoreData =
  | { readonly kind: 'newClaim'; readonly options: NewClaimStoreOptions }
  | { readonly kind: 'existingClaim'; readonly claimName: string; readonly options?: VolumeStoreOptions }
  | { readonly kind: 'nfs'; readonly options: NfsStoreOptions }
  | { readonly kind: 's3'; readonly options: S3StoreOptions }
  | { readonly kind: 's3Compatible'; readonly options: S3CompatibleStoreOptions }
  | { readonly kind: 'gcs'; readonly options: GcsStoreOptions }
  | { readonly kind: 'azure'; readonly options: AzureStoreOptions }
  | { readonly kind: 'ssh'; readonly options: SshStoreOptions };

/**
 * Where WAL, base backups and dumps go, and where a clone finds those of its source.
 */
export class BackupStore {
  /**
   * A claim `<cluster>-backup`, which is made, on storage that all members share: ReadWriteMany.
   *
   * @param options size and directory.
   */
  public static newClaim(options: NewClaimStoreOptions): BackupStore {
    return new BackupStore({ kind: 'newClaim', options: copied(options) });
  }

  /**
   * A claim that exists, on storage that all members share: ReadWriteMany.
   *
   * @param claimName name of the claim, in the namespace of the cluster.
   * @param options directory.
   */
  public static existingClaim(claimName: string, options: VolumeStoreOptions = {}): BackupStore {
    return new BackupStore({ kind: 'existingClaim', claimName, options: copied(options) });
  }

  /**
   * A directory that a server exports by NFS.
   *
   * @param options server and directory.
   */
  public static nfs(options: NfsStoreOptions): BackupStore {
    return new BackupStore({ kind: 'nfs', options: copied(options) });
  }

  /**
   * A bucket of Amazon S3.
   *
   * @param options bucket, region and credentials.
   */
  public static s3(options: S3StoreOptions): BackupStore {
    return new BackupStore({ kind: 's3', options: copied(options) });
  }

  /**
   * A bucket of a server that speaks the protocol of S3: MinIO, Ceph, and many clouds.
   *
   * @param options endpoint, bucket and credentials.
   */
  public static s3Compatible(options: S3CompatibleStoreOptions): BackupStore {
    return new BackupStore({ kind: 's3Compatible', options: copied(options) });
  }

  /**
   * A bucket of Google Cloud Storage.
   *
   * @param options bucket and key.
   */
  public static gcs(options: GcsStoreOptions): BackupStore {
    return new BackupStore({ kind: 'gcs', options: copied(options) });
  }

  /**
   * A container of Azure Blob Storage.
   *
   * @param options account, container and credentials.
   */
  public static azure(options: AzureStoreOptions): BackupStore {
    return new BackupStore({ kind: 'azure', options: copied(options) });
  }

  /**
   * A directory on a server that speaks SFTP.
   *
   * @param options server, user and key.
   */
  public static ssh(options: SshStoreOptions): BackupStore {
    return new BackupStore({ kind: 'ssh', options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: BackupStoreData) {}
}

/** The store with every default, as it holds the backups of `owner`. */
export function settleStore({ _data: data }: BackupStore, owner: StoreOwner): StoreSpec {
  switch (data.kind) {
    case 'newClaim': return settleNewClaim(data.options, owner);
    case 'existingClaim': return settleExistingClaim(data.claimName, data.options, owner);
    case 'nfs': return settleNfs(data.options, owner);
    case 's3': return settleS3(data.options, owner);
    case 's3Compatible': return settleS3Compatible(data.options, owner);
    case 'gcs': return settleGcs(data.options, owner);
    case 'azure': return settleAzure(data.options, owner);
    case 'ssh': return settleSsh(data.options, owner);
  }
}
