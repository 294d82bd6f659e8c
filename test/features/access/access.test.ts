import { render } from '../../support/render';
import { Access, ExternalTrafficPolicy } from 'cdk8s-spilo';

const MEMBERS = { 'application': 'spilo', 'spilo-cluster': 'orders' };
const serviceOf = (access: Access, name: string) => render({ access: [access] }).get('Service', name);

test.each([
  ['leaderNodePort', Access.leaderNodePort(32345), 'orders-nodeport', 'NodePort', 'master', 32345],
  ['replicaNodePort', Access.replicaNodePort(32346), 'orders-repl-nodeport', 'NodePort', 'replica', 32346],
  ['leaderLoadBalancer', Access.leaderLoadBalancer(), 'orders-lb', 'LoadBalancer', 'master', undefined],
  ['replicaLoadBalancer', Access.replicaLoadBalancer(), 'orders-repl-lb', 'LoadBalancer', 'replica', undefined],
])('%s selects members by their role', (_, access, name, type, role, nodePort) => {
  const port = { name: 'postgresql', port: 5432, targetPort: 5432, protocol: 'TCP', ...(nodePort ? { nodePort } : {}) };
  expect(serviceOf(access, name).spec).toEqual({ type, selector: { ...MEMBERS, role }, ports: [port] });
});

test('a Service may have another name and another port; members listen where they did', () => {
  const { spec } = serviceOf(Access.leaderLoadBalancer({ nameSuffix: 'public', port: 6432 }), 'orders-public');
  expect(spec.ports).toEqual([{ name: 'postgresql', port: 6432, targetPort: 5432, protocol: 'TCP' }]);
});

test.each(['type', 'nodePort'])('%s cannot be said twice: it is that of the call', option => {
  const access = Access.leaderNodePort(32345, { [option]: 30000 });
  expect(() => render({ access: [access] })).toThrow('[unknown-property]');
});

test('all options of a Service reach it', () => {
  const access = Access.leaderLoadBalancer({
    annotations: { a: 'b' },
    labels: { c: 'd' },
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    loadBalancerClass: 'example.org/internal',
    externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
  });
  const { metadata, spec } = serviceOf(access, 'orders-lb');
  expect([metadata.annotations, metadata.labels]).toEqual([{ a: 'b' }, expect.objectContaining({ c: 'd', ...MEMBERS })]);
  expect(spec).toMatchObject({
    loadBalancerSourceRanges: ['10.0.0.0/8'], loadBalancerClass: 'example.org/internal', externalTrafficPolicy: 'Local',
  });
});

test('there are as many as are asked for, and none by default', () => {
  const all = [Access.leaderNodePort(30001), Access.replicaNodePort(30002), Access.leaderLoadBalancer({ nameSuffix: 'a' }), Access.leaderLoadBalancer({ nameSuffix: 'b' })];
  const names = (access?: Access[]) => render({ access }).all('Service').map(({ metadata }) => metadata.name);
  expect(names(all).filter(name => !names().includes(name))).toEqual(['orders-nodeport', 'orders-repl-nodeport', 'orders-a', 'orders-b']);
});

test('the options are copied: a change after the call changes nothing', () => {
  const options = { nameSuffix: 'public' };
  const access = Access.leaderLoadBalancer(options);
  options.nameSuffix = 'changed';
  expect(render({ access: [access] }).has('Service', 'orders-public')).toBe(true);
});
