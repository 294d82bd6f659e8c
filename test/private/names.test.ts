import { clusterNames, DNS_1035, DNS_1123, MAX_CLUSTER_NAME, MAX_DNS_LABEL } from '../../src/private/names';

test('names of a cluster\'s objects are contract', () => {
  const { suffixed, ...names } = clusterNames('orders');
  expect(names).toEqual({
    cluster: 'orders',
    leaderService: 'orders',
    replicaService: 'orders-repl',
    podsService: 'orders-pods',
    configService: 'orders-config',
    syncService: 'orders-sync',
    failoverService: 'orders-failover',
  });
  expect(suffixed('walg')).toBe('orders-walg');
});

test('the longest cluster has names that Kubernetes takes for Services', () => {
  const { suffixed: _, ...names } = clusterNames('c'.repeat(MAX_CLUSTER_NAME));
  for (const name of Object.values(names)) {
    expect(name.length).toBeLessThanOrEqual(MAX_DNS_LABEL);
    expect(name).toMatch(DNS_1035);
  }
});

test('the longest cluster has a revision that Kubernetes takes for a label of its pods', () => {
  expect('c'.repeat(MAX_CLUSTER_NAME).length + '-0123456789'.length).toBeLessThanOrEqual(63);
});

test.each([
  ['a', true, true], ['a-b', true, true], ['a1', true, true], ['1a', false, true], ['a.b', false, true], ['A', false, false], ['a_b', false, false],
  ['-a', false, false], ['a-', false, false], ['', false, false], ['a..b', false, false], ['a\n', false, false],
])('%j: a Service %s, another object %s', (name, service, other) => {
  expect([DNS_1035.test(name), DNS_1123.test(name)]).toEqual([service, other]);
});
