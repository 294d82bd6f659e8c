import { k8s } from 'cdk8s-plus-27';
import { Contribution } from './contribution';
import { FeatureContext } from './feature';

/** Where the members find the store's settings: a directory with one file per variable, for `envdir`. */
export const ENVDIR = '/etc/wal-g/env';

/** What a backup store has to say. Credentials come as Secret projections, so that a rotated one counts without a restart. */
export interface StoreBinding {
  /** wal-g's settings that are no secret: one file each, of one line. */
  readonly settings: { readonly [name: string]: string };
  /** Secrets whose keys become files of the envdir. */
  readonly secrets?: k8s.SecretProjection[];
  /** What the store needs besides: volumes, init containers, claims. */
  readonly contribution?: Contribution;
}

/** One kind of store. */
export interface Store {
  readonly bind: (context: FeatureContext) => StoreBinding;
}
