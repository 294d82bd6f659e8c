import { createHash } from 'crypto';
import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, ImagePullPolicy, k8s } from 'cdk8s-plus-27';
import { ProxyOptions } from './options';
import { podPlacement, placementRules } from '../../features/placement/placement';
import { resourcesRules } from '../../features/resources/resources';
import { Manifest } from '../../kernel/contribution';
import { resourceRequirements } from '../../kernel/quantity';
import { annotationsRule, Finding, labelsRules, Rule, valueRule } from '../../kernel/rule';
import { isObjectName, isWholeNumber } from '../../kernel/syntax';
import { Labels } from '../../spilo/labels';
import { DNS_1035, MAX_DNS_LABEL } from '../../spilo/names';

/** A proxy whose name is settled. */
export interface ProxyContext<Props extends ProxyOptions> {
  readonly props: Props;
  readonly name: string;
}

/** What one proxy is made of, beside its options. */
export interface ProxyWorkload {
  /** `app.kubernetes.io/name` of its pods. */
  readonly application: string;
  /** User and group of its image. */
  readonly uid: number;
  readonly gid: number;
  readonly gracePeriod: Duration;
  readonly initContainers?: k8s.Container[];
  /** The proxy first. */
  readonly containers: k8s.Container[];
  readonly volumes: k8s.Volume[];
  readonly podAnnotations?: Labels;
  /** Construct ids of ConfigMaps: another text in one of them is another pod, which reads it. */
  readonly configMaps: readonly string[];
  readonly shareProcessNamespace?: boolean;
}

const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(100) },
  memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) },
};
const LONGEST_SUFFIX = '-config'.length;
const CONFIG_ANNOTATION = 'cdk8s-spilo/config';

const resourcesOf = ({ resources }: ProxyOptions) => resources ?? DEFAULT_RESOURCES;

/** Resources of the container with the proxy itself. */
export function proxyResources(props: ProxyOptions): k8s.ResourceRequirements | undefined {
  return resourceRequirements(resourcesOf(props));
}

/** What every container of a proxy may do: nothing but its work. */
export const RESTRICTED: k8s.SecurityContext = {
  allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
};

/** Pull policy of all images of a proxy. */
export function pullPolicy({ imagePullPolicy = ImagePullPolicy.IF_NOT_PRESENT }: ProxyOptions): string {
  return imagePullPolicy;
}

/** What Services and budgets select by. The members' selector has other keys: it never matches a proxy. */
export function proxySelector(application: string, name: string): Labels {
  return { 'app.kubernetes.io/name': application, 'app.kubernetes.io/instance': name };
}

/** Labels of the objects of a proxy. */
export function proxyLabels(application: string, name: string): Labels {
  return { ...proxySelector(application, name), 'app.kubernetes.io/component': 'proxy' };
}

/** A ConfigMap of a proxy. */
export function proxyConfigMap(id: string, name: string, application: string, instance: string, data: { [file: string]: string }): Manifest {
  return { id, apiVersion: 'v1', kind: 'ConfigMap', name, labels: proxyLabels(application, instance), body: { data } };
}

/** The pods of a proxy, and the budget that keeps all but one of them. */
export function proxyObjects({ props, name }: ProxyContext<ProxyOptions>, workload: ProxyWorkload): Manifest[] {
  const labels = proxyLabels(workload.application, name);
  const selector = { matchLabels: proxySelector(workload.application, name) };
  return [{
    id: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    name,
    labels,
    body: { spec: k8s.toJson_PodDisruptionBudgetSpec({ maxUnavailable: k8s.IntOrString.fromNumber(1), selector }) },
  }, {
    id: 'Deployment',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name,
    labels,
    body: {
      spec: k8s.toJson_DeploymentSpec({
        replicas: props.replicas ?? 2,
        // A new pod first: a proxy on its way out takes no connections any more.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
        selector,
        template: podTemplate({ props, name }, workload),
      }),
    },
    finish: (json, sibling) => stampConfig(json, workload.configMaps.map(id => sibling(id).data)),
  }];
}

