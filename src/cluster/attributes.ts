import { Rule, valueRule } from '../kernel/rule';
import { DNS_1035, IMAGE_SYNTAX, isImage, isObjectName, isOneLine, isWholeNumber, MAX_DNS_LABEL } from '../kernel/syntax';
import { secretKeyRule } from '../kit/secret-key';
import { SpiloClusterAttributes } from '../spilo/cluster-ref';
import { MAX_CLUSTER_NAME } from '../spilo/names';

const isServiceName = (name: unknown) => typeof name === 'string' && DNS_1035.test(name) && name.length <= MAX_DNS_LABEL;

/** Checks of a cluster that another program renders: its names become a part of configuration files and of selectors. */
export const ATTRIBUTE_RULES: readonly Rule<SpiloClusterAttributes>[] = [
  {
    id: 'imported-name',
    property: 'clusterName',
    allowed: `names of Services as DNS-1035 labels, the cluster's of at most ${MAX_CLUSTER_NAME} characters, and of the namespace`,
    why: 'There is no such object: nobody can connect, or a proxy\'s configuration means something else.',
    find: ({ clusterName, namespace, leaderServiceName, replicaServiceName, podsServiceName }) => [
      ...isServiceName(clusterName) && clusterName.length <= MAX_CLUSTER_NAME ? [] : [{ received: clusterName }],
      ...namespace === undefined || (isObjectName(namespace) && !namespace.includes('.') && namespace.length <= MAX_DNS_LABEL) ? [] : [{ property: 'namespace', received: namespace }],
      ...Object.entries({ leaderServiceName, replicaServiceName, podsServiceName })
        .filter(([, name]) => name !== undefined && !isServiceName(name)).map(([property, received]) => ({ property, received })),
    ],
  },
  {
    id: 'imported-number',
    property: 'instances',
    allowed: 'whole numbers: instances from 0, maxConnections from 1',
    why: 'Proxies reckon with them.',
    find: ({ instances, maxConnections }) => [
      ...instances === undefined || isWholeNumber(instances, 0, 1000) ? [] : [{ received: instances }],
      ...maxConnections === undefined || isWholeNumber(maxConnections, 1, 262143) ? [] : [{ property: 'maxConnections', received: maxConnections }],
    ],
  },
  valueRule('imported-user', 'replicationName', 'the name of a role, in one line', 'No pooler could tell it from its own user.',
    ({ replicationName }) => replicationName, name => isOneLine(name) && name.trim() !== ''),
  valueRule('imported-image', 'image', IMAGE_SYNTAX, 'The kubelet refuses the image in Jobs and proxies.',
    ({ image }) => image?.reference, isImage),
  secretKeyRule('imported-secret', 'superuserPassword', ({ superuserPassword, replicationPassword }) => ({ superuserPassword, replicationPassword })),
];
