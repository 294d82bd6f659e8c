import { k8s } from 'cdk8s-plus-27';
import { StorePlace } from './places';
import { EncryptedStoreSpec, StoreSpec } from './spec';
import { Contribution } from '../../kernel/contribution';
import { Rule } from '../../kernel/rule';
import { SecretKeySpec } from '../../kit/secret-key';
import { ClusterSpec } from '../../spilo/spec';

/** Variables of wal-g. */
export type Settings = { readonly [name: string]: string };

/** What a store has to say. Credentials come as projections, so that a rotated one takes effect without a restart. */
export interface StoreBinding {
  /** wal-g's settings that are no secret: one file each, of one line. */
  readonly settings: Settings;
  /** Secrets whose keys become files of the envdir. */
  readonly secrets?: readonly k8s.SecretProjection[];
  /** Files of more than one line, in the place's directory for them. */
  readonly files?: readonly k8s.VolumeProjection[];
  /** The same for what is no secret: text by file name. */
  readonly texts?: { readonly [file: string]: string };
  /** A claim that is mounted. */
  readonly claim?: { readonly name: string; readonly mountPath: string };
}

/** A store that a cluster uses, as the rules see it. */
export interface StoreInUse<Store = StoreSpec> extends EncryptedStoreSpec {
  readonly store: Store & StoreSpec;
  /** The property with `store` and `encryption`. */
  readonly property: string;
  /** How many members share it. */
  readonly instances: number;
}

/** What is only there once. */
export interface StoreLocation {
  /** What tells two places apart, for a reader. */
  readonly text: string;
  /** Whether every Kubernetes cluster means the same by it. A host name or a claim may be another one elsewhere. */
  readonly isGlobal: boolean;
}

/** All that the library knows of one kind of store. Rules name properties below `store`. */
export interface StoreKind<Store> {
  readonly rules: readonly Rule<StoreInUse<Store>>[];
  readonly bind: (store: Store, place: StorePlace) => StoreBinding;
  /** Entries of Secrets, by their property below `store`. */
  readonly secretKeys: (store: Store) => { readonly [property: string]: SecretKeySpec | undefined };
  readonly locate: (store: Store, namespace: string | undefined) => StoreLocation;
  /** What must be there before a pod can use the store. */
  readonly make?: (spec: ClusterSpec, store: Store, place: StorePlace) => Pick<Contribution, 'initContainers' | 'objects'>;
}

/** A key of a Secret as a variable of an envdir: a file of the variable's name. */
export function envdirSecret(variable: string, { name, key }: SecretKeySpec): k8s.SecretProjection {
  return { name, items: [{ key, path: variable }] };
}

/** A key of a Secret as a file of more than one line. */
export function secretFile(path: string, { name, key }: SecretKeySpec): k8s.VolumeProjection {
  return { secret: { name, items: [{ key, path }] } };
}
