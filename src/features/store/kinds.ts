import { AZURE } from './azure';
import { GCS } from './gcs';
import { StoreBinding, StoreKind, StoreLocation } from './kind';
import { StorePlace, StoreUse } from './places';
import { S3 } from './s3';
import { EncryptedStoreSpec, StoreSpec } from './spec';
import { SSH } from './ssh';
import { VOLUME } from './volume';
import { Contribution } from '../../kernel/contribution';
import { ClusterSpec } from '../../spilo/spec';

type Kind = StoreSpec['kind'];

/** Every kind of store. */
export const KINDS: { readonly [kind in Kind]: StoreKind<Extract<StoreSpec, { readonly kind: kind }>> } = {
  volume: VOLUME, s3: S3, gcs: GCS, azure: AZURE, ssh: SSH,
};

/** What there is to know of a store's kind. */
export function kindOf<Store extends StoreSpec>({ kind }: Store): StoreKind<StoreSpec> {
  return KINDS[kind] as unknown as StoreKind<StoreSpec>;
}

/** What wal-g is told of a store. */
export function bind(store: StoreSpec, place: StorePlace): StoreBinding {
  return kindOf(store).bind(store, place);
}

/** Where a store is. */
export function locate({ store }: EncryptedStoreSpec, { namespace }: ClusterSpec): StoreLocation {
  return kindOf(store).locate(store, namespace);
}

/** What must be there before a pod can use a store, where the cluster has to make it. */
export function make(spec: ClusterSpec, { store, place }: StoreUse): Required<Pick<Contribution, 'initContainers' | 'objects'>> {
  const { initContainers = [], objects = [] } = place.makes ? kindOf(store).make?.(spec, store, place) ?? {} : {};
  return { initContainers, objects };
}
