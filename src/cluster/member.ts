import { k8s } from 'cdk8s-plus-27';
import { statefulSet } from './stateful-set';
import { probes } from '../features/patroni/probes';
import { Contribution } from '../kernel/contribution';
import { Feature } from '../kernel/feature';
import { annotationsRule, labelsRules, Rule, valueRule } from '../kernel/rule';
import { DNS_1035, IMAGE_SYNTAX, isImage, isLabelValue, isWholeNumber } from '../kernel/syntax';
import { podSecurity, RESTRICTED, SAFE_TO_EVICT } from '../kit/pod';
import { preparation } from '../spilo/companions';
import { patroniNumber } from '../spilo/image';
import { clusterLabels, RESERVED_LABELS } from '../spilo/labels';
import { MAX_CLUSTER_NAME } from '../spilo/names';
import {
  PATRONI_PORT, PATRONI_PORT_NAME, PGROOT, POSTGRES_GID, POSTGRES_PORT, POSTGRES_PORT_NAME, POSTGRES_UID,
} from '../spilo/paths';
import { ClusterSpec } from '../spilo/spec';

const rules: Rule<ClusterSpec>[] = [
  valueRule('cluster-name', 'clusterName', `1 to ${MAX_CLUSTER_NAME} of a-z 0-9 -, beginning with a letter and not ending with -`,
    'It names Services and the StatefulSet, whose pods get a label with the name and eleven more characters.',
    ({ name }) => name, name => DNS_1035.test(name) && name.length <= MAX_CLUSTER_NAME && isLabelValue(name)),
  valueRule('instances', 'instances', 'a whole number, 0 for no database at all for the time being',
    'The API server refuses the StatefulSet.',
    ({ instances }) => instances, instances => isWholeNumber(instances, 0, 1000)),
  valueRule('image-reference', 'image', IMAGE_SYNTAX,
    'The kubelet refuses the image, or members of one cluster run different versions after the next failover.',
    ({ image }) => image.reference, isImage),
  valueRule('image-patroni', 'image', 'an image with Patroni 2.0 or newer',
    'Patroni before 2.0 has no /readiness, so no member would ever be ready.',
    ({ image }) => image.patroniVersion, (version, { image }) => /^\d+\.\d+/.test(version) && patroniNumber(image) >= 200),
  valueRule('image-postgres', 'image', 'PostgreSQL majors as whole numbers',
    'The library could not tell which versions there are.',
    ({ image }) => image.postgresVersions, versions => versions.length > 0 && versions.every(version => isWholeNumber(version, 9))),
  ...labelsRules<ClusterSpec>('jobs-labels', 'jobs.labels', ({ jobs }) => ({ 'jobs.labels': jobs.labels }), RESERVED_LABELS),
  annotationsRule('jobs-annotations', 'jobs.annotations', ({ jobs }) => ({ 'jobs.annotations': jobs.annotations })),
];

/** Who the member is. `SPILO_PROVIDER` spares Spilo the search for a cloud's metadata server: 2 s of each start. */
function identity({ name }: ClusterSpec): k8s.EnvVar[] {
  return [
    { name: 'SCOPE', value: name },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'PGROOT', value: PGROOT },
    { name: 'SPILO_PROVIDER', value: 'local' },
  ];
}

/** Pod Security `restricted`. Spilo runs unmodified as its user postgres. */
function security(spec: ClusterSpec): Contribution {
  const { readOnlyRootFilesystem } = spec.pod;
  const writable = readOnlyRootFilesystem ? ['run', 'tmp'] : [];
  return {
    pod: { securityContext: podSecurity({ uid: POSTGRES_UID, gid: POSTGRES_GID, ownsVolumes: true }) },
    container: { securityContext: { ...RESTRICTED, readOnlyRootFilesystem } },
    volumes: writable.map(name => ({ name, emptyDir: {} })),
    mounts: writable.map(name => ({ name, mountPath: `/${name}` })),
    initContainers: readOnlyRootFilesystem ? [cleanRun(spec)] : [],
    // Of a user who has more local volumes the own list counts.
    podAnnotations: writable.length > 0 && spec.pod.annotations?.[SAFE_TO_EVICT] === undefined ? { [SAFE_TO_EVICT]: [...writable, 'shm'].join(',') } : {},
  };
}

/**
 * Spilo keeps a configuration that it finds in /run. A node that reboots gives the pod a new address and its old volumes:
 * the member would go on under its old address, and as leader write that into the leader's Endpoints. What belongs to
 * somebody else stays: the container runtime has put the mount point of the token there.
 */
function cleanRun(spec: ClusterSpec): k8s.Container {
  return preparation(spec, 'clean-run', { name: 'run', mountPath: '/clean' }, 'find /clean -mindepth 1 -user "$(id -u)" -delete');
}

function contribute(spec: ClusterSpec): Contribution {
  const { pod, container, ...rest } = security(spec);
  return {
    ...rest,
    env: identity(spec),
    container: {
      ...container,
      ...probes(spec.patroni),
      image: spec.image.reference,
      imagePullPolicy: spec.imagePullPolicy,
      ports: [
        { name: POSTGRES_PORT_NAME, containerPort: POSTGRES_PORT, protocol: 'TCP' },
        { name: PATRONI_PORT_NAME, containerPort: PATRONI_PORT, protocol: 'TCP' },
      ],
    },
    pod: {
      ...pod,
      // Variables for every Service of the namespace: noise, and those named after this cluster could collide with Spilo's.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: spec.pod.terminationGracePeriod,
    },
    podLabels: clusterLabels(spec.name).metadata,
    statefulSet: { replicas: spec.instances, podManagementPolicy: 'Parallel' },
  };
}

/** What every member is, whatever its features. */
export const memberFeature: Feature<ClusterSpec> = { rules, contribute, complete: (model, spec) => [statefulSet(model, spec)] };
