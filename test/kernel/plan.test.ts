import { Contribution, Manifest } from '../../src/kernel/contribution';
import { Feature } from '../../src/kernel/feature';
import { plan, rulesOf } from '../../src/kernel/plan';
import { valueRule } from '../../src/kernel/rule';

interface Spec { readonly size: number; readonly name: string }

const SPEC: Spec = { size: 1, name: 'orders' };
const object = (kind: string, id: string): Manifest => ({ id, apiVersion: 'v1', kind, name: id.toLowerCase() });
const feature = (contribution: Contribution, more: Partial<Feature<Spec>> = {}): Feature<Spec> =>
  ({ rules: [], contribute: () => contribution, ...more });
const sized = (property = 'size') => feature({ objects: [object('Secret', 'Sized')] }, {
  rules: [valueRule<Spec, number>('size', property, 'more than zero', 'It would be empty.', ({ size }) => size, size => size > 0)],
});
const planned = (features: readonly Feature<Spec>[], spec = SPEC) => plan(features, spec, 'main');
const broken = (features: readonly Feature<Spec>[], spec = SPEC) => planned(features, spec).violations.map(({ rule, property }) => [rule, property]);

test('an accepted spec is its objects, and no violations', () => {
  const { manifests, violations } = planned([sized(), feature({ objects: [object('ConfigMap', 'Other')] })]);
  expect([manifests.map(({ id }) => id), violations]).toEqual([['Sized', 'Other'], []]);
});

test('objects come in an order in which they can be applied, whatever feature they are of', () => {
  const features = [feature({ objects: [object('Job', 'Last'), object('Service', 'Middle')] }), feature({ objects: [object('ServiceAccount', 'First')] })];
  expect(planned(features).manifests.map(({ id }) => id)).toEqual(['First', 'Middle', 'Last']);
});

test('a feature may complete what all others have made, whatever its place among them', () => {
  const complete: Feature<Spec>['complete'] = ({ env }, { name }) => [{ ...object('StatefulSet', 'Set'), name, body: { spec: { env } } }];
  const [manifest] = planned([feature({ env: [{ name: 'A' }] }, { complete }), feature({ env: [{ name: 'B' }] })]).manifests;
  expect(manifest).toMatchObject({ name: 'orders', body: { spec: { env: [{ name: 'A' }, { name: 'B' }] } } });
});

test('one list tells all that is wrong: what a rule finds, what clashes, and what cannot be written', () => {
  const features = [sized(), feature({ sidecars: [{ name: 'main' }], pod: { hostname: 'a' } }), feature({
    pod: { hostname: 'b' }, objects: [{ ...object('Secret', 'Odd'), body: { data: { a: '\x00' } } }],
  })];
  expect(broken(features, { ...SPEC, size: 0 })).toEqual([
    ['size', 'size'], ['clash-field', 'pod.hostname'], ['clash-container', 'pod.sidecars'], ['manifest-text', 'Secret odd.data.a'],
  ]);
});

test('a clash under a property that is refused anyway is not told a second time', () => {
  const clashing = [feature({ pod: { hostname: 'a' } }), feature({ pod: { hostname: 'b' } })];
  expect(broken([sized('pod'), ...clashing], { ...SPEC, size: 0 })).toEqual([['size', 'pod']]);
});

test('a feature that fails by itself is not swallowed', () => {
  const failing = feature({}, { contribute: () => { throw new TypeError('a fault of the library'); } });
  expect(() => planned([failing])).toThrow(TypeError);
});

test('the rules of a plan are those of its features, of what they make together and of what is written', () => {
  expect(rulesOf([sized()], 'main').map(({ id }) => id)).toEqual([
    'size', 'clash-env', 'clash-container', 'clash-volume', 'clash-mount-path', 'mount-without-volume', 'clash-field', 'manifest-text', 'manifest-value',
  ]);
});
