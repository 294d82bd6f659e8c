/**
 * Longest name of a cluster. Kubernetes labels every pod of a StatefulSet with the revision `<name>-<10 characters>`,
 * and a label value ends at 63; the longest suffix of a Service (`-failover`) fits as well.
 */
export const MAX_CLUSTER_NAME = 52;
/** Names of a cluster's objects. They are contract: another name is another object in somebody's cluster. */
export interface ClusterNames {
  readonly cluster: string;
  readonly leaderService: string;
  readonly replicaService: string;
  /** Governing headless Service: a stable DNS name for every member. */
  readonly podsService: string;
  /** Patroni keeps its configuration, synchronous state and failover request in Endpoints of these names. */
  readonly configService: string;
  readonly syncService: string;
  readonly failoverService: string;
  /** The ConfigMap of all programs that members and Jobs run. */
  readonly programs: string;
  readonly suffixed: (suffix: string) => string;
}

/** The names of the cluster `cluster`. */
export function clusterNames(cluster: string): ClusterNames {
  const suffixed = (suffix: string) => `${cluster}-${suffix}`;
  return {
    cluster,
    leaderService: cluster,
    replicaService: suffixed('repl'),
    podsService: suffixed('pods'),
    configService: suffixed('config'),
    syncService: suffixed('sync'),
    failoverService: suffixed('failover'),
    programs: suffixed('programs'),
    suffixed,
  };
}
