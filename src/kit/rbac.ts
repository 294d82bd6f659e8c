import { k8s } from 'cdk8s-plus-27';
import { Manifest, Texts } from '../kernel/contribution';


const GROUP = 'rbac.authorization.k8s.io';

/** What a ServiceAccount may do. */
export interface Grant {
  /** Construct ids are `<id>Role` and `<id>RoleBinding`. */
  readonly id: string;
  /** Name of both objects. */
  readonly name: string;
  readonly labels: Texts;
  readonly serviceAccount: string;
  readonly rules: readonly k8s.PolicyRule[];
  /** Where the Role holds, if not in the chart's namespace; then the account's namespace must be said. */
  readonly namespace?: string;
  readonly accountNamespace?: string;
}

/** A Role and its binding. Without a namespace the account is in the binding's own, whichever `kubectl apply -n` chooses. */
export function grant({ id, name, labels, serviceAccount, rules, namespace, accountNamespace }: Grant): Manifest[] {
  const common = { apiVersion: `${GROUP}/v1`, name, namespace, labels };
  return [
    { ...common, id: `${id}Role`, kind: 'Role', body: { rules } },
    {
      ...common,
      id: `${id}RoleBinding`,
      kind: 'RoleBinding',
      body: {
        roleRef: { apiGroup: GROUP, kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: accountNamespace }],
      },
    },
  ];
}
