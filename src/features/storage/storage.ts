import { Size } from 'cdk8s';
import { StorageSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { quantity } from '../../kernel/quantity';
import { AccessMode } from '../../kit/access-mode';

/**
 * What becomes of a member's claim.
 */
export enum ClaimRetention {
  /** The claim and its data stay. */
  RETAIN = 'Retain',
  /** The claim is deleted, and what becomes of the data depends on the storage class. */
  DELETE = 'Delete',
}

/**
 * The volume of each member: one claim `pgdata-<cluster>-<n>`. Kubernetes refuses changes of the claim template.
 */
export interface StorageOptions {
  /**
   * Size of each volume.
   *
   * @changes never
   */
  readonly size: Size;

  /**
   * Storage class of the claims. Local volumes are the fastest and bind a member to its node.
   *
   * @default - the default class of the Kubernetes cluster
   * @changes never
   */
  readonly storageClassName?: string;

  /**
   * Access mode of the claims. Each member writes to its own volume, so it must be a writing one.
   *
   * @default AccessMode.READ_WRITE_ONCE
   * @changes never
   */
  readonly accessMode?: AccessMode;

  /**
   * Labels of the claims, beside the members' own.
   *
   * @default - none
   * @changes never
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the claims.
   *
   * @default - none
   * @changes never
   */
  readonly annotations?: { [key: string]: string };

  /**
   * What becomes of all claims when the StatefulSet is deleted. Needs Kubernetes 1.27; older ones always retain.
   *
   * @default ClaimRetention.RETAIN
   * @changes at-once
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * What becomes of the claim of a member that a smaller `instances` removes. Needs Kubernetes 1.27.
   *
   * @default ClaimRetention.RETAIN
   * @changes at-once
   */
  readonly whenScaled?: ClaimRetention;
}

/** The volume with every default. */
export function settleStorage(storage: StorageOptions): StorageSpec {
  const { size, accessMode = AccessMode.READ_WRITE_ONCE, whenDeleted = ClaimRetention.RETAIN, whenScaled = ClaimRetention.RETAIN, ...rest } = storage;
  return onlyDefined({ size: quantity(size), accessMode, whenDeleted, whenScaled, ...rest });
}
