import { k8s } from 'cdk8s-plus-27';
import { Feature } from '../../kernel/feature';
import { isPositiveSize } from '../../kernel/quantity';
import { annotationsRule, labelsRules, Rule, valueRule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';
import { clusterLabels, RESERVED_LABELS } from '../../spilo/labels';
import { PGDATA_MOUNT, PGDATA_VOLUME } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** Patroni's store, where Kubernetes refuses a change: a store changed by accident would stop the cluster. */
const STORE_ANNOTATION = 'cdk8s-spilo/patroni-store';

const rules: Rule<ClusterSpec>[] = [
  valueRule('storage-size', 'storage.size', 'more than zero, in whole kibibytes', 'The API server refuses the claim template.',
    ({ storage }) => storage.size, isPositiveSize),
  valueRule('storage-class-name', 'storage.storageClassName', 'a DNS-1123 subdomain', 'The API server refuses the claim template.',
    ({ storage }) => storage.storageClassName, isObjectName),
  ...labelsRules<ClusterSpec>('storage-labels', 'storage.labels', ({ storage }) => ({ 'storage.labels': storage.labels }), RESERVED_LABELS),
  annotationsRule('storage-annotations', 'storage.annotations', ({ storage }) => ({ 'storage.annotations': storage.annotations })),
];

/** The claim template. Kind and version are there, since a server-side apply compares with what the API server adds. */
function claimTemplate({ name, storage, patroni }: ClusterSpec): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: {
      name: PGDATA_VOLUME,
      labels: { ...storage.labels, ...clusterLabels(name).members },
      annotations: { ...storage.annotations, [STORE_ANNOTATION]: patroni.store },
    },
    spec: {
      accessModes: [storage.accessMode],
      storageClassName: storage.storageClassName,
      resources: { requests: { storage: k8s.Quantity.fromString(storage.size) } },
    },
  };
}

/** The volume of each member. */
export const storageFeature: Feature<ClusterSpec> = {
  rules,
  contribute: spec => ({
    mounts: [{ name: PGDATA_VOLUME, mountPath: PGDATA_MOUNT }],
    claimTemplates: [claimTemplate(spec)],
    statefulSet: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: spec.storage.whenDeleted, whenScaled: spec.storage.whenScaled },
    },
  }),
};
