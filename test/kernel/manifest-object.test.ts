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

test('a kind without namespaces gets none of its chart', () => {
  expect(new ManifestObject(chart('shop'), { ...manifest, clusterScoped: true }).toJson().metadata).not.toHaveProperty('namespace');
});

describe('what follows from the content', () => {
  const job: Manifest = {
    id: 'Job', apiVersion: 'batch/v1', kind: 'Job', name: 'thing-job', body: { spec: { template: { spec: { containers: [{ name: 'main' }] } } } }, nameByContent: ['Thing'],
  };
  const set: Manifest = {
    id: 'Set', apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'set', body: { spec: { template: { spec: { containers: [{ name: 'main' }] } } } }, stamp: { annotation: 'x/stamp' },
  };
  const replica = JsonPatch.add('/spec/template/spec/hostNetwork', true);
  const stampOf = (object: ManifestObject) => object.toJson().spec.template.metadata.annotations['x/stamp'];

  test('a Job has a name by its spec, also after the user\'s patches', () => {
    const scope = chart();
    new ManifestObject(scope, manifest);
    const object = new ManifestObject(scope, job);
    const before = object.toJson().metadata.name;
    expect(before).toMatch(/^thing-job-[0-9a-f]{10}$/);
    object.addJsonPatch(replica);
    expect(object.toJson().metadata.name).not.toBe(before);
  });

  test('and by the data of the objects that it reads, as these are rendered now', () => {
    const scope = chart();
    const read = new ManifestObject(scope, manifest);
    const object = new ManifestObject(scope, job);
    const before = object.toJson().metadata.name;
    read.addJsonPatch(JsonPatch.replace('/data/key', 'patched'));
    expect(object.toJson().metadata.name).not.toBe(before);
  });

  test('a name by content ends where a label ends, and keeps its hash', () => {
    const scope = chart();
    new ManifestObject(scope, manifest);
    const { name } = new ManifestObject(scope, { ...job, name: 'a'.repeat(80) }).toJson().metadata;
    expect(name).toMatch(/^a{52}-[0-9a-f]{10}$/);
  });

  test('a pod template carries a hash of itself, also after the user\'s patches', () => {
    const object = new ManifestObject(chart(), set);
    const before = stampOf(object);
    object.addJsonPatch(replica);
    expect(stampOf(object)).not.toBe(before);
  });

  test('or of the data that its pods read at their start', () => {
    const scope = chart();
    const read = new ManifestObject(scope, manifest);
    const object = new ManifestObject(scope, { ...set, stamp: { annotation: 'x/stamp', of: ['Thing'] } });
    const before = stampOf(object);
    object.addJsonPatch(replica);
    expect(stampOf(object)).toBe(before);
    read.addJsonPatch(JsonPatch.replace('/data/key', 'patched'));
    expect(stampOf(object)).not.toBe(before);
  });

  test('a container that reads a stamp is found by its name, whatever a patch has put before it', () => {
    const scope = chart();
    const stamped = new ManifestObject(scope, set);
    const reader = new ManifestObject(scope, { ...job, nameByContent: undefined, stampOf: { id: 'Set', container: 'main', variable: 'TEMPLATE' } });
    reader.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0', { name: 'first' }));
    expect(reader.toJson().spec.template.spec.containers).toEqual([
      { name: 'first' }, { name: 'main', env: [{ name: 'TEMPLATE', value: stampOf(stamped) }] },
    ]);
  });

  test.each(['/spec', '/spec/template', '/spec/template/spec', '/spec/template/spec/containers', '/metadata/name', '/metadata'])('nothing follows from what a patch has taken away: %s', path => {
    const scope = chart();
    const source = new ManifestObject(scope, set);
    const reader = new ManifestObject(scope, { ...job, nameByContent: [], stampOf: { id: 'Set', container: 'main', variable: 'TEMPLATE' } });
    for (const object of [source, reader]) {
      object.addJsonPatch(JsonPatch.remove(path));
      expect(object.toJson().kind).toBe(object.kind);
    }
  });
});

test('is what a user knows: patches and metadata work', () => {
  const object = new ManifestObject(chart(), manifest);
  object.metadata.addAnnotation('c', 'd');
  object.addJsonPatch(JsonPatch.add('/immutable', true));
  expect(object.toJson()).toMatchObject({ metadata: { annotations: { c: 'd' } }, immutable: true });
});
