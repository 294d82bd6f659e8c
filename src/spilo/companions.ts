import { k8s } from 'cdk8s-plus-27';
import { clusterLabels } from './labels';
import { clusterNames } from './names';
import { POSTGRES_GID, POSTGRES_UID, PROGRAMS, PROGRAMS_VOLUME } from './paths';
import { ClusterSpec } from './spec';
import { Texts } from '../kernel/contribution';
import { given } from '../kernel/data';
import { ResourcesSpec } from '../kernel/quantity';
import { Companion } from '../kit/companion';
import { helperPlacement } from '../kit/placement';
import { RESTRICTED } from '../kit/pod';
import { helperResources } from '../kit/resources';

/** A Job of a cluster, which runs one of the library's programs in the members' image. */
export interface ClusterJob {
  readonly id: string;
  /** End of its name, and its component among the labels. */
  readonly suffix: string;
  /** Name of the container. */
  readonly container: string;
  readonly command: readonly string[];
  readonly env: readonly k8s.EnvVar[];
  readonly resources: ResourcesSpec;
  readonly volumes?: readonly k8s.Volume[];
  readonly mounts?: readonly k8s.VolumeMount[];
  readonly initContainers?: readonly k8s.Container[];
  readonly serviceAccountName?: string;
  readonly terminationMessagePolicy?: string;
  readonly retries: number;
  readonly deadlineSeconds?: number;
  readonly ttlSeconds?: number;
  readonly refusedStatus?: number;
  /** Annotations of the library's own. */
  readonly podAnnotations?: Texts;
  readonly nameByContent?: Companion['nameByContent'];
  readonly stampOf?: Companion['stampOf'];
}

/** The Job as a companion: on the members' nodes, with their image, their pull secrets and the user's labels and annotations. */
export function clusterCompanion(spec: ClusterSpec, job: ClusterJob): Companion {
  const { id, suffix, retries, deadlineSeconds, ttlSeconds, refusedStatus, nameByContent, stampOf } = job;
  return {
    id,
    name: clusterNames(spec.name).suffixed(suffix),
    labels: clusterLabels(spec.name).companions(suffix),
    podLabels: spec.jobs.labels,
    podAnnotations: given({ ...spec.jobs.annotations, ...job.podAnnotations }),
    retries,
    deadlineSeconds,
    ttlSeconds,
    refusedStatus,
    nameByContent,
    stampOf,
    pod: {
      user: { uid: POSTGRES_UID, gid: POSTGRES_GID, ownsVolumes: true },
      pullSecrets: spec.pod.imagePullSecrets,
      placement: helperPlacement(spec.jobs.placement),
      serviceAccountName: job.serviceAccountName,
      initContainers: job.initContainers,
      containers: [container(spec, job)],
      volumes: [...job.volumes ?? [], programs(spec).volume],
    },
  };
}

function container(spec: ClusterSpec, job: ClusterJob): k8s.Container {
  return {
    name: job.container,
    image: spec.image.reference,
    imagePullPolicy: spec.imagePullPolicy,
    command: [...job.command],
    env: [...job.env],
    resources: helperResources(job.resources, limitsCpu(spec)),
    terminationMessagePolicy: job.terminationMessagePolicy,
    volumeMounts: [...job.mounts ?? [], programs(spec).mount],
  };
}

/** The library's programs in a pod of the cluster. */
export function programs({ name }: ClusterSpec): { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount } {
  return {
    volume: { name: PROGRAMS_VOLUME, configMap: { name: clusterNames(name).programs } },
    mount: { name: PROGRAMS_VOLUME, mountPath: PROGRAMS, readOnly: true },
  };
}

/** Whether containers need a limit of CPU: where the database has one, a quota may ask it of all. */
export function limitsCpu({ resources }: ClusterSpec): boolean {
  return resources.cpu?.limit !== undefined;
}

/** A container of the members' own image that prepares a volume with a few lines of shell and ends. */
export function preparation(spec: ClusterSpec, name: string, mount: k8s.VolumeMount, script: string, ...args: string[]): k8s.Container {
  return {
    name,
    image: spec.image.reference,
    imagePullPolicy: spec.imagePullPolicy,
    command: ['/bin/sh', '-c', script, 'sh', ...args],
    volumeMounts: [mount],
    securityContext: RESTRICTED,
    resources: helperResources({ cpu: { request: '10m' }, memory: { request: '32Mi', limit: '128Mi' } }, limitsCpu(spec)),
  };
}
