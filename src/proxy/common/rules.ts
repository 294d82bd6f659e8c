import { ProxySpec } from './spec';
import { ProxyWorkload } from './workload';
import { merge } from '../../kernel/contribution';
import { modelRules } from '../../kernel/model-rules';
import { Rule, valueRule } from '../../kernel/rule';
import { DNS_1035, isWholeNumber, MAX_DNS_LABEL } from '../../kernel/syntax';
import { placementRules } from '../../kit/placement';
import { gracePeriodRule, podRules } from '../../kit/pod-options';
import { resourcesRules } from '../../kit/resources';
import { clusterRefRule, namesOfCluster } from '../../spilo/cluster-ref';
import { RESERVED_LABELS } from '../../spilo/labels';

const LONGEST_SUFFIX = '-config'.length;

/** Labels of proxies that users may not set: Services find the pods by them. */
export const PROXY_LABELS = [...RESERVED_LABELS];

/** Checks of what all proxies have in common. `names` are the names of all objects of the proxy. */
export function proxyRules<Spec extends ProxySpec>(memoryReason: string, names: (spec: Spec) => readonly string[]): Rule<Spec>[] {
  return [
    valueRule('proxy-name', 'name', `1 to ${MAX_DNS_LABEL - LONGEST_SUFFIX} of a-z 0-9 -, beginning with a letter and not ending with -`,
      'The API server refuses the Services.',
      ({ name }: Spec) => name, name => DNS_1035.test(name) && name.length <= MAX_DNS_LABEL - LONGEST_SUFFIX),
    {
      id: 'proxy-name-taken',
      property: 'name',
      allowed: 'a name with which no object of the proxy is called as one of the cluster\'s',
      why: 'Applying the proxy would replace an object of the cluster, such as the Service of its leader.',
      find: spec => {
        const taken = namesOfCluster(spec.cluster);
        return names(spec).filter(name => taken.includes(name)).slice(0, 1).map(received => ({ received }));
      },
    },
    clusterRefRule<Spec>('cluster', ({ cluster }) => ({ cluster })),
    {
      id: 'proxy-namespace',
      property: 'cluster',
      allowed: 'a cluster in the namespace of the chart',
      why: 'Secrets and Services are looked for in the proxy\'s own namespace, where those of the cluster are not.',
      find: ({ namespace, cluster }) => namespace !== undefined && cluster.namespace !== undefined && namespace !== cluster.namespace
        ? [{ received: cluster.namespace }] : [],
    },
    valueRule('proxy-replicas', 'replicas', 'a whole number, at least 1', 'Nobody would answer.',
      ({ replicas }: Spec) => replicas, replicas => isWholeNumber(replicas, 1, 1000)),
    ...resourcesRules<Spec>('resources', ({ resources }) => resources),
    {
      id: 'proxy-memory-limit',
      property: 'resources.memory.limit',
      allowed: 'a limit',
      why: memoryReason,
      find: ({ resources }) => resources.memory?.limit === undefined ? [{ received: undefined }] : [],
    },
    ...placementRules<Spec>(({ placement }) => placement),
    ...podRules<Spec>(({ pod }) => pod, PROXY_LABELS),
    gracePeriodRule('proxy-grace-period', ({ pod }) => pod, 15,
      'The first seconds pass until every node has heard that the pod goes: nothing would be left for the sessions.'),
  ];
}

/** The rules of the members' pods for the pod of a proxy: names of containers and volumes stand once, mounts have a volume. */
export function workloadRules<Spec extends ProxySpec>(workload: (spec: Spec) => ProxyWorkload, container: (spec: Spec) => string): Rule<Spec>[] {
  const model = (spec: Spec) => {
    const { initContainers, containers: [main, ...beside], volumes } = workload(spec);
    const { pod } = spec;
    const contributions = [
      { env: main.env, initContainers: [...initContainers], sidecars: beside, volumes: [...volumes], mounts: main.volumeMounts },
      {
        env: [...pod.env],
        initContainers: [...pod.initContainers],
        sidecars: [...pod.sidecars],
        volumes: [...pod.volumes],
        mounts: [...pod.volumeMounts],
      },
    ];
    return merge(contributions, () => undefined);
  };
  return modelRules('').map((rule, index) => ({ ...rule, find: spec => modelRules(container(spec))[index].find(model(spec)) }));
}
