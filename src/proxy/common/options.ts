import { Duration } from 'cdk8s';
import { ContainerResources, ImagePullPolicy, k8s } from 'cdk8s-plus-27';
import { Placement } from '../../features/placement/placement';
import { ISpiloCluster } from '../../spilo/cluster-ref';

/**
 * What all proxies have in common: which cluster they stand before, and how their pods run.
 */
export interface ProxyOptions {
  /**
   * The cluster, rendered by this program or imported. The proxy must run in its namespace.
   *
   * @changes recreation unless `name` is set
   */
  readonly cluster: ISpiloCluster;

  /**
   * Stem of the names of all objects of the proxy.
   *
   * @default - `<cluster>-proxy` for HAProxy, `<cluster>-pooler` or `<cluster>-pooler-ro` for PgBouncer
   * @changes recreation
   */
  readonly name?: string;

  /**
   * Number of pods. One may be away at a time, by a PodDisruptionBudget and during updates.
   *
   * @default 2
   * @changes at-once with `peering` a rollout: each pod knows all others
   */
  readonly replicas?: number;

  /**
   * When the kubelet pulls images.
   *
   * @default ImagePullPolicy.IF_NOT_PRESENT
   * @changes rollout
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Names of Secrets with credentials for registries.
   *
   * @default - none
   * @changes rollout
   */
  readonly imagePullSecrets?: string[];

  /**
   * CPU and memory of the proxy container. A memory limit is required.
   *
   * @default - 100 millicores and 128 MiB requested, limit of 256 MiB memory
   * @changes rollout
   */
  readonly resources?: ContainerResources;

  /**
   * On which nodes the pods run, and how far from each other.
   *
   * @default - on different hosts as far as possible
   */
  readonly placement?: Placement;

  /**
   * How long sessions may go on after a pod was told to stop; then they are cut. Whole seconds, at least 15.
   *
   * @default - one minute for HAProxy, five minutes for PgBouncer
   * @changes rollout
   */
  readonly gracePeriod?: Duration;

  /**
   * Labels of the pods, beside the proxy's own.
   *
   * @default - none
   * @changes rollout
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Annotations of the pods.
   *
   * @default - those that tell Prometheus where the metrics are
   * @changes rollout
   */
  readonly podAnnotations?: { [key: string]: string };

  /**
   * Containers beside the proxy.
   *
   * @default - none
   * @changes rollout
   */
  readonly sidecars?: k8s.Container[];
}