/** The pod template of a proxy. */
export function podTemplate({ props, name }: ProxyContext<ProxyOptions>, workload: ProxyWorkload): k8s.PodTemplateSpec {
  const { application, uid, gid, gracePeriod, initContainers, containers, volumes, shareProcessNamespace } = workload;
  return {
    metadata: {
      labels: { ...props.podLabels, ...proxyLabels(application, name) },
      annotations: { ...workload.podAnnotations, ...props.podAnnotations },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: gracePeriod.toSeconds(),
      shareProcessNamespace,
      imagePullSecrets: props.imagePullSecrets?.map(secret => ({ name: secret })),
      securityContext: {
        runAsNonRoot: true, runAsUser: uid, runAsGroup: gid, fsGroup: gid, seccompProfile: { type: 'RuntimeDefault' },
      },
      initContainers,
      containers: [...containers, ...props.sidecars ?? []],
      volumes,
      ...podPlacement(props.placement ?? {}, proxySelector(application, name)),
    },
  };
}

/** Puts the hash of what pods only read at their start into their template, after the user's patches. */
export function stampConfig(json: any, config: unknown): any {
  const { template } = json.spec;
  const hash = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 10);
  const annotations = { ...template.metadata.annotations, [CONFIG_ANNOTATION]: hash };
  return { ...json, spec: { ...json.spec, template: { ...template, metadata: { ...template.metadata, annotations } } } };
}

/** Checks of `ProxyOptions`. */
export function proxyRules<Props extends ProxyOptions>(memoryReason: string): Rule<ProxyContext<Props>>[] {
  type Context = ProxyContext<Props>;
  const memberPods = ({ props }: Context): Finding[] => {
    const wanted = Object.entries(props.cluster.memberLabels);
    const matches = wanted.every(([key, value]) => props.podLabels?.[key] === value);
    return matches ? [{ received: props.podLabels }] : [];
  };
  return [
    valueRule('proxy-name', 'name', `1 to ${MAX_DNS_LABEL - LONGEST_SUFFIX} of a-z 0-9 -, beginning with a letter and not ending with -`,
      'The API server refuses the Services.',
      ({ name }: Context) => name, name => DNS_1035.test(name) && name.length <= MAX_DNS_LABEL - LONGEST_SUFFIX),
    valueRule('proxy-replicas', 'replicas', 'a whole number, at least 1', 'Nobody would answer.',
      ({ props }: Context) => props.replicas, replicas => isWholeNumber(replicas, 1)),
    valueRule('proxy-grace-period', 'gracePeriod', 'whole seconds, at least 15',
      'The first seconds pass until every node has heard that the pod goes: nothing would be left for the sessions.',
      ({ props }: Context) => props.gracePeriod && props.gracePeriod.toMilliseconds() / 1000, value => isWholeNumber(value, 15)),
    valueRule('proxy-image-pull-secrets', 'imagePullSecrets', 'names of Secrets', 'The API server refuses the pod.',
      ({ props }: Context) => props.imagePullSecrets, names => names.every(isObjectName)),
    ...resourcesRules<Context>(({ props }) => resourcesOf(props)),
    {
      id: 'proxy-memory-limit',
      property: 'resources.memory.limit',
      allowed: 'a limit',
      why: memoryReason,
      find: ({ props }) => resourcesOf(props).memory?.limit === undefined ? [{ received: undefined }] : [],
    },
    ...placementRules<Context>(({ props }) => props.placement ?? {}),
    ...labelsRules<Context>('proxy-pod-labels', 'podLabels', ({ props }) => ({ podLabels: props.podLabels })),
    {
      id: 'proxy-pod-is-no-member',
      property: 'podLabels',
      allowed: 'not all labels of the cluster\'s members',
      why: 'The headless Service and Patroni would take the proxy for a member of the cluster: connections would go in circles.',
      find: memberPods,
    },
    annotationsRule('proxy-pod-annotations', 'podAnnotations', ({ props }) => ({ podAnnotations: props.podAnnotations })),
    {
      id: 'proxy-sidecar-name',
      property: 'sidecars',
      allowed: 'names that the proxy\'s own containers do not have',
      why: 'The API server refuses the pod.',
      find: ({ props }) => (props.sidecars ?? []).map(({ name }) => name)
        .filter((name, index, all) => OWN_CONTAINERS.includes(name) || all.indexOf(name) < index).map(received => ({ received })),
    },
  ];
}

/** Containers of the proxies, all of them: a name of theirs is no name for a sidecar. */
const OWN_CONTAINERS = ['haproxy', 'pgbouncer', 'userlist', 'exporter', 'follower', 'first-configuration'];
