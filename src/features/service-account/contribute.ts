import { Manifest } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { annotationsRule, Rule, valueRule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';
import { serviceAccount } from '../../kit/objects';
import { token } from '../../kit/pod';
import { grant } from '../../kit/rbac';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { ClusterSpec } from '../../spilo/spec';

const rules: Rule<ClusterSpec>[] = [
  valueRule('service-account-name', 'serviceAccount.existingName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
    ({ serviceAccount: account }) => account.exists ? account.name : undefined, isObjectName),
  annotationsRule('service-account-annotations', 'serviceAccount.annotations', ({ serviceAccount: account }) => ({ 'serviceAccount.annotations': account.annotations })),
  {
    id: 'service-account-annotations-existing',
    property: 'serviceAccount.annotations',
    allowed: 'only without existingName',
    why: 'The library does not render a ServiceAccount that exists; the annotations would be lost.',
    find: ({ serviceAccount: { exists, annotations } }) => exists && annotations !== undefined ? [{ received: annotations }] : [],
  },
];

/** To watch the API servers themselves, Patroni reads their addresses, in another namespace. */
function bypass({ name, namespace, serviceAccount: account }: ClusterSpec): Manifest[] {
  return grant({
    id: 'Bypass',
    name: `${namespace}-${clusterNames(name).suffixed('kubernetes-endpoints')}`,
    namespace: 'default',
    labels: clusterLabels(name).metadata,
    serviceAccount: account.name,
    accountNamespace: namespace,
    rules: [{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['kubernetes'], verbs: ['get'] }],
  });
}

/** Who the members are to the Kubernetes API, and what they may do there. */
export const serviceAccountFeature: Feature<ClusterSpec> = {
  rules,
  contribute: spec => {
    const { name, serviceAccount: account, patroni } = spec;
    const { volume, mount } = token();
    return {
      objects: [
        ...account.exists ? [] : [serviceAccount('ServiceAccount', account.name, clusterLabels(name).metadata, account.annotations)],
        ...patroni.bypassApiService ? bypass(spec) : [],
      ],
      pod: { serviceAccountName: account.name, automountServiceAccountToken: false },
      volumes: [volume],
      mounts: [mount],
    };
  },
  // Named after the store: a change of the store must not take the old rights from members that still run on it.
  complete: ({ rbac }, { name, serviceAccount: account, patroni }) => grant({
    id: '', name: clusterNames(name).suffixed(patroni.store), labels: clusterLabels(name).metadata, serviceAccount: account.name, rules: rbac,
  }),
};
