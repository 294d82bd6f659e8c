import { Contribution, Manifest } from './private/contribution';
import { Feature, FeatureContext } from './private/feature';
import { SERVICE_ACCOUNT_MOUNT } from './private/paths';
import { annotationsRule, Rule, valueRule } from './private/rules';
import { isObjectName } from './private/syntax';

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

const VOLUME = 'kube-api-access';

/** The kubelet renews the token well before the end of its hour. */
const TOKEN_SECONDS = 3607;

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
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', name: bypass, namespace: 'default', labels: labels.metadata };
  return [
    ...(existingName === undefined ? [account] : []),
    ...(props.patroni?.bypassApiService ? [{
      ...role,
      id: 'BypassRole',
      kind: 'Role',
      body: { rules: [{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['kubernetes'], verbs: ['get'] }] },
    }, {
      ...role,
      id: 'BypassRoleBinding',
      kind: 'RoleBinding',
      body: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: bypass },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    }] : []),
  ];
}

/**
 * The token is mounted by hand, into the database container only: sidecars have no business with the Kubernetes API.
 */
function contribute(context: FeatureContext): Contribution {
  const name = context.props.serviceAccount?.existingName ?? context.names.cluster;
  return {
    objects: objects(context, name),
    pod: { serviceAccountName: name, automountServiceAccountToken: false },
    volumes: [{
      name: VOLUME,
      projected: {
        defaultMode: 0o440,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardApi: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    }],
    mounts: [{ name: VOLUME, mountPath: SERVICE_ACCOUNT_MOUNT, readOnly: true }],
  };
}

export const serviceAccountFeature: Feature = { rules, contribute };
