import { exec, ExecOptions, ExecResult, until } from './exec';
import { fetchJson, pathOf } from './proxy';
import { KubernetesObject } from '../../../test/support/render';

/** What is applied: YAML text or objects. */
export type Manifests = string | readonly KubernetesObject[];

/** How manifests are applied. */
export interface ApplyOptions {
  readonly serverSide?: boolean;
  readonly dryRun?: boolean;
}

/** Objects as JSON: kubectl reads YAML 1.1, where `yes` is no word. */
const text = (manifests: Manifests): string =>
  typeof manifests === 'string' ? manifests : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });

/** Manifests that name their namespace: kubectl refuses them beside `--namespace`. */
const placed = (manifests: Manifests): boolean =>
  typeof manifests === 'string' ? /^ {2}namespace: /m.test(manifests) : manifests.some(({ metadata }) => metadata.namespace !== undefined);

/** What kubectl says when nobody judged the objects. */
const NO_ANSWER = /did not end within|connection refused|Client\.Timeout|handshake timeout|i\/o timeout|request timed out|context deadline exceeded|ServiceUnavailable|unexpected EOF/;

/** kubectl in one namespace of one cluster. */
export class Kubectl {
  constructor(public readonly env: NodeJS.ProcessEnv, public readonly namespace = 'default') {}

  /** The same cluster, another namespace. */
  public in(namespace: string): Kubectl { return new Kubectl(this.env, namespace); }

  /** Any command. */
  public async run(args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return exec('kubectl', ['--namespace', this.namespace, ...args], { env: this.env, ...options });
  }

  /** A command on what is in the manifests. */
  private on(manifests: Manifests, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const namespace = placed(manifests) ? [] : ['--namespace', this.namespace];
    return exec('kubectl', [...namespace, ...args, '-f', '-'], { env: this.env, ...options, input: text(manifests) });
  }

  /** Applies objects, unknown fields being errors. What it says goes to `stdout`, warnings of the server to `stderr`. */
  public async apply(manifests: Manifests, { serverSide, dryRun }: ApplyOptions = {}): Promise<ExecResult> {
    const how = [...serverSide ? ['--server-side', '--force-conflicts', '--field-manager=test'] : [], ...dryRun ? ['--dry-run=server'] : []];
    const attempt = () => this.on(manifests, ['apply', '--validate=strict', ...how], { seconds: 60 });
    return attempt().catch((error: Error) => {
      if (!NO_ANSWER.test(error.message)) { throw error; }
      console.error(`applied once more, since the API server did not answer: ${error.message}`);
      return attempt();
    });
  }

  /** What the server has of the objects in the manifests. */
  public async current(manifests: Manifests): Promise<any[]> {
    const { stdout } = await this.on(manifests, ['get', '-o', 'json']);
    const answer = JSON.parse(stdout);
    return answer.items ?? [answer];
  }

  /** Deletes what is in the manifests. */
  public delete(manifests: Manifests): Promise<ExecResult> {
    return this.on(manifests, ['delete', '--ignore-not-found', '--wait=false'], { seconds: 60 });
  }

  /** One object, or undefined. */
  public async get(kind: string, name: string): Promise<any | undefined> {
    const path = pathOf(kind, this.namespace);
    if (path) { return fetchJson(this.env, `${path}/${name}`); }
    const { stdout } = await this.run(['get', kind, name, '--ignore-not-found', '-o', 'json'], { seconds: 20 });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  /** Objects of a kind, by label. */
  public async list(kind: string, selector?: string): Promise<any[]> {
    const path = pathOf(kind, this.namespace);
    if (path) { return (await fetchJson(this.env, `${path}?labelSelector=${encodeURIComponent(selector ?? '')}`)).items; }
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
    const answer = await fetchJson(this.env, path);
    if (answer === undefined) { throw new Error(`GET ${path}: not found`); }
    return answer;
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
