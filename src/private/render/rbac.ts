import { ClusterModel, Manifest } from '../contribution';

const API = 'rbac.authorization.k8s.io';

/** What the members may do: the rules that features asked for, and nothing else. */
export function role({ names, labels, rbac }: ClusterModel): Manifest {
  return {
    id: 'Role', apiVersion: `${API}/v1`, kind: 'Role', name: names.cluster, labels: labels.metadata, body: { rules: rbac },
  };
}

/** Without a namespace the subject is in the binding's own, whichever `kubectl apply -n` chooses. */
export function roleBinding({ names, labels, pod }: ClusterModel): Manifest {
  return {
    id: 'RoleBinding',
    apiVersion: `${API}/v1`,
    kind: 'RoleBinding',
    name: names.cluster,
    labels: labels.metadata,
    body: {
      roleRef: { apiGroup: API, kind: 'Role', name: names.cluster },
      subjects: [{ kind: 'ServiceAccount', name: pod.serviceAccountName }],
    },
  };
}
