import { k8s } from 'cdk8s-plus-27';
import { BackupEncryption } from './encryption';
import { Contribution, Manifest } from '../../kernel/contribution';
import { FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';

/** What a pod uses a store for. Both can be in one pod: a clone reads the store of its source and archives to its own. */
export interface StorePlace {
  /** Stem of the names of volumes. */
  readonly name: string;
  /** The property that names the store. */
  readonly property: string;
  /** A directory with one file per variable, for `envdir`. */
  readonly envdir: string;
  /** A directory for what has more than one line, which `envdir` cannot carry: keys, certificates. */
  readonly files: string;
  /** Where a volume is mounted, whatever its options say. */
  readonly mountPath?: string;
  /** Whether claims and directories are made; else they exist. */
  readonly makes?: boolean;
  readonly readOnly?: boolean;
}

/** Where the members find the files of the store that they archive to: one per variable, for `envdir`. */
export const ENVDIR = '/etc/wal-g/env';
/** Where the library's own programs are. */
export const PROGRAMS = '/etc/wal-g/program';

/** The store that a cluster archives to. */
export const OWN: StorePlace = { name: 'walg', property: 'backup', envdir: ENVDIR, files: '/etc/wal-g/files', makes: true };
/** The store that a cluster was made from, or follows. */
export const SOURCE: StorePlace = {
  name: 'source', property: 'bootstrap', envdir: '/etc/wal-g/source-env', files: '/etc/wal-g/source-files', mountPath: '/source', readOnly: true,
};

/**
 * Fetches a file of WAL. An empty one, which a full volume leaves, ends the archive as a missing one does: PostgreSQL, given a
 * file of the wrong size, gives up the recovery instead of ending it.
 */
export const restoreCommand = (envdir: string) => `envdir ${envdir} sh -c 'wal-g wal-fetch "$0" "$1" && test -s "$1"' "%f" "%p"`;

/** What a backup store has to say. Credentials come as projections, so that a rotated one counts without a restart. */
export interface StoreBinding {
  /** wal-g's settings that are no secret: one file each, of one line. */
  readonly settings: Settings;
  /** Secrets whose keys become files of the envdir. */
  readonly secrets?: k8s.SecretProjection[];
  /** Files of more than one line, in the place's directory for them. */
  readonly files?: k8s.VolumeProjection[];
  /** The same for what is no secret: text by file name. */
  readonly texts?: { readonly [file: string]: string };
  /** What the store needs besides: volumes, init containers, claims. */
  readonly contribution?: Contribution;
}

/** Variables of wal-g. */
export type Settings = { readonly [name: string]: string };

/** One kind of store. */
export interface Store {
  /** The factory of `BackupStore` that makes it, for messages. */
  readonly kind: string;
  readonly bind: (context: FeatureContext, place: StorePlace) => StoreBinding;
}

/** A store in use: what it is used for, and the cluster whose backups it holds. */
export interface StoreUse {
  readonly store: Store;
  readonly place: StorePlace;
  readonly context: FeatureContext;
  readonly encryption?: BackupEncryption;
}

/** Where a store keeps this cluster's backups: the one setting whose name ends so. */
export function prefixOf({ store, context, place }: StoreUse): string {
  const { settings } = store.bind(context, place);
  return Object.entries(settings).find(([name]) => name.endsWith('_PREFIX'))![1];
}

/** A rule about one option of one kind of store, whatever the store is used for. Nothing to say about an absent value. */
export function storeRule<S extends Store, Value>(
  kind: new (...args: any[]) => S, id: string, option: string, allowed: string, why: string,
  value: (store: S, use: StoreUse) => Value | undefined,
  accepts: (value: Value, use: StoreUse) => boolean,
): Rule<StoreUse> {
  return {
    id,
    property: `backup.${option}`,
    allowed,
    why,
    find: use => {
      const received = use.store instanceof kind ? value(use.store, use) : undefined;
      return received === undefined || accepts(received, use) ? [] : [{ property: `${use.place.property}.${option}`, received }];
    },
  };
}

/**
 * The objects, volumes and mounts through which a pod reaches a store: an envdir of a ConfigMap and Secrets, and beside
 * it a directory for files of more than one line.
 */
export function storeAccess({ store, place, context, encryption }: StoreUse, configMap: ConfigMapOf, more: Settings = {}): StoreAccess {
  const bindings = [store.bind(context, place), ...(encryption ? [encryption._bind(place)] : [])];
  const [{ texts, contribution = {} }] = bindings;
  const { objects = [], volumes = [], mounts = [], initContainers = [] } = contribution;
  const settings = Object.assign({}, ...bindings.map(binding => binding.settings));
  const secrets = bindings.flatMap(binding => binding.secrets ?? []);
  const files = bindings.flatMap(binding => binding.files ?? []);
  const sources = texts ? [...files, { configMap: { name: `${configMap.name}-files` } }] : files;
  const projected = (all: k8s.VolumeProjection[]) => ({ defaultMode: 0o440, sources: all });
  return {
    initContainers,
    objects: [
      ...objects,
      { ...configMap, apiVersion: 'v1', kind: 'ConfigMap', body: { data: { ...more, ...settings } } },
      ...(texts ? [{ ...configMap, id: `${configMap.id}Files`, name: `${configMap.name}-files`, apiVersion: 'v1', kind: 'ConfigMap', body: { data: texts } }] : []),
    ],
    volumes: [
      ...volumes,
      // A rotated credential counts for the next segment, without a restart.
      { name: place.name, projected: projected([{ configMap: { name: configMap.name } }, ...secrets.map(secret => ({ secret }))]) },
      ...(sources.length > 0 ? [{ name: `${place.name}-files`, projected: projected(sources) }] : []),
    ],
    mounts: [
      ...mounts,
      { name: place.name, mountPath: place.envdir, readOnly: true },
      ...(sources.length > 0 ? [{ name: `${place.name}-files`, mountPath: place.files, readOnly: true }] : []),
    ],
  };
}

type ConfigMapOf = Pick<Manifest, 'id' | 'name' | 'labels'>;

/** What a pod needs to reach a store. */
export type StoreAccess = Required<Pick<Contribution, 'objects' | 'volumes' | 'mounts' | 'initContainers'>>;
