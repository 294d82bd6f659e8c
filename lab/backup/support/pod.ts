import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { run, Result, succeed } from './run';
import { POSTGRES, USER, VENV, WALG } from './tools';
import { KubernetesObject, Rendered } from '../../../test/support/render';

/** Secrets of the user's, which are not in the manifests: values by Secret and key. */
export type Secrets = { readonly [secret: string]: { readonly [key: string]: string } };

/**
 * A pod without a kubelet: the volumes of one rendered pod as directories below its root. Commands and settings are taken
 * from the manifests; in each text the mount paths get the root in front, and nothing else is changed.
 */
export class Pod {
  public readonly env: { readonly [name: string]: string };
  private readonly spec: any;
  private readonly mounts: { readonly name: string; readonly mountPath: string }[];

  /**
   * @param root directory of the pod.
   * @param rendered the whole file.
   * @param spec spec of the pod.
   * @param container name of the container.
   * @param secrets values of the Secrets.
   * @param claims directories by name of claim; all pods see the same.
   */
  constructor(
    public readonly root: string, private readonly rendered: Rendered, spec: any, container: string,
    public readonly secrets: Secrets, private readonly claims: (claim: string) => string,
  ) {
    this.spec = spec;
    const found = [...spec.containers, ...spec.initContainers ?? []].find(({ name }: { name: string }) => name === container);
    this.mounts = found.volumeMounts ?? [];
    mkdirSync(join(root, 'bin'), { recursive: true });
    for (const { name, mountPath } of this.mounts) { this.mount(name, this.path(mountPath)); }
    // The stand-in names a Python by a path of its image.
    const interpreter = WALG!.real ? '' : `${VENV}/python3 `;
    writeFileSync(join(root, 'bin/wal-g'), `#!/bin/sh\nexec ${interpreter}${WALG!.path} "$@"\n`, { mode: 0o755 });
    link(join(__dirname, 'envdir'), join(root, 'bin/envdir'));
    this.own(root);
    this.env = {
      PATH: [join(root, 'bin'), VENV, POSTGRES, '/usr/bin', '/bin', '/usr/sbin'].join(':'),
      LC_ALL: 'C.UTF-8',
      HOME: root,
      PYTHONDONTWRITEBYTECODE: '1',
    };
  }

  /** The text as this pod's processes see it. */
  public localize(text: string): string {
    const paths = [...new Set(['/home/postgres', '/tmp', '/var/run/postgresql', ...this.mounts.map(({ mountPath }) => mountPath)])];
    const alternatives = paths.sort((a, b) => b.length - a.length).map(path => path.replace(/[.]/g, '\\.')).join('|');
    return text.replace(new RegExp(`(?<![\\w./-])(${alternatives})(?=[/\\s"'\`;)]|$)`, 'g'), path => this.path(path));
  }

  /** Runs a shell line of the manifests. */
  public shell(line: string, env: { readonly [name: string]: string } = {}): Promise<Result> {
    return run(['bash', '-c', this.localize(line)], { ...this.env, ...env });
  }

  /** The same; a status other than 0 is an error. */
  public succeed(line: string, env: { readonly [name: string]: string } = {}): Promise<string> {
    return succeed(['bash', '-c', this.localize(line)], { ...this.env, ...env });
  }

  public path(path: string): string {
    return join(this.root, path);
  }

  /** Writes the projected volumes again, as the kubelet does when a Secret has changed. */
  public refresh(secrets: Secrets): void {
    for (const { name, mountPath } of this.mounts) {
      const volume = this.spec.volumes.find((one: any) => one.name === name);
      if (volume?.projected && name !== 'kube-api-access') { this.project(volume.projected.sources, this.path(mountPath), secrets); }
    }
  }

  private mount(name: string, target: string): void {
    const volume = this.spec.volumes.find((one: any) => one.name === name) ?? { emptyDir: {} };
    mkdirSync(dirname(target), { recursive: true });
    if (volume.persistentVolumeClaim) {
      link(this.claims(volume.persistentVolumeClaim.claimName), target);
      return;
    }
    mkdirSync(target, { recursive: true });
    if (volume.projected && name !== 'kube-api-access') {
      this.project(volume.projected.sources, target, this.secrets);
    } else if (volume.configMap) {
      this.project([{ configMap: volume.configMap }], target, this.secrets);
    }
  }

  private project(sources: any[], target: string, secrets: Secrets): void {
    for (const { configMap, secret } of sources) {
      const data: { [key: string]: string } = configMap ? this.rendered.get('ConfigMap', configMap.name).data : secrets[secret.name];
      if (!data) { throw new Error(`the suite knows no Secret ${secret.name}`); }
      const items = (configMap ?? secret).items ?? Object.keys(data).map(key => ({ key, path: key }));
      for (const { key, path } of items) {
        writeFileSync(join(target, path), configMap ? this.localize(data[key]) : data[key]);
        chmodSync(join(target, path), secret ? 0o400 : 0o444);
        this.own(join(target, path));
      }
    }
    this.own(target);
  }

  private own(path: string): void {
    if (USER.uid !== undefined) { chownSync(path, USER.uid, USER.gid!); }
  }
}

/** A symbolic link, also where there is one. */
function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** `SPILO_CONFIGURATION` with the paths of a pod. */
export function configuration(pod: Pod, rendered: Rendered): any {
  return parse(pod.localize(rendered.env.SPILO_CONFIGURATION), { version: '1.1' });
}

/** Values of a container's environment that are in the manifest. */
export function plainEnv(container: any): { [name: string]: string } {
  return Object.fromEntries((container.env ?? []).filter(({ value }: any) => value !== undefined).map(({ name, value }: any) => [name, value]));
}

export type { KubernetesObject };
