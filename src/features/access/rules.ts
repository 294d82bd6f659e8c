import { Rule } from '../../kernel/rule';
import { DNS_1035, isWholeNumber, MAX_DNS_LABEL } from '../../kernel/syntax';
import { GivenService, serviceRules } from '../../kit/service-options';
import { RESERVED_LABELS } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { ClusterSpec } from '../../spilo/spec';

/** Every Service of a cluster of which a user may say how it is reached. */
function services({ leaderService, replicaService, access }: ClusterSpec): GivenService[] {
  return [
    { property: 'leaderService', service: leaderService },
    { property: 'replicaService', service: replicaService },
    ...access.map(({ service }, index) => ({ property: `access[${index}]`, service })),
  ];
}

/** Ends of names that Services and Patroni's own objects have. */
const TAKEN_SUFFIXES = ['repl', 'pods', 'config', 'sync', 'failover', 'leader'];

/** Checks of the Services. */
export const accessRules: readonly Rule<ClusterSpec>[] = [
  ...serviceRules('leaderService', services, RESERVED_LABELS),
  {
    id: 'service-node-port-clash',
    property: 'access',
    allowed: 'a port that no other Service of the cluster has',
    why: 'The API server refuses the second Service.',
    find: spec => {
      const ports = services(spec).map(({ service }) => service.nodePort);
      return services(spec)
        .filter(({ service }, index) => service.nodePort !== undefined && ports.indexOf(service.nodePort) < index)
        .map(({ property, service }) => ({ property: `${property}.nodePort`, received: service.nodePort }));
    },
  },
  {
    id: 'service-port',
    property: 'access.port',
    allowed: '1 to 65535',
    why: 'The API server refuses the Service.',
    find: ({ access }) => access
      .map(({ port }, index) => ({ property: `access[${index}].port`, received: port }))
      .filter(({ received }) => !isWholeNumber(received, 1, 65535)),
  },
  {
    id: 'service-name',
    property: 'access.nameSuffix',
    allowed: `with the cluster's name a DNS-1035 label of at most ${MAX_DNS_LABEL} characters that no other Service of the cluster has`,
    why: 'The API server refuses the Service, or it overwrites one that the members need.',
    find: ({ access, name }) => {
      const { suffixed } = clusterNames(name);
      const suffixes = access.map(({ nameSuffix }) => nameSuffix);
      return suffixes
        .map((received, index) => ({ property: `access[${index}].nameSuffix`, received, again: suffixes.indexOf(received) < index }))
        .filter(({ received, again }) => again || TAKEN_SUFFIXES.includes(received)
          || !DNS_1035.test(suffixed(received)) || suffixed(received).length > MAX_DNS_LABEL)
        .map(({ property, received }) => ({ property, received }));
    },
  },
  {
    id: 'service-endpoints-families',
    property: 'leaderService.ipFamilies',
    allowed: 'one family, with Dcs.endpoints(); two with Dcs.configMaps() or access',
    why: 'Patroni writes one address of the leader into its Endpoints: the Service would have no endpoint for the other family.',
    find: ({ leaderService: { ipFamilies = [], ipFamilyPolicy }, patroni }) => patroni.store === 'endpoints'
      && (ipFamilies.length > 1 || (ipFamilyPolicy !== undefined && ipFamilyPolicy !== 'SingleStack')) ? [{ received: ipFamilies.length > 1 ? ipFamilies : ipFamilyPolicy }] : [],
  },
];
