import { createHash } from 'crypto';
import { k8s } from 'cdk8s-plus-27';
import { ClusterModel, JsonMap, Manifest } from '../../kernel/contribution';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { grant } from '../../kit/rbac';
import { token } from '../../kit/token';

/** The program. */
const PROGRAM = ['features/rollout/programs/rollout.py', 'features/rollout/programs/cluster.py'];
const PROGRAM_MOUNT = '/rollout';
/** The program's word for "a person must decide": another try would only say it again. */
const REFUSED = 3;

/** How the Job behaves. */
export interface RolloutJobOptions {
  readonly deadlineSeconds: number;
  readonly jobTtlSeconds?: number;
}

/**
 * The Job that brings a changed pod template to the members, replicas first and the leader last, and what it needs. Its
 * name ends with a hash of the template: an applied change is a new Job, and applying the same again does nothing.
 */
export function rolloutObjects(model: ClusterModel, options: RolloutJobOptions): Manifest[] {
  const name = model.names.suffixed('rollout');
  const labels = model.labels.companions('rollout');
  return [
    { id: 'RolloutServiceAccount', apiVersion: 'v1', kind: 'ServiceAccount', name, labels, body: { automountServiceAccountToken: false } },
    ...grant({ id: 'Rollout', name, labels, serviceAccount: name, rules: rules(model) }),
    { id: 'RolloutProgram', apiVersion: 'v1', kind: 'ConfigMap', name, labels, body: { data: program(PROGRAM) } },
    {
      id: 'RolloutJob',
      apiVersion: 'batch/v1',
      kind: 'Job',
      name,
      labels,
      body: { spec: k8s.toJson_JobSpec(jobSpec(model, name, labels, options)) },
      finish: nameAfterTemplate,
    },
  ];
}

/**
 * Reads the StatefulSet and its pods, evicts members (the PodDisruptionBudget holds against this Job as well), and
 * removes the Jobs of earlier changes. Kubernetes cannot limit the last to Jobs of this cluster; the program does.
 */
function rules({ names, statefulSet: { replicas = 1 } }: ClusterModel) {
  const members = Array.from({ length: replicas }, (_, ordinal) => `${names.cluster}-${ordinal}`);
  return [
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [names.cluster], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/eviction'], resourceNames: members, verbs: ['create'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'delete'] },
  ];
}

let digest: string | undefined;

/** Another program is another Job. Hashed once: it is longer than all the rest. */
function programDigest(): string {
  digest ??= hash(program(PROGRAM));
  return digest;
}

function jobSpec(model: ClusterModel, name: string, labels: Manifest['labels'], options: RolloutJobOptions): k8s.JobSpec {
  const { volume, mount } = token();
  return {
    backoffLimit: 6,
    ttlSecondsAfterFinished: options.jobTtlSeconds,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [REFUSED] }, onPodConditions: [] }] },
    template: {
      metadata: { labels: { ...labels } },
      spec: {
        restartPolicy: 'Never',
        serviceAccountName: name,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: model.pod.securityContext,
        imagePullSecrets: model.pod.imagePullSecrets,
        containers: [{
          name: 'rollout',
          image: model.container.image,
          imagePullPolicy: model.container.imagePullPolicy,
          command: ['python3', `${PROGRAM_MOUNT}/rollout.py`],
          env: environment(model, labels, options),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          resources: {
            requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('64Mi') },
            limits: { memory: k8s.Quantity.fromString('128Mi') },
          },
          volumeMounts: [{ name: 'program', mountPath: PROGRAM_MOUNT, readOnly: true }, mount],
        }],
        volumes: [{ name: 'program', configMap: { name } }, volume],
      },
    },
  };
}

/**
 * Patroni reads `bootstrap.dcs` once in a cluster's life; later the Job writes it, so that a change is not lost. Not
 * whether the cluster is a standby: somebody may have promoted it since.
 */
function environment({ names, configuration }: ClusterModel, labels: Manifest['labels'], { deadlineSeconds }: RolloutJobOptions): k8s.EnvVar[] {
  const { standby_cluster: _, ...dcs } = (configuration.bootstrap as JsonMap).dcs as JsonMap;
  return [
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'STATEFULSET', value: names.cluster },
    { name: 'JOB_NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['job-name']" } } },
    { name: 'JOB_LABELS', value: literally(JSON.stringify(labels)) },
    { name: 'DYNAMIC_CONFIGURATION', value: literally(JSON.stringify(dcs)) },
    { name: 'DEADLINE_SECONDS', value: String(deadlineSeconds) },
  ];
}

/** Annotation of the pod template with the hash of the rest of it. The Job waits until the StatefulSet carries it. */
const TEMPLATE_ANNOTATION = 'cdk8s-spilo/template';

/** Stamps the pod template, after the user's patches, with its hash. */
export function stampTemplate(json: any): any {
  const { template } = json.spec;
  const annotations = { ...template.metadata.annotations, [TEMPLATE_ANNOTATION]: hash(template) };
  return { ...json, spec: { ...json.spec, template: { ...template, metadata: { ...template.metadata, annotations } } } };
}

/** A Job cannot be changed: another template, or another Job for the same one, must have another name. */
function nameAfterTemplate(json: any, object: (id: string) => any): any {
  const stamp = object('StatefulSet').spec.template.metadata.annotations[TEMPLATE_ANNOTATION];
  const [container] = json.spec.template.spec.containers;
  container.env.push({ name: 'TEMPLATE', value: stamp });
  const suffix = `-${hash([json.spec, programDigest()])}`;
  // A pod carries the name of its Job as a label, which ends at 63.
  return { ...json, metadata: { ...json.metadata, name: json.metadata.name.slice(0, 63 - suffix.length) + suffix } };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}
