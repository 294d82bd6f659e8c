import { clusterLabels, RESERVED_LABELS } from '../../src/spilo/labels';
import { matches } from '../support/pods';

const { members, leader, replicas, metadata, companions } = clusterLabels('orders');

test('members are found by two labels, which the plain Spilo example has too', () => {
  expect(members).toEqual({ 'application': 'spilo', 'spilo-cluster': 'orders' });
});

test('leader and replicas are members with a role', () => {
  expect([leader, replicas]).toEqual([{ ...members, role: 'master' }, { ...members, role: 'replica' }]);
});

test('objects carry what members are found by, and Kubernetes\' recommended labels', () => {
  expect(metadata).toEqual({
    ...members, 'app.kubernetes.io/name': 'spilo', 'app.kubernetes.io/instance': 'orders', 'app.kubernetes.io/component': 'database',
  });
});

test('Jobs belong to the cluster, and are no members', () => {
  const labels = companions('rollout');
  expect(labels).toMatchObject({ 'app.kubernetes.io/instance': 'orders', 'app.kubernetes.io/component': 'rollout' });
  for (const selector of [members, leader, replicas]) { expect(matches(selector, labels)).toBe(false); }
});

test('two clusters have no member in common', () => {
  const other = clusterLabels('orders-2');
  expect(matches(members, other.metadata) || matches(other.members, metadata)).toBe(false);
});

test('nobody else may set a label that the library sets', () => {
  const set = [members, leader, metadata, companions('x')].flatMap(Object.keys);
  expect([...new Set(set)].filter(key => !RESERVED_LABELS.includes(key))).toEqual([]);
});
