import { k8s } from 'cdk8s-plus-27';
import { mergeMaps } from './merge';
import { ClusterLabels, Labels } from '../spilo/labels';
import { ClusterNames } from '../spilo/names';

/** Plain data that JSON and YAML can carry. */
export type Json = string | number | boolean | Json[] | JsonMap;
export interface JsonMap { readonly [key: string]: Json }

/** One Kubernetes object, as data. `id` is its construct id below the cluster and as much a contract as its name. */
export interface Manifest {
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Only where it is not the chart's. */
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: { readonly [key: string]: string };
  /** Everything beside metadata: `spec`, `data`, `rules`, ... */
  readonly body?: { readonly [key: string]: any };
  /** The last word on the rendered JSON, after the user's patches; `object` gives the JSON of another object by its id. */
  readonly finish?: (json: any, object: (id: string) => any) => any;
}

/**
 * What one feature adds to a cluster. Everything that features can do to each other goes through here: lists are joined,
 * maps are merged, and two features that say different things about one name clash, which is an error.
 */
export interface Contribution {
  /** Variables of the database container. */
  readonly env?: k8s.EnvVar[];
  /** A part of the document `SPILO_CONFIGURATION`, which Spilo merges over its own Patroni configuration. */
  readonly configuration?: JsonMap;
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
  readonly podLabels?: Labels;
  readonly podAnnotations?: { readonly [key: string]: string };
  /** What the members may do with the Kubernetes API, in their own namespace. */
  readonly rbac?: k8s.PolicyRule[];
  /** Further objects. */
  readonly objects?: Manifest[];
  /** Objects that depend on what all features make together, such as the StatefulSet. */
  readonly render?: ((model: ClusterModel) => Manifest[])[];
}

/** The picture of one cluster: all its contributions put together. Render functions read this and nothing else. */
export interface ClusterModel extends Required<Contribution> {
  readonly names: ClusterNames;
  readonly labels: ClusterLabels;
}

/** The part of the model that contributions make. */
export type Merged = Omit<ClusterModel, 'names' | 'labels'>;

const LISTS: (keyof Contribution)[] = [
  'env', 'crontab', 'volumes', 'mounts', 'initContainers', 'sidecars', 'claimTemplates', 'rbac', 'objects', 'render',
];
const MAPS: (keyof Contribution)[] = ['configuration', 'container', 'pod', 'statefulSet', 'podLabels', 'podAnnotations'];

/** What users call a map that has another name here. */
const PROPERTY_OF: { readonly [map in keyof Contribution]?: string } = { podLabels: 'pod.labels', podAnnotations: 'pod.annotations' };

/** Puts contributions together. `onClash` hears of fields about which two of them say different things. */
export function merge(contributions: readonly Contribution[], onClash: (field: string, received: unknown) => void): Merged {
  const lists = LISTS.map(list => [list, contributions.flatMap(contribution => (contribution[list] ?? []) as any[])]);
  const maps = MAPS.map(map => {
    const parts = contributions.map(contribution => (contribution[map] ?? {}) as { [key: string]: unknown });
    return [map, mergeMaps(parts, (path, received) => onClash(`${PROPERTY_OF[map] ?? map}.${path}`, received))];
  });
  return Object.fromEntries([...lists, ...maps]) as Merged;
}
