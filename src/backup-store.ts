import { Store } from './private/store';
import { VolumeStore, VolumeStoreOptions } from './volume-store';

/**
 * Where WAL and base backups go.
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

  /** @internal */
  private constructor(public readonly _store: Store) {}
}
