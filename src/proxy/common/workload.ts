import { k8s } from 'cdk8s-plus-27';
import { ProxySpec } from './spec';
import { Manifest, once, Texts } from '../../kernel/contribution';
import { given } from '../../kernel/data';
import { deployed } from '../../kit/companion';
import { budget } from '../../kit/objects';
import { podPlacement } from '../../kit/placement';
import { safeToEvict } from '../../kit/pod';

/** What one proxy is made of, beside its options. */
export interface ProxyWorkload {
  /** `app.kubernetes.io/name` of its pods. */
  readonly application: string;
  /** User and group of its image. */
  readonly uid: number;
  readonly gid: number;
  readonly initContainers: readonly k8s.Container[];
  /** The proxy first. */
  readonly containers: readonly k8s.Container[];
  readonly volumes: readonly k8s.Volume[];
  readonly podAnnotations?: Texts;
  /** Construct ids of ConfigMaps: another text in one of them is another pod, which reads it. */
  readonly configMaps: readonly string[];
  readonly shareProcessNamespace?: boolean;
  /** The governing Service, where pods need names that stay. */
  readonly serviceName?: string;
}

/** What Services and budgets select by. The members' selector has other keys: it never matches a proxy. */
export function proxySelector(application: string, name: string): Texts {
  return { 'app.kubernetes.io/name': application, 'app.kubernetes.io/instance': name };
}

/** Labels of the objects of a proxy. */
export function proxyLabels(application: string, name: string): Texts {
  return { ...proxySelector(application, name), 'app.kubernetes.io/component': 'proxy' };
}

/** Whether the proxy container has a limit of CPU, so that its helpers need one. */
export const limitsCpu = ({ resources }: ProxySpec) => resources.cpu?.limit !== undefined;

/** The proxy's own containers; variables and mounts that the user added go to the proxy itself. */
function containers({ pod }: ProxySpec, [main, ...beside]: readonly k8s.Container[]): k8s.Container[] {
  const { readOnlyRootFilesystem } = pod;
  return [{
    ...main,
    env: given([...main.env ?? [], ...pod.env]),
    volumeMounts: once([...main.volumeMounts ?? [], ...pod.volumeMounts]),
    ...readOnlyRootFilesystem ? {} : { securityContext: { ...main.securityContext, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem } },
  }, ...beside];
}

const CONFIG_ANNOTATION = 'cdk8s-spilo/config';

/** The pods of a proxy, and the budget that keeps all but one of them. */
export function proxyObjects(spec: ProxySpec, workload: ProxyWorkload): Manifest[] {
  const { name, pod } = spec;
  const labels = proxyLabels(workload.application, name);
  const selector = proxySelector(workload.application, name);
  return [
    budget('PodDisruptionBudget', name, labels, selector, 1),
    deployed({
      id: workload.serviceName === undefined ? 'Deployment' : 'StatefulSet',
      name,
      labels,
      selector,
      replicas: spec.replicas,
      serviceName: workload.serviceName,
      podLabels: pod.labels,
      podAnnotations: given({ ...safeToEvict(workload.volumes), ...workload.podAnnotations, ...pod.annotations }),
      stamp: { annotation: CONFIG_ANNOTATION, of: workload.configMaps },
      pod: {
        user: { uid: workload.uid, gid: workload.gid, ownsVolumes: true },
        gracePeriod: pod.terminationGracePeriod,
        pullSecrets: pod.imagePullSecrets,
        placement: podPlacement(spec.placement, selector),
        shareProcessNamespace: workload.shareProcessNamespace,
        initContainers: workload.initContainers,
        containers: containers(spec, workload.containers),
        users: { initContainers: pod.initContainers, containers: pod.sidecars },
        volumes: once([...workload.volumes, ...pod.volumes]),
      },
    }),
  ];
}
