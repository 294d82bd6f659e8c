import { nearest } from '../../src/kernel/nearest';

const NAMES = ['clusterName', 'instances', 'image', 'storage', 'size', 'storageClassName'];

test.each([
  ['instance', 'instances'], ['isntances', 'instances'], ['INSTANCES', 'instances'], ['cluster_name', 'clusterName'], ['cluster-name', 'clusterName'],
  ['storageClass', 'storageClassName'], ['sizes', 'size'], ['storge', 'storage'],
])('%s is nearest to %s', (name, known) => {
  expect(nearest(name, NAMES)).toBe(known);
});

test.each(['', 'x', 'replicas', 'volume', 'größe', '__proto__', 'x'.repeat(1_000_000)])('%#: nothing is near', name => {
  expect(nearest(name, NAMES)).toBeUndefined();
});

test('nothing is near where nothing is known', () => {
  expect(nearest('size', [])).toBeUndefined();
});
