import { Duration } from 'cdk8s';
import { ProxySpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { ResourcesSpec } from '../../kernel/quantity';
import { PlacementOptions, settlePlacement } from '../../kit/placement';
import { PodOptions, settlePod } from '../../kit/pod-options';
import { PullPolicy } from '../../kit/pull-policy';
import { Resources, settleResources } from '../../kit/resources';
import { clusterRef, ISpiloCluster } from '../../spilo/cluster-ref';

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
   * @default - `<cluster>-proxy` for HAProxy and followers, `<cluster>-pooler` or `<cluster>-pooler-ro` for PgBouncer
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
   * @default PullPolicy.IF_NOT_PRESENT
   * @changes rollout
   */
  readonly imagePullPolicy?: PullPolicy;

  /**
   * CPU and memory of the proxy container. A memory limit is required.
   *
   * @default - 100 millicores and 128 MiB requested, limit of 256 MiB memory
   * @changes rollout
   */
  readonly resources?: Resources;

  /**
   * On which nodes the pods run, and how far from each other.
   *
   * @default - on different hosts as far as possible
   */
  readonly placement?: PlacementOptions;

  /**
   * Additions to the pods. How long sessions may go on after a pod was told to stop is `terminationGracePeriod`, at least 15
   * seconds.
   *
   * @default - none
   */
  readonly pod?: PodOptions;
}

const DEFAULT_RESOURCES: ResourcesSpec = { cpu: { request: '100m' }, memory: { request: '128Mi', limit: '256Mi' } };
const DEFAULT_REPLICAS = 2;

/** What a proxy is by its kind, where nobody says otherwise. */
export interface ProxyDefaults { readonly suffix: string; readonly gracePeriod: Duration }

/** The common part of a proxy's spec. `namespace` is the chart's. */
export function settleProxy(options: ProxyOptions, namespace: string | undefined, { suffix, gracePeriod }: ProxyDefaults): ProxySpec {
  const { cluster, name, replicas = DEFAULT_REPLICAS, imagePullPolicy = PullPolicy.IF_NOT_PRESENT, resources, placement, pod } = options;
  return onlyDefined({
    name: name ?? `${cluster.clusterName}-${suffix}`,
    namespace,
    // A proxy runs in the namespace of its cluster: where only one of the two is known, it is that of both.
    cluster: onlyDefined({ ...clusterRef(cluster), namespace: cluster.namespace ?? namespace }),
    replicas,
    imagePullPolicy,
    resources: settleResources(resources, DEFAULT_RESOURCES),
    placement: settlePlacement(placement),
    pod: settlePod(pod, { gracePeriod, readOnlyRoot: true }),
  });
}
