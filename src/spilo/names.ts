/**
 * Longest name of a cluster. Kubernetes labels every pod of a StatefulSet with the revision `<name>-<10 characters>`,
 * and a label value ends at 63; the longest suffix of a Service (`-failover`) fits as well.
 */
export const MAX_CLUSTER_NAME = 52;
export const MAX_DNS_LABEL = 63;
/** A CronJob appends eleven characters for its Jobs, whose pods have the name as a label. */
export const MAX_CRON_JOB_NAME = 52;

/** DNS-1035, which Kubernetes demands of Services: a pod, a Service and a Patroni scope carry the cluster's name. */
export const DNS_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** DNS-1123 subdomain, which Kubernetes demands of most other objects. */
export const DNS_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

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
    suffixed,
  };
}
