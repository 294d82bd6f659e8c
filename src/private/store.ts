import { k8s } from 'cdk8s-plus-27';
import { Contribution } from './contribution';
import { FeatureContext } from './feature';
import { Rule } from './rules';

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
  /** Where a volume store is mounted, unless its options say otherwise. */
  readonly mountPath?: string;
}

/** The store that a cluster archives to. */
export const OWN: StorePlace = { name: 'walg', property: 'backup', envdir: '/etc/wal-g/env', files: '/etc/wal-g/files' };
/** The store that a cluster was made from, or follows. */
export const SOURCE: StorePlace = {
  name: 'source', property: 'bootstrap', envdir: '/etc/wal-g/source-env', files: '/etc/wal-g/source-files', mountPath: '/source',
};

/** What a backup store has to say. Credentials come as projections, so that a rotated one counts without a restart. */
export interface StoreBinding {
  /** wal-g's settings that are no secret: one file each, of one line. */
  readonly settings: Settings;
  /** Secrets whose keys become files of the envdir. */
  readonly secrets?: k8s.SecretProjection[];
  /** Files of more than one line, in the place's directory for them. */
  readonly files?: k8s.VolumeProjection[];
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
}

/** All stores of a program. */
export function storesOf(context: FeatureContext): StoreUse[] {
  const { backup, bootstrap } = context.props;
  const source = bootstrap?._sourceStore(context);
  return [
    ...(backup?._store ? [{ store: backup._store, place: OWN, context }] : []),
    ...(source ? [{ store: source.store, place: SOURCE, context: source.context }] : []),
  ];
}

/** Where a store keeps this cluster's backups: the one setting whose name ends so. */
export function prefixOf({ store, context, place }: StoreUse): string {
  const { settings } = store.bind(context, place);
  return Object.entries(settings).find(([name]) => name.endsWith('_PREFIX'))![1];
}

/** A rule about one option of one kind of store, wherever the store is used. Nothing to say about an absent value. */
export function storeRule<S extends Store, Value>(
  kind: new (...args: any[]) => S, id: string, option: string, allowed: string, why: string,
  value: (store: S, use: StoreUse) => Value | undefined,
  accepts: (value: Value) => boolean,
): Rule<FeatureContext> {
  return {
    id,
    property: `backup.${option}`,
    allowed,
    why,
    find: context => storesOf(context).flatMap(use => {
      if (!(use.store instanceof kind)) { return []; }
      const received = value(use.store, use);
      return received === undefined || accepts(received) ? [] : [{ property: `${use.place.property}.${option}`, received }];
    }),
  };
}

/** One ConfigMap and Secrets in one directory: the envdir, and the directory for files of more than one line. */
export function storeVolumes(place: StorePlace, configMap: string, { secrets = [], files = [] }: StoreBinding): Required<Pick<Contribution, 'volumes' | 'mounts'>> {
  const projected = (sources: k8s.VolumeProjection[]) => ({ defaultMode: 0o440, sources });
  return {
    volumes: [
      { name: place.name, projected: projected([{ configMap: { name: configMap } }, ...secrets.map(secret => ({ secret }))]) },
      ...(files.length > 0 ? [{ name: `${place.name}-files`, projected: projected(files) }] : []),
    ],
    mounts: [
      { name: place.name, mountPath: place.envdir, readOnly: true },
      ...(files.length > 0 ? [{ name: `${place.name}-files`, mountPath: place.files, readOnly: true }] : []),
    ],
  };
}
