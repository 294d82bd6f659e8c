import { Store } from './access';
import { AzureStore, AzureStoreOptions } from './azure';
import { GcsStore, GcsStoreOptions } from './gcs';
import { S3Store, S3StoreOptions } from './s3';
import { SshStore, SshStoreOptions } from './ssh';
import { VolumeStore, VolumeStoreOptions } from './volume';

/**
 * Where WAL and base backups go, and where a clone finds those of its source.
 */
export class BackupStore {
  /**
   * A directory on a volume that all members share: NFS and other ReadWriteMany storage.
   *
   * @param options claim and directory.
   */
  public static volume(options: VolumeStoreOptions): BackupStore {
    return new BackupStore(new VolumeStore(options));
  }

  /**
   * A bucket of Amazon S3 or of anything that speaks its protocol.
   *
   * @param options bucket, credentials and, for compatible servers, the endpoint.
   */
  public static s3(options: S3StoreOptions): BackupStore {
    return new BackupStore(new S3Store(options));
  }

  /**
   * A bucket of Google Cloud Storage.
   *
   * @param options bucket and key.
   */
  public static gcs(options: GcsStoreOptions): BackupStore {
    return new BackupStore(new GcsStore(options));
  }

  /**
   * A container of Azure Blob Storage.
   *
   * @param options account, container and credentials.
   */
  public static azure(options: AzureStoreOptions): BackupStore {
    return new BackupStore(new AzureStore(options));
  }

  /**
   * A directory on a server that speaks SFTP.
   *
   * @param options server, user and key.
   */
  public static ssh(options: SshStoreOptions): BackupStore {
    return new BackupStore(new SshStore(options));
  }

  /** @internal */
  private constructor(public readonly _store: Store) {}
}
