import { ClusterSpec } from '../../spilo/spec';
import { backupOf, ownDumpStore } from '../store/in-use';
import { ENVDIR, FILES, OWN_WRITABLE, StorePlace, StoreUse } from '../store/places';
import { pathOfVersion } from '../store/prefix';
import { EncryptedStoreSpec } from '../store/spec';

/** The store that dumps go to, where it is not that of the backups. */
const DUMPS: StorePlace = { name: 'dumps', envdir: ENVDIR, files: FILES, mountPath: '/backup', makes: true };
/** The store that a dump is restored from. */
const RESTORE: StorePlace = { name: 'restore', envdir: ENVDIR, files: FILES, mountPath: '/backup', readOnly: true };

/** The store that only dumps go to, as the dump uses it. */
export function ownDumpUse(spec: ClusterSpec): StoreUse | undefined {
  const own = ownDumpStore(spec);
  return own && { ...own, place: DUMPS };
}

/** Where dumps of this cluster go to, if there are any. The store of the backups is reached as the members do. */
export function dumpUse(spec: ClusterSpec): StoreUse | undefined {
  if (!spec.logicalDump) { return undefined; }
  const backup = backupOf(spec);
  return ownDumpUse(spec) ?? (backup && { ...backup, place: OWN_WRITABLE });
}

/** Where a dump is restored from, if one is: below the version of the cluster that made it. */
export function restoreUse(spec: ClusterSpec): StoreUse | undefined {
  const { logicalRestore: restore } = spec;
  const from: EncryptedStoreSpec | undefined = restore && (restore.source ?? dumpUse(spec) ?? backupOf(spec));
  return restore && from && {
    store: { ...from.store, path: pathOfVersion(from.store.path, restore.postgresVersion) }, encryption: from.encryption, place: RESTORE,
  };
}
