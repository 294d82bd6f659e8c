import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { kubernetesJson } from './kubernetes-json';
import { textOrKind, wrongTypes } from './kubernetes-types';
import { Texts } from '../kernel/contribution';
import { isMap, listed, onlyDefined } from '../kernel/data';
import { seconds } from '../kernel/duration';
import { Finding, annotationsRule, labelsRules, Rule, valueRule } from '../kernel/rule';
import { isEnvName, isObjectName, isOneLine, isWholeNumber, normalizedPath } from '../kernel/syntax';

/**
 * Additions to pods. None of them can replace what the library set: a name that is taken is an error.
 */
export interface PodOptions {
  /**
   * Labels of the pods.
   *
   * @default - the library's own
   * @changes rollout
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the pods.
   *
   * @default - none
   * @changes rollout
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Environment variables of the main container: texts, or an `EnvValue` of any version of cdk8s-plus, or a map with
   * Kubernetes' `valueFrom`. Variables that the image would ignore or misread, and those that the library sets, are refused.
   *
   * @default - none
   * @changes rollout
   */
  readonly env?: { [name: string]: any };

  /**
   * Containers beside the main container: `k8s.Container` of any version of cdk8s-plus, or maps with Kubernetes' own names.
   * They get no token of the Kubernetes API.
   *
   * @default - none
   * @changes rollout
   */
  readonly sidecars?: any[];

  /**
   * Containers that run to their end before the main container starts, in the same form. One with
   * `restartPolicy: 'Always'` goes on beside it.
   *
   * @default - none
   * @changes rollout
   */
  readonly initContainers?: any[];

  /**
   * Volumes of the pods: `k8s.Volume` of any version of cdk8s-plus, or maps with Kubernetes' own names.
   *
   * @default - none
   * @changes rollout
   */
  readonly volumes?: any[];

  /**
   * Mounts of the main container: `k8s.VolumeMount` of any version of cdk8s-plus, or maps with Kubernetes' own names.
   * Those that hide a directory which the image needs are refused, and those inside the members' data.
   *
   * @default - none
   * @changes rollout
   */
  readonly volumeMounts?: any[];

  /**
   * Names of the Secrets with which images are pulled. They hold for the Jobs of the library as well.
   *
   * @default - none
   * @changes rollout
   */
  readonly imagePullSecrets?: string[];

  /**
   * How long a pod may take to stop before it is killed. A member hands over its lock, ends its clients and writes a
   * checkpoint; killed before that, it is missed only after Patroni's `ttl`. A proxy lets sessions go on that long.
   *
   * @default - five minutes for members and PgBouncer, one minute for other proxies
   * @changes rollout
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Whether the root file system of the main container is read-only.
   *
   * @default - true; for members only with images that were seen to boot so, Spilo 4.0-p3
   * @changes rollout
   */
  readonly readOnlyRootFilesystem?: boolean;
}

/** `PodOptions` as a spec has them, in Kubernetes' own names. */
export interface PodSpec {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly env: readonly k8s.EnvVar[];
  readonly sidecars: readonly k8s.Container[];
  readonly initContainers: readonly k8s.Container[];
  readonly volumes: readonly k8s.Volume[];
  readonly volumeMounts: readonly k8s.VolumeMount[];
  readonly imagePullSecrets: readonly string[];
  /** In seconds. */
  readonly terminationGracePeriod: number;
  readonly readOnlyRootFilesystem: boolean;
}

/** The additions with their defaults. */
export function settlePod(options: PodOptions | undefined, defaults: { readonly gracePeriod: Duration; readonly readOnlyRoot: boolean }): PodSpec {
  const { labels, annotations, env = {}, sidecars = [], initContainers = [], volumes = [], volumeMounts = [], imagePullSecrets = [] } = options ?? {};
  return onlyDefined({
    labels: labels && { ...labels },
    annotations: annotations && { ...annotations },
    env: Object.entries(env).map(([name, value]) => variable(name, value)),
    sidecars: sidecars.map(container => kubernetesJson(container, k8s.toJson_Container)),
    initContainers: initContainers.map(container => kubernetesJson(container, k8s.toJson_Container)),
    volumes: volumes.map(volume => kubernetesJson(volume, k8s.toJson_Volume)),
    volumeMounts: volumeMounts.map(mount => kubernetesJson(mount, k8s.toJson_VolumeMount)),
    imagePullSecrets: [...imagePullSecrets],
    terminationGracePeriod: seconds(options?.terminationGracePeriod ?? defaults.gracePeriod),
    readOnlyRootFilesystem: options?.readOnlyRootFilesystem ?? defaults.readOnlyRoot,
  });
}

