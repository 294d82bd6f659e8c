import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import { join } from 'path';
import { k8s } from 'cdk8s-plus-27';
import { ClusterModel, Manifest } from '../contribution';
import { token } from '../token';

const SCRIPT = 'rollout.py';
const SCRIPT_MOUNT = '/rollout';
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
    { id: 'RolloutRole', apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', name, labels, body: { rules: rules(model) } },
    {
      id: 'RolloutRoleBinding',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      name,
      labels,
      body: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name }],
      },
    },
    { id: 'RolloutScript', apiVersion: 'v1', kind: 'ConfigMap', name, labels, body: { data: { [SCRIPT]: script() } } },
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

/** Reads the StatefulSet and its pods, and evicts members: the PodDisruptionBudget holds against this Job as well. */
function rules({ names, statefulSet: { replicas = 1 } }: ClusterModel) {
  const members = Array.from({ length: replicas }, (_, ordinal) => `${names.cluster}-${ordinal}`);
  return [
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [names.cluster], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/eviction'], resourceNames: members, verbs: ['create'] },
  ];
}

let cachedScript: string | undefined;

function script(): string {
  cachedScript ??= readFileSync(join(__dirname, '../../../assets', SCRIPT), 'utf8');
  return cachedScript;
}

function jobSpec(model: ClusterModel, name: string, labels: Manifest['labels'], options: RolloutJobOptions): k8s.JobSpec {
  const { volume, mount } = token();
  return {
    backoffLimit: 6,
    ttlSecondsAfterFinished: options.jobTtlSeconds,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [REFUSED] } } as k8s.PodFailurePolicyRule] },
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
          command: ['python3', `${SCRIPT_MOUNT}/${SCRIPT}`],
          env: environment(model, options),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          resources: {
            requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('64Mi') },
            limits: { memory: k8s.Quantity.fromString('128Mi') },
          },
          volumeMounts: [{ name: 'script', mountPath: SCRIPT_MOUNT, readOnly: true }, mount],
        }],
        volumes: [{ name: 'script', configMap: { name } }, volume],
      },
    },
  };
}

/** Patroni reads `bootstrap.dcs` once in a cluster's life; later the Job writes it, so that a change is not lost. */
function environment({ names, configuration }: ClusterModel, { deadlineSeconds }: RolloutJobOptions): k8s.EnvVar[] {
  const { dcs } = configuration.bootstrap as { dcs: unknown };
  return [
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'STATEFULSET', value: names.cluster },
    { name: 'DYNAMIC_CONFIGURATION', value: JSON.stringify(dcs) },
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
  container.env.push({ name: 'TEMPLATE_ANNOTATION', value: JSON.stringify({ [TEMPLATE_ANNOTATION]: stamp }) });
  const suffix = `-${hash([json.spec, script()])}`;
  // A pod carries the name of its Job as a label, which ends at 63.
  return { ...json, metadata: { ...json.metadata, name: json.metadata.name.slice(0, 63 - suffix.length) + suffix } };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}
