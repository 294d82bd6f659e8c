import { JsonPatch } from 'cdk8s';
import { Manifest } from '../../src/kernel/contribution';
import { ManifestObject } from '../../src/kernel/manifest-object';
import { chart } from '../support/render';

const manifest: Manifest = { id: 'Thing', apiVersion: 'v1', kind: 'ConfigMap', name: 'thing', labels: { a: 'b' }, body: { data: { key: 'value' } } };

test('renders a manifest under its id', () => {
  const scope = chart('shop');
  const object = new ManifestObject(scope, manifest);
  expect(scope.node.findChild('Thing')).toBe(object);
  expect(object.toJson()).toEqual({
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'thing', namespace: 'shop', labels: { a: 'b' } }, data: { key: 'value' },
  });
});

test('may be in another namespace than the chart', () => {
  expect(new ManifestObject(chart('shop'), { ...manifest, namespace: 'default' }).toJson().metadata.namespace).toBe('default');
});

test('the manifest has the last word, after the user\'s patches', () => {
  const finish = (json: any) => ({ ...json, data: { ...json.data, length: String(json.data.key.length) } });
  const object = new ManifestObject(chart(), { ...manifest, finish });
  object.addJsonPatch(JsonPatch.replace('/data/key', 'longer value'));
  expect(object.toJson().data).toEqual({ key: 'longer value', length: '12' });
});

test('the last word may look at another object, as it is rendered now', () => {
  const scope = chart();
  const first = new ManifestObject(scope, manifest);
  const second = new ManifestObject(scope, { ...manifest, id: 'Second', finish: (json, object) => ({ ...json, data: object('Thing').data }) });
  expect(second.toJson().data).toEqual({ key: 'value' });
  first.addJsonPatch(JsonPatch.replace('/data/key', 'patched'));
  expect(second.toJson().data).toEqual({ key: 'patched' });
});

test('is what a user knows: patches and metadata work', () => {
  const object = new ManifestObject(chart(), manifest);
  object.metadata.addAnnotation('c', 'd');
  object.addJsonPatch(JsonPatch.add('/immutable', true));
  expect(object.toJson()).toMatchObject({ metadata: { annotations: { c: 'd' } }, immutable: true });
});
