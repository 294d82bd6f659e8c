import { k8s } from 'cdk8s-plus-27';
import { bindEncryption } from './encryption';
import { Settings, StoreBinding } from './kind';
import { bind } from './kinds';
import { CLAIM_VOLUME, StorePlace, StoreUse } from './places';
import { Manifest, Texts } from '../../kernel/contribution';
import { mebibytes } from '../../kernel/quantity';
import { configMap } from '../../kit/objects';
import { PGDATA } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** The volumes and mounts through which a pod reaches a store. */
export interface StoreAccess { readonly volumes: k8s.Volume[]; readonly mounts: k8s.VolumeMount[] }

/** The ConfigMap with a store's settings. Another one with files stands beside it where there are any. */
export interface StoreConfigMap { readonly id: string; readonly name: string; readonly labels: Texts }

function bindings({ store, place, encryption }: StoreUse): StoreBinding[] {
  return [bind(store, place), ...encryption ? [bindEncryption(encryption, place)] : []];
}

const filesOf = (name: string) => `${name}-files`;

/**
 * How a pod reaches a store by the ConfigMaps of the name: an envdir of settings and Secrets, and beside it a directory for
 * files of more than one line.
 */
export function storeAccess(use: StoreUse, name: string): StoreAccess {
  const { place } = use;
  const all = bindings(use);
  const secrets = all.flatMap(binding => binding.secrets ?? []).map(secret => ({ secret }));
  const files: k8s.VolumeProjection[] = [
    ...all.flatMap(binding => binding.files ?? []), ...all.some(({ texts }) => texts) ? [{ configMap: { name: filesOf(name) } }] : [],
  ];
  const directories = [
    // A rotated credential takes effect with the next segment, without a restart.
    { volume: place.name, mountPath: place.envdir, sources: [{ configMap: { name } }, ...secrets] },
    ...files.length > 0 ? [{ volume: filesOf(place.name), mountPath: place.files, sources: files }] : [],
  ];
  const claims = claimAccess(place, all[0]);
  return {
    volumes: [...claims.volumes, ...directories.map(({ volume, sources }) => ({ name: volume, projected: { defaultMode: 0o440, sources } }))],
    mounts: [...claims.mounts, ...directories.map(({ volume, mountPath }) => ({ name: volume, mountPath, readOnly: true }))],
  };
}

/** Kubernetes may never start a pod that has one claim twice: a second mount is one of the same volume. */
function claimAccess(place: StorePlace, { claim }: StoreBinding): StoreAccess {
  if (!claim) { return { volumes: [], mounts: [] }; }
  const name = place.volume ?? (place.makes ? CLAIM_VOLUME : `${place.name}-backup`);
  return {
    volumes: place.volume === undefined ? [{ name, persistentVolumeClaim: { claimName: claim.name } }] : [],
    mounts: [{ name, mountPath: claim.mountPath, ...place.readOnly ? { readOnly: true } : {} }],
  };
}

/** The ConfigMaps: the store's own settings come after `more`. */
export function storeConfigMaps(use: StoreUse, { id, name, labels }: StoreConfigMap, more: Settings = {}): Manifest[] {
  const all = bindings(use);
  const settings: Settings = Object.assign({}, more, ...all.map(binding => binding.settings));
  return [
    configMap(id, name, labels, settings),
    ...all.flatMap(({ texts }) => texts ? [configMap(`${id}Files`, filesOf(name), labels, texts)] : []),
  ];
}

/** Ids of the ConfigMaps. */
export function storeConfigMapIds(use: StoreUse, id: string): string[] {
  return bindings(use).some(({ texts }) => texts) ? [id, `${id}Files`] : [id];
}

/** Size of WAL segments in mebibytes that wal-g assumes. */
const USUAL_SEGMENT = 16;

/** wal-g counts segments: told of another size than the server's, it takes whole backups for damaged ones. */
export function segmentSettings({ postgres: { initdb } }: ClusterSpec): Settings {
  const size = mebibytes(initdb.walSegmentSize);
  return size === USUAL_SEGMENT ? {} : { WALG_PG_WAL_SIZE: String(size) };
}

/** Where the major version of the data is written, and with it the data's place in the store. */
export const PG_VERSION = `${PGDATA}/PG_VERSION`;

/** What the library's own programs are told where the place ends with the major version: all before it. */
export const BACKUP_STORE = 'BACKUP_STORE';

/**
 * The place in a store of the cluster's own. It follows the data: a manifest with the next major version is applied before the
 * data is upgraded, and until then all WAL belongs to the place of the old one.
 */
export interface FollowedPlace {
  /** For the envdir. */
  readonly settings: Settings;
  /** A command of the shell before wal-g's. */
  readonly prelude: string;
}

/** Nothing to follow where the user wrote the whole path. */
export function followedPlace({ store, place }: StoreUse): FollowedPlace {
  const { postgresVersion } = store.path;
  const [variable, prefix] = Object.entries(bind(store, place).settings).find(([name]) => /^WALG_.*_PREFIX$/.test(name))!;
  if (postgresVersion === undefined) { return { settings: {}, prelude: '' }; }
  return {
    settings: { [BACKUP_STORE]: prefix.slice(0, -`/${postgresVersion}`.length) },
    prelude: `export ${variable}="$${BACKUP_STORE}/$(cat ${PG_VERSION})"; `,
  };
}

/**
 * Fetches a file of WAL. An empty one, which a full volume leaves, ends the archive as a missing one does: PostgreSQL, given a
 * file of the wrong size, gives up the recovery instead of ending it.
 */
export function restoreCommand(envdir: string, prelude = ''): string {
  return `envdir ${envdir} sh -c '${prelude}wal-g wal-fetch "$0" "$1" && test -s "$1"' "%f" "%p"`;
}
