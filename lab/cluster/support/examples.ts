import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { KubernetesObject, readYaml } from '../../../test/support/render';

const DIRECTORY = join(__dirname, '../../../examples');

/** One pinned file of an example. */
export interface Example {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly objects: readonly KubernetesObject[];
  readonly namespace?: string;
}

/** Every file that an example renders. */
export function examples(): Example[] {
  const directories = readdirSync(DIRECTORY, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);
  return directories.flatMap(name => readdirSync(join(DIRECTORY, name, 'dist')).filter(file => file.endsWith('.yaml')).map(file => {
    const text = readFileSync(join(DIRECTORY, name, 'dist', file), 'utf8');
    const objects = readYaml(text);
    return { name, file: `${name}/${file}`, text, objects, namespace: objects.find(({ metadata }) => metadata.namespace)?.metadata.namespace };
  }));
}

/** Calls a function for each map in a tree. */
function walk(tree: unknown, visit: (map: any) => void): void {
  if (Array.isArray(tree)) { return tree.forEach(branch => walk(branch, visit)); }
  if (typeof tree !== 'object' || tree === null) { return; }
  visit(tree);
  Object.values(tree).forEach(branch => walk(branch, visit));
}

/** What an example refers to and does not bring: its user makes it. */
export function prerequisites(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return [...missingSecrets(objects), ...missingClaims(objects)];
}

/** Claims that exist already. */
function missingClaims(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const names = new Set<string>();
  walk(objects, ({ persistentVolumeClaim }) => { if (persistentVolumeClaim?.claimName) { names.add(persistentVolumeClaim.claimName); } });
  for (const { metadata } of objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')) { names.delete(metadata.name); }
  return [...names].map(name => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { storageClassName: 'managed-nfs-storage', accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
  }));
}

/** With every key that is asked for. */
function missingSecrets(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const keys: { [secret: string]: Set<string> } = {};
  const wanted = (name: string, key?: string) => {
    keys[name] ??= new Set(['unused']);
    if (key) { keys[name].add(key); }
  };
  walk(objects, ({ secretKeyRef, secretName, secret, items }) => {
    if (secretKeyRef?.name) { wanted(secretKeyRef.name, secretKeyRef.key); }
    for (const source of [secret, ...typeof secretName === 'string' ? [{ secretName, items }] : []]) {
      const name = source?.secretName ?? source?.name;
      if (name) { [undefined, ...source.items ?? []].forEach(item => wanted(name, item?.key)); }
    }
  });
  for (const { metadata } of objects.filter(({ kind }) => kind === 'Secret')) { delete keys[metadata.name]; }
  return Object.entries(keys).map(([name, names]) => ({
    apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: Object.fromEntries([...names].map(key => [key, 'of-a-test'])),
  }));
}
