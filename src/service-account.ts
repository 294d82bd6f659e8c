import { Contribution, Manifest } from './private/contribution';
import { Feature, FeatureContext } from './private/feature';
import { role, roleBinding } from './private/render/rbac';
import { annotationsRule, Rule, valueRule } from './private/rules';
import { isObjectName } from './private/syntax';
import { token } from './private/token';

/**
 * The ServiceAccount of the members.
 */
export interface ServiceAccountOptions {
  /**
   * Name of a ServiceAccount that exists already; it gets the members' Role. None is made then.
   *
   * @default - a ServiceAccount named as the cluster is made
   * @changes rollout
   */
  readonly existingName?: string;

  /**
   * Annotations of the ServiceAccount: clouds bind their identities by them.
   *
   * @default - none
   * @changes at-once
   */
  readonly annotations?: { [key: string]: string };
}

const rules: Rule<FeatureContext>[] = [
  valueRule('service-account-name', 'serviceAccount.existingName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
    ({ props }) => props.serviceAccount?.existingName, isObjectName),
  annotationsRule('service-account-annotations', 'serviceAccount.annotations', ({ props }) => [props.serviceAccount?.annotations]),
  {
    id: 'service-account-annotations-existing',
    property: 'serviceAccount.annotations',
    allowed: 'only without existingName',
    why: 'The library does not render a ServiceAccount that exists; the annotations would be lost.',
    find: ({ props: { serviceAccount } }) => serviceAccount?.existingName !== undefined && serviceAccount.annotations !== undefined
      ? [{ received: serviceAccount.annotations }] : [],
  },
];

function objects({ props, names, labels, namespace }: FeatureContext, name: string): Manifest[] {
  const { existingName, annotations } = props.serviceAccount ?? {};
  const account: Manifest = {
    id: 'ServiceAccount',
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    name,
    labels: labels.metadata,
    annotations,
    body: { automountServiceAccountToken: false },
  };
  const bypass = names.suffixed('kubernetes-endpoints');
  const inDefault = { apiVersion: 'rbac.authorization.k8s.io/v1', name: bypass, namespace: 'default', labels: labels.metadata };
  return [
    ...(existingName === undefined ? [account] : []),
    ...(props.patroni?.bypassApiService ? [{
      ...inDefault,
      id: 'BypassRole',
      kind: 'Role',
      body: { rules: [{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['kubernetes'], verbs: ['get'] }] },
    }, {
      ...inDefault,
      id: 'BypassRoleBinding',
      kind: 'RoleBinding',
      body: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: bypass },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    }] : []),
  ];
}

function contribute(context: FeatureContext): Contribution {
  const name = context.props.serviceAccount?.existingName ?? context.names.cluster;
  const { volume, mount } = token();
  return {
    objects: objects(context, name),
    render: [model => [role(model), roleBinding(model)]],
    pod: { serviceAccountName: name, automountServiceAccountToken: false },
    volumes: [volume],
    mounts: [mount],
  };
}

export const serviceAccountFeature: Feature = { rules, contribute };
