import { stringify } from 'yaml';
import { exec, ExecOptions, ExecResult, until } from './exec';
import { KubernetesObject } from '../../support/render';

/** What is applied: YAML text or objects. */
export type Manifests = string | readonly KubernetesObject[];

/** How manifests are applied. */
export interface ApplyOptions {
  readonly serverSide?: boolean;
  readonly dryRun?: boolean;
}

const text = (manifests: Manifests): string =>
  typeof manifests === 'string' ? manifests : manifests.map(object => stringify(object)).join('---\n');

/** Objects that name their namespace: kubectl refuses them beside `--namespace`. */
const placed = (manifests: string): boolean => /^ {2}namespace: /m.test(manifests);

/** kubectl in one namespace of one cluster. */
export class Kubectl {
  constructor(public readonly env: NodeJS.ProcessEnv, public readonly namespace = 'default') {}

  /** The same cluster, another namespace. */
  public in(namespace: string): Kubectl { return new Kubectl(this.env, namespace); }

  /** Any command. */
  public async run(args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const namespace = options.input !== undefined && placed(options.input) ? [] : ['--namespace', this.namespace];
    return exec('kubectl', [...namespace, ...args], { env: this.env, ...options });
  }

  /** Applies objects, unknown fields being errors. What it says goes to `stdout`, warnings of the server to `stderr`. */
  public apply(manifests: Manifests, { serverSide, dryRun }: ApplyOptions = {}): Promise<ExecResult> {
    const how = [...serverSide ? ['--server-side', '--force-conflicts', '--field-manager=test'] : [], ...dryRun ? ['--dry-run=server'] : []];
    return this.run(['apply', '--validate=strict', ...how, '-f', '-'], { input: text(manifests) });
  }

  /** What the server has of the objects in the manifests. */
  public async current(manifests: Manifests): Promise<any[]> {
    const { stdout } = await this.run(['get', '-o', 'json', '-f', '-'], { input: text(manifests) });
    const answer = JSON.parse(stdout);
    return answer.items ?? [answer];
  }

  /** Deletes what is in the manifests. */
  public delete(manifests: Manifests): Promise<ExecResult> {
    return this.run(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input: text(manifests), seconds: 60 });
  }

  /** One object, or undefined. */
  public async get(kind: string, name: string): Promise<any | undefined> {
    const { stdout } = await this.run(['get', kind, name, '--ignore-not-found', '-o', 'json'], { seconds: 20 });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  /** Objects of a kind, by label. */
  public async list(kind: string, selector?: string): Promise<any[]> {
    const { stdout } = await this.run(['get', kind, ...selector ? ['-l', selector] : [], '-o', 'json'], { seconds: 30 });
    return JSON.parse(stdout).items;
  }

  /** Runs a command in a container of a Pod. */
  public exec(pod: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.run(['exec', pod, '--', ...command], { seconds: 30, ...options });
  }

  /** The log of a Pod or `job/NAME`. */
  public async logs(of: string): Promise<string> {
    return (await this.run(['logs', of, '--tail=200'], { seconds: 20, mayFail: true })).stdout;
  }

  /** GETs a path of the API server. */
  public async raw(path: string): Promise<any> {
    return JSON.parse((await this.run(['get', '--raw', path], { seconds: 10 })).stdout);
  }

  /** Makes the namespace anew, with Pod Security enforced. */
  public async freshNamespace(security = 'restricted'): Promise<void> {
    await this.removeNamespace();
    await this.apply([{
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.namespace, labels: { 'pod-security.kubernetes.io/enforce': security, 'cdk8s-spilo/test': 'true' } },
    }]);
    await until('the default ServiceAccount', async () => this.get('serviceaccount', 'default'), { interval: 0.2 });
  }

  /** Removes the namespace and all in it. */
  public async removeNamespace(wait = true): Promise<void> {
    await this.run(['delete', 'namespace', this.namespace, '--ignore-not-found', `--wait=${wait}`], { seconds: 420 });
  }
}