/** A text, or what has a value or its source: `EnvValue` of every version of cdk8s-plus. */
function variable(name: string, value: any): k8s.EnvVar {
  return typeof value === 'object' && value !== null
    ? kubernetesJson(onlyDefined({ name, value: value.value, valueFrom: value.valueFrom }), k8s.toJson_EnvVar)
    : { name, value };
}

/** Fields of a pod as users write them, and names without which the API server refuses it. */
function nameless({ sidecars, initContainers, volumes, volumeMounts }: PodSpec): Finding[] {
  return Object.entries({ sidecars, initContainers, volumes, volumeMounts }).flatMap(([property, items]) =>
    (items as readonly { name?: unknown }[]).map((item, index) => ({ property: `pod.${property}[${index}].name`, received: item?.name }))
      .filter(({ received }) => !isObjectName(received)).map(({ property: path, received }) => ({ property: path, received: textOrKind(received) })));
}

/** A reference as the container runtime reads it: only the name of a registry may have capitals. */
const PULLABLE = /^([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:\w[\w.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,})?$/;

function imageless({ sidecars, initContainers }: PodSpec): Finding[] {
  return Object.entries({ sidecars, initContainers }).flatMap(([property, items]) =>
    (items as readonly { image?: unknown }[]).map((item, index) => ({ property: `pod.${property}[${index}].image`, received: item?.image }))
      .filter(({ received }) => typeof received !== 'string' || !PULLABLE.test(received))
      .map(({ property: path, received }) => ({ property: path, received: textOrKind(received) })));
}

/** What in the additions is not of the type that Kubernetes demands. Names and paths have rules of their own. */
function mistyped({ env, ...parts }: PodSpec): Finding[] {
  const lists = { sidecars: 'Container[]', initContainers: 'Container[]', volumes: 'Volume[]', volumeMounts: 'VolumeMount[]' } as const;
  return [
    ...env.flatMap(({ name, valueFrom }) => valueFrom !== undefined && typeof valueFrom === 'object' ? wrongTypes('EnvVarSource', valueFrom, `pod.env.${name}.valueFrom`) : []),
    ...Object.entries(lists).flatMap(([list, type]) => wrongTypes(type, parts[list as keyof typeof lists], `pod.${list}`)),
  ].filter(({ property }) => !/^pod\.\w+\[\d+\]\.(name|mountPath)$/.test(property!));
}

/** Where a mount in a container of the user's cannot be. That it is a text, another rule says. */
const isNoMountPath = (path: unknown) => !isOneLine(path) || /^[./]*$/.test(path) || path.includes(':');

function badMountPaths({ volumeMounts, sidecars, initContainers }: PodSpec): Finding[] {
  const own = volumeMounts.map((mount, index) => ({ property: `pod.volumeMounts[${index}].mountPath`, received: mount?.mountPath }));
  const beside = Object.entries({ sidecars, initContainers }).flatMap(([list, containers]) => containers.flatMap((container, index) =>
    listed(container?.volumeMounts).map((mount, place) => ({ property: `pod.${list}[${index}].volumeMounts[${place}].mountPath`, received: mount?.mountPath }))))
    .filter(({ received }) => typeof received === 'string');
  return [...own, ...beside].filter(({ received }) => isNoMountPath(received))
    .map(({ property, received }) => ({ property, received: textOrKind(received) }));
}

/** A source is every field beside the name, also one that is newer than the library. */
const sourcesOf = (volume: k8s.Volume) => isMap(volume) ? Object.keys(volume).filter(field => field !== 'name' && volume[field] !== undefined) : [''];

/** Directories of a container that mounts of the user leave alone. */
export interface TakenDirectories {
  /** What must stay to be seen: nothing is mounted there, nor above it. */
  readonly needed: readonly string[];
  /** Nothing is mounted inside of it. */
  readonly closed: readonly string[];
}

/** Without these no program of any image starts. */
export const SYSTEM_DIRECTORIES = [
  '/bin', '/dev', '/etc', '/lib', '/lib64', '/proc', '/sbin', '/sys', '/usr/bin', '/usr/lib', '/usr/local/bin', '/usr/local/lib', '/usr/local/sbin', '/usr/sbin',
];

function hidingMounts({ volumeMounts }: PodSpec, { needed, closed }: TakenDirectories): Finding[] {
  const isIn = (path: string, directory: string) => path.startsWith(`${directory}/`);
  return volumeMounts.map((mount, index) => ({ property: `pod.volumeMounts[${index}].mountPath`, received: mount?.mountPath }))
    .filter(({ received }) => {
      if (isNoMountPath(received)) { return false; }
      const path = normalizedPath(received);
      return needed.some(directory => path === directory || isIn(directory, path)) || closed.some(directory => isIn(path, directory));
    });
}

/** Checks of `PodOptions`, for every construct that has them; `reserved` are labels of the library's own, `taken` the directories of the main container. */
export function podRules<Input>(
  pod: (input: Input) => PodSpec,
  reserved: readonly string[],
  taken: (input: Input) => TakenDirectories = () => ({ needed: SYSTEM_DIRECTORIES, closed: [] }),
): Rule<Input>[] {
  return [
    ...labelsRules<Input>('pod-labels', 'pod.labels', input => ({ 'pod.labels': pod(input).labels }), reserved),
    annotationsRule('pod-annotations', 'pod.annotations', input => ({ 'pod.annotations': pod(input).annotations })),
    {
      id: 'pod-env-name',
      property: 'pod.env',
      allowed: 'letters, digits, - _ and ., not beginning with a digit',
      why: 'The API server refuses the pod.',
      find: input => pod(input).env.filter(({ name }) => !isEnvName(name)).map(({ name }) => ({ received: name })),
    },
    {
      id: 'pod-env-value',
      property: 'pod.env',
      allowed: 'a text, an EnvValue of cdk8s-plus, or a map with valueFrom',
      why: 'The API server refuses the pod, or the variable is empty.',
      find: input => pod(input).env.filter(({ value, valueFrom }) => (typeof value === 'string') === (typeof valueFrom === 'object' && valueFrom !== null))
        .map(({ name, value }) => ({ property: `pod.env.${name}`, received: value === undefined ? undefined : `a ${typeof value}` })),
    },
    {
      id: 'pod-part-name',
      property: 'pod',
      allowed: 'containers, volumes and mounts with a name, a DNS-1123 subdomain',
      why: 'The API server refuses the pod.',
      find: input => nameless(pod(input)),
    },
    {
      id: 'pod-part-image',
      property: 'pod',
      allowed: 'containers with an image: a name in lower case, without https://',
      why: 'The API server refuses the pod, or the kubelet its image.',
      find: input => imageless(pod(input)),
    },
    {
      id: 'pod-part-type',
      property: 'pod',
      allowed: 'values of the types that Kubernetes demands',
      why: 'The API server refuses the pod.',
      find: input => mistyped(pod(input)),
    },
    {
      id: 'pod-mount-path',
      property: 'pod.volumeMounts',
      allowed: 'mounts with a mountPath, a path without colon that is not the root',
      why: 'The API server refuses the pod, or the container runtime does.',
      find: input => badMountPaths(pod(input)),
    },
    {
      id: 'pod-mount-hides',
      property: 'pod.volumeMounts',
      allowed: 'mounts that are no directory which the image needs, nor above one, and not inside the data of a member or the programs of the library',
      why: 'The programs of the image would not be found, or PostgreSQL refuses its data: the pod starts again forever.',
      find: input => hidingMounts(pod(input), taken(input)),
    },
    {
      id: 'pod-volume-source',
      property: 'pod.volumes',
      allowed: 'volumes with one source, such as emptyDir: {}',
      why: 'The API server refuses a volume with two, and makes an empty directory of one without any.',
      find: input => pod(input).volumes.map((volume, index) => ({ property: `pod.volumes[${index}]`, sources: sourcesOf(volume) }))
        .filter(({ sources }) => sources.length !== 1).map(({ property, sources }) => ({ property, received: sources })),
    },
    {
      id: 'pod-pull-secret',
      property: 'pod.imagePullSecrets',
      allowed: 'DNS-1123 subdomains',
      why: 'The API server refuses the pod.',
      find: input => pod(input).imagePullSecrets.filter(name => !isObjectName(name)).map(received => ({ received })),
    },
  ];
}

/** A rule about the time that a pod has to stop. */
export function gracePeriodRule<Input>(id: string, pod: (input: Input) => PodSpec, least: number, why: string): Rule<Input> {
  return valueRule(id, 'pod.terminationGracePeriod', `whole seconds, at least ${least}`, why,
    input => pod(input).terminationGracePeriod, value => isWholeNumber(value, least));
}
