import { k8s } from 'cdk8s-plus-27';
import { JsonMap, Manifest, Model } from '../../kernel/contribution';
import { hash } from '../../kernel/hash';
import { literally } from '../../kernel/text';
import { job } from '../../kit/companion';
import { serviceAccount } from '../../kit/objects';
import { token } from '../../kit/pod';
import { program } from '../../kit/program';
import { grant } from '../../kit/rbac';
import { clusterCompanion } from '../../spilo/companions';
import { clusterLabels, ownLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** The program. */
export const PROGRAM = [
  ...['rollout', 'cluster', 'dynamic'].map(name => `features/rollout/programs/${name}.py`),
  ...['kubernetes', 'patroni', 'rest', 'say', 'settings'].map(name => `kit/programs/${name}.py`),
];
const SUFFIX = 'rollout';
const PROGRAM_ANNOTATION = 'cdk8s-spilo/program';
/** The program's word for "a person must decide": another try would only say it again. */
const REFUSED = 3;

/**
 * The Job that brings a changed pod template to the members, replicas first and the leader last, and what it needs. Its
 * name ends with a hash of the template and of the program: an applied change is a new Job, and applying the same again
 * does nothing.
 */
export function rolloutObjects(model: Model, spec: ClusterSpec): Manifest[] {
  const name = clusterNames(spec.name).suffixed(SUFFIX);
  const labels = clusterLabels(spec.name).companions(SUFFIX);
  const { volume, mount } = token();
  return [
    serviceAccount('RolloutServiceAccount', name, labels),
    ...grant({ id: 'Rollout', name, labels, serviceAccount: name, rules: rights(spec) }),
    job(clusterCompanion(spec, {
      id: 'RolloutJob',
      suffix: SUFFIX,
      container: 'rollout',
      command: ['python3', `${PROGRAMS}/rollout.py`],
      env: environment(model, spec),
      resources: { cpu: { request: '10m' }, memory: { request: '64Mi', limit: '128Mi' } },
      volumes: [volume],
      mounts: [mount],
      serviceAccountName: name,
      retries: 6,
      ttlSeconds: spec.rollout.jobTtl,
      refusedStatus: REFUSED,
      podAnnotations: { [PROGRAM_ANNOTATION]: programDigest() },
      nameByContent: [],
      stampOf: { id: 'StatefulSet', container: 'rollout', variable: 'TEMPLATE' },
    })),
  ];
}

/**
 * Reads the StatefulSet and its pods, evicts members (the PodDisruptionBudget holds against this Job as well), and
 * removes the Jobs of earlier changes. Kubernetes cannot limit the last to Jobs of this cluster; the program does.
 */
function rights({ name, instances }: ClusterSpec): k8s.PolicyRule[] {
  const members = Array.from({ length: Number.isInteger(instances) ? Math.max(0, Math.min(instances, 1000)) : 0 }, (_, ordinal) => `${name}-${ordinal}`);
  return [
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [name], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    // To Kubernetes no names are all names.
    ...members.length > 0 ? [{ apiGroups: [''], resources: ['pods/eviction'], resourceNames: members, verbs: ['create'] }] : [],
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'delete'] },
  ];
}

let digest: string | undefined;

/** Another program is another Job. Hashed once: it is longer than all the rest. */
function programDigest(): string {
  digest ??= hash(program(PROGRAM));
  return digest;
}

/**
 * Patroni reads `bootstrap.dcs` once in a cluster's life; later the Job writes it, so that a change is not lost. Not
 * whether the cluster is a standby: somebody may have promoted it since.
 */
function environment({ configuration }: Model, { name, rollout: { deadline } }: ClusterSpec): k8s.EnvVar[] {
  const { standby_cluster: _, ...dcs } = (configuration.bootstrap as JsonMap).dcs as JsonMap;
  return [
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'STATEFULSET', value: name },
    { name: 'JOB_NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['job-name']" } } },
    { name: 'JOB_LABELS', value: literally(JSON.stringify(ownLabels(name, SUFFIX))) },
    { name: 'DYNAMIC_CONFIGURATION', value: literally(JSON.stringify(dcs)) },
    { name: 'DEADLINE_SECONDS', value: String(deadline) },
  ];
}

