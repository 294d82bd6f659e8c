/**
 * Kinds in the order in which they have to be applied: nothing before what it refers to. Programs and Secrets are there
 * before pods that mount them.
 */
export const APPLY_ORDER = [
  'Namespace', 'ServiceAccount', 'Role', 'RoleBinding', 'Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim', 'Endpoints', 'Service',
  'PodDisruptionBudget', 'StatefulSet', 'Deployment', 'Job', 'CronJob',
];

/** A copy in apply order; what is of one kind keeps its order. */
export function inApplyOrder<Item extends { readonly kind: string }>(items: readonly Item[]): Item[] {
  const rank = ({ kind }: Item) => (APPLY_ORDER.indexOf(kind) + 1 || APPLY_ORDER.length + 1);
  return [...items].sort((a, b) => rank(a) - rank(b));
}
