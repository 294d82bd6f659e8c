import { Size } from 'cdk8s';
import { k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { Contribution } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { isPositive, quantity } from '../../kernel/quantity';
import { annotationsRule, labelsRules, Rule, valueRule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';
import { PGDATA_MOUNT, PGDATA_VOLUME } from '../../spilo/paths';
import { dcsOf } from '../dcs/dcs';

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
   * @default PersistentVolumeAccessMode.READ_WRITE_ONCE
   * @changes never
   */
  readonly accessMode?: PersistentVolumeAccessMode;

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

/** Patroni's store, where Kubernetes refuses a change: a store changed by accident would stop the cluster. */
const STORE_ANNOTATION = 'cdk8s-spilo/patroni-store';

const rules: Rule<FeatureContext>[] = [
  valueRule('storage-size', 'storage.size', 'more than zero, in whole kibibytes',
    'The API server refuses the claim template.',
    ({ props }) => quantity(props.storage.size), (_, { props }) => isPositive(props.storage.size)),
  valueRule('storage-class-name', 'storage.storageClassName', 'a DNS-1123 subdomain',
    'The API server refuses the claim template.',
    ({ props }) => props.storage.storageClassName, isObjectName),
  valueRule('storage-access-mode', 'storage.accessMode', 'READ_WRITE_ONCE, READ_WRITE_ONCE_POD or READ_WRITE_MANY',
    'PostgreSQL cannot start on a read-only volume.',
    ({ props }) => props.storage.accessMode, mode => mode !== PersistentVolumeAccessMode.READ_ONLY_MANY),
  ...labelsRules<FeatureContext>('storage-labels', 'storage.labels', ({ props }) => ({ 'storage.labels': props.storage.labels })),
  annotationsRule('storage-annotations', 'storage.annotations', ({ props }) => ({ 'storage.annotations': props.storage.annotations })),
];

export const storageFeature: Feature = {
  rules,
  contribute: context => claims(context, context.props.storage),
};

function claims(context: FeatureContext, storage: StorageOptions): Contribution {
  return {
    mounts: [{ name: PGDATA_VOLUME, mountPath: PGDATA_MOUNT }],
    claimTemplates: [{
      metadata: {
        name: PGDATA_VOLUME,
        labels: { ...storage.labels, ...context.labels.members },
        annotations: { ...storage.annotations, [STORE_ANNOTATION]: dcsOf(context)._kind },
      },
      spec: {
        accessModes: [storage.accessMode ?? PersistentVolumeAccessMode.READ_WRITE_ONCE],
        storageClassName: storage.storageClassName,
        resources: { requests: { storage: k8s.Quantity.fromString(quantity(storage.size)) } },
      },
    }],
    statefulSet: {
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: storage.whenDeleted ?? ClaimRetention.RETAIN,
        whenScaled: storage.whenScaled ?? ClaimRetention.RETAIN,
      },
    },
  };
}
