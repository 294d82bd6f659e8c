import { APPLY_ORDER, inApplyOrder } from '../../src/kernel/apply-order';

const kinds = (...given: string[]) => inApplyOrder(given.map(kind => ({ kind }))).map(({ kind }) => kind);
const before = (first: string, second: string) => expect(kinds(second, first)).toEqual([first, second]);

test.each([
  ['a namespace comes before what is in it', 'Namespace', 'Secret'],
  ['an account before what it is bound to', 'ServiceAccount', 'RoleBinding'],
  ['a Role before its binding', 'Role', 'RoleBinding'],
  ['rights before the pods that use them', 'RoleBinding', 'StatefulSet'],
  ['Secrets before pods that read them', 'Secret', 'StatefulSet'],
  ['programs before pods that mount them', 'ConfigMap', 'Deployment'],
  ['a volume before its claim', 'PersistentVolume', 'PersistentVolumeClaim'],
  ['a claim before the pods that mount it', 'PersistentVolumeClaim', 'StatefulSet'],
  ['Endpoints before a Service without selector, which would make empty ones', 'Endpoints', 'Service'],
  ['the headless Service before the members that it names', 'Service', 'StatefulSet'],
  ['members before Jobs that wait for them', 'StatefulSet', 'Job'],
])('%s', (_, first, second) => { before(first, second); });

test('kinds that nobody knows come last', () => {
  expect(kinds('Mine', ...APPLY_ORDER)).toEqual([...APPLY_ORDER, 'Mine']);
});

test('objects of one kind keep their order, and the list that was given stays as it is', () => {
  const given = [{ kind: 'Service', id: 'b' }, { kind: 'Secret', id: 'c' }, { kind: 'Service', id: 'a' }];
  expect(inApplyOrder(given).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(given.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
});
