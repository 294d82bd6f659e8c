/** Label keys and values that Spilo, Patroni and our selectors agree on. Selectors are immutable: so is this file. */
export const APPLICATION_LABEL = 'application';
export const APPLICATION = 'spilo';
export const CLUSTER_LABEL = 'spilo-cluster';
export const ROLE_LABEL = 'role';

/** Patroni 4 calls the leader `primary`; Spilo still labels it `master`, and so did every cluster before it. */
export const LEADER_ROLE = 'master';
export const REPLICA_ROLE = 'replica';

/** Labels by which the library selects its own Jobs. */
export const OWN_CLUSTER_LABEL = 'cdk8s-spilo/cluster';
export const OWN_COMPONENT_LABEL = 'cdk8s-spilo/component';

/** What tells a companion from all others. */
export function ownLabels(clusterName: string, component: string): Labels {
  return { [OWN_CLUSTER_LABEL]: clusterName, [OWN_COMPONENT_LABEL]: component };
}

/** Keys that only the library sets. */
export const RESERVED_LABELS = [
  APPLICATION_LABEL, CLUSTER_LABEL, ROLE_LABEL, OWN_CLUSTER_LABEL, OWN_COMPONENT_LABEL, 'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component',
];

/** A set of Kubernetes labels. */
export type Labels = { readonly [key: string]: string };

/** The labels of one cluster. */
export interface ClusterLabels {
  /** Exactly the selector of all members; a pod that carries these is a member to Patroni. */
  readonly members: Labels;
  readonly leader: Labels;
  readonly replicas: Labels;
  /** On every object and pod: the members' labels and Kubernetes' recommended ones. Never selected by. */
  readonly metadata: Labels;
  /** On pods that belong to the cluster but are no members (Jobs): must not match `members`. */
  readonly companions: (component: string) => Labels;
}

/** The labels of the cluster `clusterName`. */
export function clusterLabels(clusterName: string): ClusterLabels {
  const members = { [APPLICATION_LABEL]: APPLICATION, [CLUSTER_LABEL]: clusterName };
  const recommended = (component: string) => ({
    'app.kubernetes.io/name': APPLICATION,
    'app.kubernetes.io/instance': clusterName,
    'app.kubernetes.io/component': component,
  });
  return {
    members,
    leader: { ...members, [ROLE_LABEL]: LEADER_ROLE },
    replicas: { ...members, [ROLE_LABEL]: REPLICA_ROLE },
    metadata: { ...members, ...recommended('database') },
    // A label of the library's own beside them, since tools such as Argo CD overwrite the recommended ones.
    companions: component => ({ ...recommended(component), ...ownLabels(clusterName, component) }),
  };
}

/** Annotation of the pod template with the hash of the rest of it. The rollout Job waits until the StatefulSet carries it. */
export const TEMPLATE_ANNOTATION = 'cdk8s-spilo/template';
