import { plan } from '../../src/kernel/plan';
import { clusterLabels } from '../../src/spilo/labels';
import { clusterNames } from '../../src/spilo/names';
import { SHORTEST } from '../support/render';
import { SpiloClusterProps, SpiloImage } from 'cdk8s-spilo';

const context = (props: Partial<SpiloClusterProps>) => ({
  props: { ...SHORTEST, ...props },
  names: clusterNames('orders'),
  labels: clusterLabels('orders'),
  image: SpiloImage.SPILO_17_4_0_P3._facts(),
  instances: 3,
  postgresVersion: 17,
});

test('an accepted program is its objects, and no violations', () => {
  const { manifests, violations } = plan(context({}));
  expect(violations).toEqual([]);
  expect(new Set(manifests.map(({ id }) => id)).size).toBe(manifests.length);
});

test('a refused program is violations, and no objects', () => {
  const { manifests, violations } = plan(context({ serviceAccount: { existingName: 'A' } }));
  expect(manifests).toEqual([]);
  expect(violations.map(({ rule }) => rule)).toEqual(['service-account-name']);
});

test('a feature that fails for a refused property hides no other violation', () => {
  const broken = { terminationGracePeriod: { toMilliseconds: () => 1500, toSeconds: () => { throw new Error('fraction'); } } as never };
  const { violations } = plan(context({ pod: { ...broken, volumes: [{ name: 'shm', emptyDir: {} }] } }));
  expect(violations.map(({ rule }) => rule)).toEqual(['pod-grace-period', 'clash-volume']);
});

test('a feature that fails by itself is not swallowed', () => {
  const props = context({});
  expect(() => plan({ ...props, labels: undefined as never })).toThrow(TypeError);
});

test('objects come in an order in which they can be applied', () => {
  const kinds = plan(context({})).manifests.map(({ kind }) => kind);
  expect(kinds.indexOf('ServiceAccount')).toBeLessThan(kinds.indexOf('RoleBinding'));
  expect(Math.max(kinds.lastIndexOf('Service'), kinds.lastIndexOf('Endpoints'), kinds.lastIndexOf('Role'))).toBeLessThan(kinds.indexOf('StatefulSet'));
  expect(kinds.indexOf('Job')).toBe(kinds.length - 1);
});
