import { Contribution, Manifest } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { annotationsRule, Rule, valueRule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';
import { grant } from '../../kit/rbac';
import { token } from '../../kit/token';
import { dcsOf } from '../dcs/dcs';

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
  annotationsRule('service-account-annotations', 'serviceAccount.annotations', ({ props }) => ({ 'serviceAccount.annotations': props.serviceAccount?.annotations })),
  {
    id: 'service-account-annotations-existing',
    property: 'serviceAccount.annotations',
    allowed: 'only without existingName',
    why: 'The library does not render a ServiceAccount that exists; the annotations would be lost.',
    find: ({ props: { serviceAccount } }) => serviceAccount?.existingName !== undefined && serviceAccount.annotations !== undefined
      ? [{ received: serviceAccount.annotations }] : [],
  },
];

function account({ props, labels }: FeatureContext, name: string): Manifest[] {
  const { existingName, annotations } = props.serviceAccount ?? {};
  if (existingName !== undefined) { return []; }
  const body = { automountServiceAccountToken: false };
  return [{ id: 'ServiceAccount', apiVersion: 'v1', kind: 'ServiceAccount', name, labels: labels.metadata, annotations, body }];
}

/** To watch the API servers themselves, Patroni reads their addresses, in another namespace. */
function bypass({ names, labels, namespace }: FeatureContext, serviceAccount: string): Manifest[] {
  return grant({
    id: 'Bypass',
    name: `${namespace}-${names.suffixed('kubernetes-endpoints')}`,
    namespace: 'default',
    labels: labels.metadata,
    serviceAccount,
    accountNamespace: namespace,
    rules: [{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['kubernetes'], verbs: ['get'] }],
  });
}

function contribute(context: FeatureContext): Contribution {
  const { props, names, labels } = context;
  const serviceAccount = props.serviceAccount?.existingName ?? names.cluster;
  const { volume, mount } = token();
  // Named after the store: a change of the store must not take the old rights from members that still run on it.
  const name = names.suffixed(dcsOf(context)._kind);
  return {
    objects: [...account(context, serviceAccount), ...(props.patroni?.bypassApiService ? bypass(context, serviceAccount) : [])],
    render: [({ rbac }) => grant({ id: '', name, labels: labels.metadata, serviceAccount, rules: rbac })],
    pod: { serviceAccountName: serviceAccount, automountServiceAccountToken: false },
    volumes: [volume],
    mounts: [mount],
  };
}

export const serviceAccountFeature: Feature = { rules, contribute };
