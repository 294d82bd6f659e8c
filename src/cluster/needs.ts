import { isMap } from '../kernel/data';
import { ClusterSpec } from '../spilo/spec';

/**
 * What has to be there before the cluster can start, and nothing of this program makes: Secrets with their keys, storage
 * classes, labels of nodes, claims, buckets. Everything is read from the spec, so that a new feature needs no line here for
 * its Secrets.
 */
export function needs(spec: ClusterSpec): string[] {
  const made = spec.credentials.kind === 'secret' ? [] : [spec.credentials.superuser.password.name];
  const secrets = new Map<string, Set<string>>();
  for (const { name, key } of secretKeys(spec)) {
    if (!made.includes(name)) { secrets.set(name, (secrets.get(name) ?? new Set()).add(key)); }
  }
  if (spec.tls) {
    const { secretName, certificateEntry, privateKeyEntry, caEntry } = spec.tls;
    secrets.set(secretName, new Set([certificateEntry, privateKeyEntry, ...caEntry === undefined ? [] : [caEntry]]));
  }
  return [
    ...[...secrets].map(([name, keys]) => `Secret ${name} with ${[...keys].join(', ')}`),
    ...spec.pod.imagePullSecrets.map(name => `Secret ${name} for pulling images`),
    ...classes(spec).map(name => `StorageClass ${name}`),
    ...Object.entries({ ...spec.placement.nodeSelector }).map(([key, value]) => `nodes with the label ${key}=${value}`),
    ...Object.entries({ ...spec.placement.nodes }).map(([key, values]) => `nodes with the label ${key} in ${values.join(', ')}`),
    ...stores(spec),
  ];
}

/** Every entry of a Secret that the spec names, wherever: an object of exactly a name and a key. */
function secretKeys(value: unknown): { readonly name: string; readonly key: string }[] {
  if (Array.isArray(value)) { return value.flatMap(secretKeys); }
  if (!isMap(value)) { return []; }
  const { name, key } = value;
  if (typeof name === 'string' && typeof key === 'string' && Object.keys(value).length === 2) { return [{ name, key }]; }
  return Object.values(value).flatMap(secretKeys);
}

function classes({ storage, backup }: ClusterSpec): string[] {
  const ofBackup = backup?.kind === 'store' && backup.store.kind === 'volume' ? backup.store.storageClassName : undefined;
  return [...new Set([storage.storageClassName ?? 'that is the default of the Kubernetes cluster', ...ofBackup === undefined ? [] : [ofBackup]])];
}

function stores({ backup }: ClusterSpec): string[] {
  if (backup?.kind !== 'store') { return []; }
  const { store } = backup;
  switch (store.kind) {
    case 's3': case 'gcs': return [`bucket ${store.bucket}`];
    case 'azure': return [`container ${store.container} of the storage account ${store.account}`];
    case 'ssh': return [`directory ${store.directory} on ${store.host}`];
    default: return store.size === undefined ? [`PersistentVolumeClaim ${store.claim}`] : [];
  }
}
