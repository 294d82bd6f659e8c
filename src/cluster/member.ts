import { Duration } from 'cdk8s';
import { ImagePullPolicy, k8s } from 'cdk8s-plus-27';
import { statefulSet } from './stateful-set';
import { Contribution } from '../kernel/contribution';
import { Feature, FeatureContext } from '../kernel/feature';
import { Rule, valueRule } from '../kernel/rule';
import { isLabelValue, isWholeNumber } from '../kernel/syntax';
import { preparation } from '../kit/preparation';
import { DNS_1035, MAX_CLUSTER_NAME } from '../spilo/names';
import { PATRONI_PORT, PATRONI_PORT_NAME, PGROOT, POSTGRES_GID, POSTGRES_PORT, POSTGRES_PORT_NAME, POSTGRES_UID } from '../spilo/paths';

/** A name with a tag, a digest, or both. */
const IMAGE_REFERENCE = /^[^\s@]+(:\w[\w.-]{0,127}|(:\w[\w.-]{0,127})?@sha256:[0-9a-f]{64})$/;

const rules: Rule<FeatureContext>[] = [
  valueRule('cluster-name', 'clusterName', `1 to ${MAX_CLUSTER_NAME} of a-z 0-9 -, beginning with a letter and not ending with -`,
    'It names Services and the StatefulSet, whose pods get a label with the name and eleven more characters.',
    ({ names }) => names.cluster, name => DNS_1035.test(name) && name.length <= MAX_CLUSTER_NAME && isLabelValue(name)),
  valueRule('instances', 'instances', 'a whole number of at least 1',
    'The API server refuses the StatefulSet; with 0 there is no database.',
    ({ instances }) => instances, instances => isWholeNumber(instances, 1)),
  valueRule('image-reference', 'image', 'a name with a tag other than latest, or with a digest',
    'With a moving tag, members of one cluster run different versions after the next failover.',
    ({ image }) => image.reference, reference => IMAGE_REFERENCE.test(reference) && !reference.endsWith(':latest')),
  valueRule('image-patroni', 'image', 'an image with Patroni 2.0 or newer',
    'Patroni before 2.0 has no /readiness, so no member would ever be ready.',
    ({ image }) => image.patroniVersion, (version, { image }) => /^\d+\.\d+/.test(version) && image.patroni >= 200),
  valueRule('image-postgres', 'image', 'PostgreSQL majors as whole numbers',
    'The library could not choose a version.',
    ({ image }) => image.postgresVersions, versions => versions.length > 0 && versions.every(version => isWholeNumber(version, 9))),
];

/** Who the member is. `SPILO_PROVIDER` spares Spilo the search for a cloud's metadata server: 2 s of each start. */
function identity({ names }: FeatureContext): k8s.EnvVar[] {
  return [
    { name: 'SCOPE', value: names.cluster },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'PGROOT', value: PGROOT },
    { name: 'SPILO_PROVIDER', value: 'local' },
  ];
}

/**
 * Probes ask Patroni, not PostgreSQL: a liveness probe on PostgreSQL would kill a member that recovers. The first start
 * may take long (ownership of a large volume, a base backup from afar), hence half an hour for the startup probe.
 */
function probes(): Partial<k8s.Container> {
  const httpGet = (path: string) => ({ path, port: k8s.IntOrString.fromNumber(PATRONI_PORT), scheme: 'HTTP' });
  return {
    startupProbe: { httpGet: httpGet('/liveness'), periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 900 },
    readinessProbe: { httpGet: httpGet('/readiness'), periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet: httpGet('/liveness'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

/** Pod Security `restricted`. Spilo runs unmodified as its user postgres. */
function security(context: FeatureContext): Contribution {
  const { props, image } = context;
  const readOnlyRootFilesystem = props.pod?.readOnlyRootFilesystem ?? image.readOnlyRoot;
  const writable = readOnlyRootFilesystem ? ['run', 'tmp'] : [];
  return {
    pod: {
      securityContext: {
        runAsNonRoot: true,
        runAsUser: POSTGRES_UID,
        runAsGroup: POSTGRES_GID,
        fsGroup: POSTGRES_GID,
        // Kubernetes would otherwise change the owner of every file at each start: minutes on a large volume.
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
    },
    container: { securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem, capabilities: { drop: ['ALL'] } } },
    volumes: writable.map(name => ({ name, emptyDir: {} })),
    mounts: writable.map(name => ({ name, mountPath: `/${name}` })),
    initContainers: readOnlyRootFilesystem ? [cleanRun(context)] : [],
  };
}

/**
 * Spilo keeps a configuration that it finds in /run. A node that reboots gives the pod a new address and its old volumes:
 * the member would go on under its old address, and as leader write that into the leader's Endpoints. What belongs to
 * somebody else stays: the container runtime has put the mount point of the token there.
 */
function cleanRun(context: FeatureContext): k8s.Container {
  return preparation(context, 'clean-run', { name: 'run', mountPath: '/clean' }, 'find /clean -mindepth 1 -user "$(id -u)" -delete');
}

function contribute(context: FeatureContext): Contribution {
  const { props, image, instances, labels } = context;
  const { pod, container, volumes, mounts, initContainers } = security(context);
  return {
    env: identity(context),
    container: {
      ...container,
      ...probes(),
      image: image.reference,
      imagePullPolicy: props.imagePullPolicy ?? ImagePullPolicy.IF_NOT_PRESENT,
      ports: [
        { name: POSTGRES_PORT_NAME, containerPort: POSTGRES_PORT, protocol: 'TCP' },
        { name: PATRONI_PORT_NAME, containerPort: PATRONI_PORT, protocol: 'TCP' },
      ],
    },
    pod: {
      ...pod,
      // Variables for every Service of the namespace: noise, and those named after this cluster could collide with Spilo's.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: (props.pod?.terminationGracePeriod ?? Duration.minutes(5)).toSeconds(),
    },
    volumes,
    mounts,
    initContainers,
    podLabels: labels.metadata,
    statefulSet: { replicas: instances, podManagementPolicy: 'Parallel' },
    render: [model => [statefulSet(model)]],
  };
}

/** What every member is, whatever its features. */
export const memberFeature: Feature = { rules, contribute };
