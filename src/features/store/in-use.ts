import { StoreInUse, StoreLocation } from './kind';
import { locate } from './kinds';
import { BackupSourceSpec, EncryptedStoreSpec } from './spec';
import { ClusterSpec } from '../../spilo/spec';
import { StoredBackupSpec } from '../backup/spec';


/** The backups of a cluster that has some. */
export function backupOf({ backup }: ClusterSpec): StoredBackupSpec | undefined {
  return backup?.kind === 'store' ? backup : undefined;
}

/** The backups that a cluster was made from, or follows, and the property that names them. */
export function sourceOf({ bootstrap }: ClusterSpec): { readonly property: string; readonly source: BackupSourceSpec } | undefined {
  if (bootstrap.kind === 'backups') { return { property: 'bootstrap.source', source: bootstrap.source }; }
  return bootstrap.kind === 'standby' && bootstrap.source ? { property: 'bootstrap.backups', source: bootstrap.source } : undefined;
}

/** The store of a cluster's own that only its dumps go to. */
export function ownDumpStore({ logicalDump }: ClusterSpec): EncryptedStoreSpec | undefined {
  return logicalDump?.store && { store: logicalDump.store, encryption: logicalDump.encryption };
}

/** Every store that a cluster uses, each once. */
export function storesInUse(spec: ClusterSpec): StoreInUse[] {
  const from = sourceOf(spec);
  const stores: readonly (readonly [string, EncryptedStoreSpec | undefined])[] = [
    ['backup', backupOf(spec)],
    [from?.property ?? 'bootstrap', from?.source],
    ['logicalDump', ownDumpStore(spec)],
    ['logicalRestore.source', spec.logicalRestore?.source],
  ];
  return stores.flatMap(([property, used]) => used ? [{ property, store: used.store, encryption: used.encryption, instances: spec.instances }] : []);
}

/** A place that a cluster writes to, and the property that names it. */
export interface WrittenPlace extends StoreLocation { readonly property: string }

/** The places that only this cluster may write to: archives and dumps of two clusters in one place destroy each other. */
export function writtenPlaces(spec: ClusterSpec): WrittenPlace[] {
  const places = Object.entries({ backup: backupOf(spec), logicalDump: ownDumpStore(spec) })
    .flatMap(([property, used]) => used ? [{ property, ...locate(used, spec) }] : []);
  return places.filter(({ text }, index) => places.findIndex(other => other.text === text) === index);
}
