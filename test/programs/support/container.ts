import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment } from '../../support/kubernetes-expansion';
import type { KubernetesObject } from '../../support/render';

/** What the fields of a pod say to its containers. */
const FIELDS: { readonly [path: string]: string } = { 'metadata.namespace': 'shop', 'metadata.name': 'orders-0' };

/** A text in which absolute paths that begin with one of these lead below a root. */
export function below(root: string, paths: readonly string[], text: string): string {
  return text.replace(new RegExp(`(?<![\\w./-])(${paths.join('|')})(?![\\w-])`, 'g'), path => join(root, path));
}

/**
 * A container without a kubelet: its volumes are directories below a root, and so are all other directories that its commands
 * name. ConfigMaps are those of the manifest, each key of a Secret is a dummy.
 */
export class Container {
  private readonly paths: readonly string[];

  constructor(
    public readonly root: string, private readonly objects: readonly KubernetesObject[], pod: any, private readonly container: any,
  ) {
    const mounts: { name: string; mountPath: string }[] = container.volumeMounts ?? [];
    this.paths = ['/tmp', '/home', '/run', '/var/run', '/etc', ...mounts.map(({ mountPath }) => mountPath)];
    for (const path of ['/tmp', '/run']) { mkdirSync(this.path(path), { recursive: true }); }
    for (const { name, mountPath } of mounts) { this.mount(pod.volumes.find((one: any) => one.name === name), this.path(mountPath)); }
  }

  public path(path: string): string { return join(this.root, path); }

  public localize(text: string): string {
    return below(this.root, this.paths, text);
  }

  /** The variables of the container as its process sees them. */
  public get env(): { [name: string]: string } {
    const given = (this.container.env ?? []).map((one: any) => one.valueFrom ? { name: one.name, value: this.valueFrom(one.valueFrom) } : one);
    return Object.fromEntries(Object.entries(environment(given)).map(([name, value]) => [name, this.localize(value)]));
  }

  /** The variables that `envdir` reads from a directory. */
  public envdir(path: string): { [name: string]: string } {
    return Object.fromEntries(readdirSync(this.path(path)).map(name => [name, readFileSync(join(this.path(path), name), 'utf8').split('\n')[0]]));
  }

  private valueFrom({ fieldRef, configMapKeyRef }: any): string {
    if (fieldRef) { return FIELDS[fieldRef.fieldPath] ?? 'dummy'; }
    return configMapKeyRef ? this.data(configMapKeyRef.name)[configMapKeyRef.key] : 'dummy';
  }

  private data(configMap: string): { [key: string]: string } {
    return this.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap)?.data ?? {};
  }

  /** A volume as a directory, which is empty for a claim and for what is empty at first. */
  private mount(volume: any = {}, target: string): void {
    mkdirSync(target, { recursive: true });
    const sources = volume.projected?.sources ?? (volume.configMap || volume.secret ? [volume] : []);
    for (const { configMap, secret } of sources) {
      const data = configMap ? this.data(configMap.name) : {};
      for (const { key, path } of (configMap ?? secret)?.items ?? Object.keys(data).map(name => ({ key: name, path: name }))) {
        mkdirSync(dirname(join(target, path)), { recursive: true });
        writeFileSync(join(target, path), this.localize(data[key] ?? 'dummy'));
      }
    }
  }
}
