import { k8s } from 'cdk8s-plus-27';
import { mergeMaps, override } from './merge';

/** Plain data that JSON and YAML can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonMap;
export interface JsonMap { readonly [key: string]: Json }

/** Labels, annotations, data: texts by name. */
export type Texts = { readonly [key: string]: string };

/** One Kubernetes object, as data. `id` is its construct id below the cluster and as much a contract as its name. */
export interface Manifest {
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Only where it is not the chart's. */
  readonly namespace?: string;
  /** Whether the kind has no namespace at all: cdk8s gives every object that of its chart. */
  readonly clusterScoped?: boolean;
  readonly labels?: Texts;
  readonly annotations?: Texts;
  /** Everything beside metadata: `spec`, `data`, `rules`, ... */
  readonly body?: { readonly [key: string]: any };
  /**
   * A Job cannot be changed, so that another one must have another name: it ends with a hash of the spec, and of the data of
   * the objects with these ids, after the user's patches.
   */
  readonly nameByContent?: readonly string[];
  /** An annotation of the pod template with a hash, after the user's patches. */
  readonly stamp?: Stamp;
  /** A variable that holds the stamp of another object. */
  readonly stampOf?: StampReader;
}

/** What a pod template is stamped with. */
export interface Stamp {
  readonly annotation: string;
  /** Ids of objects whose data is hashed: pods read them only at their start. Without them the template itself is hashed. */
  readonly of?: readonly string[];
}

/** Who reads the stamp of the object with the id. */
export interface StampReader { readonly id: string; readonly container: string; readonly variable: string }

/**
 * What one feature adds to a cluster. Everything that features can do to each other goes through here: lists are joined,
 * maps are merged, and two features that say different things about one name clash, which is an error.
 */
export interface Contribution {
  /** Variables of the database container. */
  readonly env?: k8s.EnvVar[];
  /** A part of the document `SPILO_CONFIGURATION`, which Spilo merges over its own Patroni configuration. */
  readonly configuration?: JsonMap;
  /** The same by a user who knows better: it has the last word. */
  readonly uncheckedConfiguration?: JsonMap;
  /** Lines of the crontab of user `postgres`. */
  readonly crontab?: string[];
  readonly volumes?: k8s.Volume[];
  /** Mounts of the database container. */
  readonly mounts?: k8s.VolumeMount[];
  readonly initContainers?: k8s.Container[];
  /** Containers beside the database container. */
  readonly sidecars?: k8s.Container[];
  readonly claimTemplates?: k8s.KubePersistentVolumeClaimProps[];
  /** Fields of the database container. */
  readonly container?: Partial<k8s.Container>;
  /** Fields of the pod. */
  readonly pod?: Partial<k8s.PodSpec>;
  /** Fields of the StatefulSet. */
  readonly statefulSet?: Partial<k8s.StatefulSetSpec>;
  readonly podLabels?: Texts;
  readonly podAnnotations?: Texts;
  /** What the members may do with the Kubernetes API, in their own namespace. */
  readonly rbac?: k8s.PolicyRule[];
  /** Paths of programs, which the cluster's one ConfigMap of programs then holds. */
  readonly programs?: string[];
  /** Further objects. */
  readonly objects?: Manifest[];
}

/** The picture of one cluster: all its contributions put together. */
export type Model = Required<Contribution>;

const LISTS: (keyof Contribution)[] = [
  'env', 'crontab', 'volumes', 'mounts', 'initContainers', 'sidecars', 'claimTemplates', 'rbac', 'programs', 'objects',
];
const MAPS: (keyof Contribution)[] = ['configuration', 'uncheckedConfiguration', 'container', 'pod', 'statefulSet', 'podLabels', 'podAnnotations'];

/** What users call a map that has another name here. */
const PROPERTY_OF: { readonly [map in keyof Contribution]?: string } = { podLabels: 'pod.labels', podAnnotations: 'pod.annotations' };

/** Puts contributions together. `onClash` hears of fields about which two of them say different things. */
export function merge(contributions: readonly Contribution[], onClash: (field: string, received: unknown) => void): Model {
  const lists = LISTS.map(list => [list, withoutRepeats(list, contributions.flatMap(contribution => (contribution[list] ?? []) as any[]))]);
  const maps = MAPS.map(map => {
    const parts = contributions.map(contribution => (contribution[map] ?? {}) as { [key: string]: unknown });
    return [map, mergeMaps(parts, (path, received) => onClash(`${PROPERTY_OF[map] ?? map}.${path}`, received))];
  });
  const merged = Object.fromEntries([...lists, ...maps]) as Model;
  return { ...merged, configuration: override(merged.configuration, merged.uncheckedConfiguration) as JsonMap };
}

/** Two features may need the same volume, such as that of the programs: what they say alike is there once. */
function withoutRepeats(list: keyof Contribution, items: any[]): any[] {
  return list === 'volumes' || list === 'mounts' || list === 'programs' ? once(items) : items;
}

/** Equal items once. */
export function once<Item>(items: readonly Item[]): Item[] {
  const texts = items.map(item => JSON.stringify(item));
  return items.filter((_, index) => texts.indexOf(texts[index]) === index);
}
