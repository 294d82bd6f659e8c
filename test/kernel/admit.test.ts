import { Chart, JsonPatch } from 'cdk8s';
import { admit, admitShape, build, planOf } from '../../src/kernel/admit';
import { Manifest } from '../../src/kernel/contribution';
import { valueRule } from '../../src/kernel/rule';
import { chart, refusal, synthesize } from '../support/render';

interface Spec { readonly size: number }

const SIZE = valueRule<Spec, number>('size', 'size', 'more than zero', 'It would be empty.', ({ size }) => size, size => size > 0);
const KNOWN = { rule: 'unknown-property', property: 'sise', received: 1, allowed: 'size', why: 'It would be ignored.' };
const manifest = (kind: string, id: string): Manifest => ({ id, apiVersion: 'v1', kind, name: id.toLowerCase(), body: { data: { key: 'value' } } });
const manifestsOf = () => [manifest('ConfigMap', 'Second'), manifest('Secret', 'First')];

describe('the plan of a construct without features', () => {
  test('is its manifests in apply order', () => {
    const { manifests, violations } = planOf<Spec>({ size: 1 }, [SIZE], manifestsOf);
    expect([manifests.map(({ id }) => id), violations]).toEqual([['First', 'Second'], []]);
  });

  test('tells what was known before, what its rules find and what cannot be written, at once', () => {
    const unreadable = () => [{ ...manifest('Secret', 'Odd'), body: { data: { a: '\x00' } } }];
    const { violations } = planOf<Spec>({ size: 0 }, [SIZE], unreadable, [KNOWN]);
    expect(violations.map(({ rule }) => rule)).toEqual(['unknown-property', 'size', 'manifest-text']);
  });
});

describe('a refused construct', () => {
  const refused = planOf<Spec>({ size: 0 }, [SIZE], manifestsOf);

  test('is told by its path in the app, before there is one', () => {
    const scope = chart();
    expect(refusal(() => admit(scope, 'orders', refused))).toMatch(/^test\/orders is refused: 1 violation, nothing was written\n/);
    expect(scope.node.children).toEqual([]);
  });

  test('is told by its id alone, where it is given to no chart', () => {
    expect(refusal(() => admit(new Chart(undefined as never, ''), 'orders', refused))).toMatch(/^orders is refused/);
  });

  test.each([undefined, null, 5, 'text', []])('is one whose properties are %j', props => {
    const shapes = { Props: { properties: {} } } as never;
    expect(refusal(() => admitShape(chart(), 'orders', shapes, 'Props', props))).toMatch(/^test\/orders is refused/);
  });
});

test('an accepted construct has its objects by their ids, which a user may patch', () => {
  const scope = chart('shop');
  const { First } = build(scope, admit(scope, 'orders', planOf<Spec>({ size: 1 }, [SIZE], manifestsOf)));
  First.addJsonPatch(JsonPatch.replace('/data/key', 'patched'));
  const { objects } = synthesize(scope);
  expect(objects.map(({ metadata, data }) => [metadata.name, metadata.namespace, data.key])).toEqual([['first', 'shop', 'patched'], ['second', 'shop', 'value']]);
});
