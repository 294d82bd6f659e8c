import { EncryptedStoreSpec } from './spec';

/** How a pod reaches a store. Two places can be in one pod: a clone reads the store of its source and archives to its own. */
export interface StorePlace {
  /** Stem of the names of volumes. */
  readonly name: string;
  /** A directory with one file per variable, for `envdir`. */
  readonly envdir: string;
  /** A directory for what has more than one line, which `envdir` cannot carry: keys, certificates. */
  readonly files: string;
  /** Where a volume is mounted, whatever its options say. */
  readonly mountPath?: string;
  /** A volume of the pod that is the store's claim already. */
  readonly volume?: string;
  /** Whether claims and directories are made; else they exist. */
  readonly makes?: boolean;
  readonly readOnly?: boolean;
}

/** A store that a pod uses. */
export interface StoreUse extends EncryptedStoreSpec { readonly place: StorePlace }

/** Where members and Jobs find the settings of the store that they work with: one file per variable, for `envdir`. */
export const ENVDIR = '/etc/wal-g/env';

/** The directory of files beside it. */
export const FILES = '/etc/wal-g/files';

/** Name of the volume with the claim that the members archive to. */
export const CLAIM_VOLUME = 'backup';

/** The store that a cluster archives to. */
export const OWN: StorePlace = { name: 'walg', envdir: ENVDIR, files: FILES, makes: true };
/** The same for a Job that only reads. */
export const OWN_READ_ONLY: StorePlace = { ...OWN, makes: false, readOnly: true };
/** The same for a Job that writes where the members have made everything. */
export const OWN_WRITABLE: StorePlace = { ...OWN, makes: false };

/** The store that a cluster was made from, or follows. */
export const SOURCE: StorePlace = {
  name: 'source', envdir: '/etc/wal-g/source-env', files: '/etc/wal-g/source-files', mountPath: '/source', readOnly: true,
};
