import { render } from '../support/render';
import { Dcs, ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, ServiceOptions, ServiceType } from 'cdk8s-spilo';

const EVERYTHING: ServiceOptions = {
  type: ServiceType.LOAD_BALANCER,
  nodePort: 30432,
  annotations: { 'example.org/internal': 'true' },
  labels: { 'example.org/exposed': 'yes' },
  loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
  loadBalancerClass: 'example.org/internal',
  externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
  ipFamilies: [IpFamily.IPV6],
  ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK,
};

describe.each([['leaderService', 'orders'], ['replicaService', 'orders-repl']] as const)('%s', (property, name) => {
  const serviceWith = (options: ServiceOptions) => render({ [property]: options }).get('Service', name);

  test('is a ClusterIP Service by default', () => {
    expect(serviceWith({}).spec).toMatchObject({ type: 'ClusterIP', ports: [{ name: 'postgresql', port: 5432, targetPort: 5432, protocol: 'TCP' }] });
  });

  test('takes every option of a Service', () => {
    const { metadata, spec } = serviceWith(EVERYTHING);
    expect(metadata.annotations).toEqual({ 'example.org/internal': 'true' });
    expect(metadata.labels).toMatchObject({ 'example.org/exposed': 'yes', 'spilo-cluster': 'orders' });
    expect(spec).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ nodePort: 30432 }],
      loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
      loadBalancerClass: 'example.org/internal',
      externalTrafficPolicy: 'Local',
      ipFamilies: ['IPv6'],
      ipFamilyPolicy: 'SingleStack',
    });
  });

  test('leaves the port on nodes to Kubernetes, where none is given', () => {
    expect(serviceWith({ type: ServiceType.NODE_PORT }).spec.ports[0]).not.toHaveProperty('nodePort');
  });

  test('leaves nothing of empty options', () => {
    expect(serviceWith({ annotations: {}, labels: {} })).toEqual(serviceWith({}));
  });
});

test('the leader\'s own Service keeps its way to the leader whatever its type', () => {
  expect(render({ leaderService: EVERYTHING }).get('Service', 'orders').spec).not.toHaveProperty('selector');
  expect(render({ leaderService: EVERYTHING, patroni: { dcs: Dcs.configMaps() } }).get('Service', 'orders').spec.selector).toMatchObject({ role: 'master' });
});
