import { appendFileSync, existsSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { exec, sleep } from './exec';

const COMMAND = resolve(process.env.SPILO_LAB ?? join(__dirname, '../../../../shared/lab/lab'));
/** Each worker of jest has two labs of its own, one of each kind. */
const FIRST_ID = Number(process.env.SPILO_LAB_ID ?? 2) + 2 * (Number(process.env.JEST_WORKER_ID ?? 1) - 1);
/** Which labs this run has started: each suite, and the end, are in a process or a module world of their own. */
const STARTED = process.env.SPILO_LABS_STARTED ??= join(tmpdir(), `cdk8s-spilo-labs-${process.pid}`);

/** Is there a lab to start? */
export const labExists = (): boolean => existsSync(COMMAND);

/** What a lab is for: real nodes, or the API half alone, whose Pods only claim to run. */
export type LabKind = 'nodes' | 'control-plane';

/** Pretended nodes cost nothing: enough of them that a cluster of five can be spread. */
const OPTIONS: { readonly [kind in LabKind]: readonly string[] } = {
  'nodes': [],
  'control-plane': ['--control-plane', '--nodes', '6', '--zones', 'a,b,c'],
};

/** A throw-away Kubernetes on this machine, see the README beside the command. */
export class Lab {
  /** Starts a lab, or what is missing of it, with the image in every node. Both kinds may run beside each other. */
  public static async start(kind: LabKind, image?: string): Promise<Lab> {
    const lab = new Lab(kind === 'nodes' ? FIRST_ID : FIRST_ID + 1);
    appendFileSync(STARTED, `${lab.id}\n`);
    const comeUp = async () => {
      await lab.up(OPTIONS[kind]);
      if (image !== undefined) { await lab.loadImage(image); }
    };
    await comeUp().catch(async (error: Error) => {
      // No suite's fault, and `up` goes on where it was. What it said is told, lest a lab that limps goes unnoticed.
      console.error(`lab ${lab.id} did not come up, and is tried once more: ${error.message}\n${await lab.state()}`);
      await comeUp();
    });
    return lab;
  }

  /** Ends all labs of this run. */
  public static async endAll(): Promise<void> {
    if (!existsSync(STARTED)) { return; }
    const ids = new Set(readFileSync(STARTED, 'utf8').split('\n').filter(id => id !== ''));
    rmSync(STARTED);
    if (process.env.SPILO_LAB_KEEP) { return; }
    await Promise.all([...ids].map(id => new Lab(Number(id)).run('reset')));
  }

  private constructor(private readonly id: number) {}

  /** Two that start at the same moment stumble over what labs share. The daemons of the lab must not inherit the lock. */
  private async up(options: readonly string[]): Promise<void> {
    await exec('flock', ['--close', `${STARTED}.lock`, COMMAND, 'up', ...options], { env: this.processEnvironment(), seconds: 300 });
  }

  /** What runs of the lab, and what its daemons last complained of. */
  private async state(): Promise<string> {
    const script = '"$0" status; for name in $("$0" logs | grep -vx audit); do echo "--- $name"; "$0" logs "$name" -n 3; done';
    const { stdout, stderr } = await exec('bash', ['-c', script, COMMAND], { env: this.processEnvironment(), seconds: 60, mayFail: true });
    return stdout + stderr;
  }

  /** Runs a command of the lab. */
  public async run(...args: string[]): Promise<string> {
    return (await exec(COMMAND, args, { env: this.processEnvironment(), seconds: 900 })).stdout.trim();
  }

  private processEnvironment(): NodeJS.ProcessEnv { return { ...process.env, LAB_ID: String(this.id) }; }

  /** The environment that leads kubectl to this lab. */
  public async environment(): Promise<NodeJS.ProcessEnv> {
    const line = await this.run('env');
    const { stdout } = await exec('bash', ['-c', `${line}; printf '%s\\n' "$KUBECONFIG" "$PATH" "$LAB_HOST_IP"`]);
    const [KUBECONFIG, PATH, LAB_HOST_IP] = stdout.split('\n');
    return { ...process.env, KUBECONFIG, PATH, LAB_HOST_IP };
  }

  /** Puts the image archive into every node, unless it is there. */
  private async loadImage(name: string): Promise<void> {
    if ((await this.run('images')).includes(name.split('/').pop()!)) { return; }
    const archive = process.env.SPILO_IMAGE_ARCHIVE ?? join(await this.run('home'), 'images/spilo-contract.tar');
    if (!existsSync(archive)) {
      throw new Error(`${archive} is missing. Build it with ${join(COMMAND, '../image/build')}, or name one in SPILO_IMAGE_ARCHIVE`);
    }
    await this.run('load', archive);
  }

  /** Makes an image of a directory, and puts it into every node. */
  public async loadDirectory(root: string, name: string, archive: string): Promise<void> {
    await exec('python3', [join(COMMAND, '../agents/mkimage.py'), archive, name, root]);
    await this.run('load', archive);
  }

  /** Pulls the plug of a node: SIGKILL for all of it. */
  public killNode(node: string): Promise<string> { return this.run('kill-node', node); }

  /** Powers a node on; returns when it is Ready. */
  public startNode(node: string): Promise<string> { return this.run('start-node', node); }

  /** Takes a node off the network; its Pods go on inside. */
  public cutNode(node: string): Promise<string> { return this.run('cut-node', node); }

  /** Puts a node back on the network. */
  public healNode(node: string): Promise<string> { return this.run('heal-node', node); }

  /** Stops the kubelet of a node, or lets it go on. */
  public async signalKubelet(node: string, signal: 'STOP' | 'CONT'): Promise<void> {
    const [, pid] = new RegExp(`^${node}-kubelet +pid (\\d+)`, 'm').exec(await this.run('status'))!;
    process.kill(Number(pid), `SIG${signal}`);
  }

  /** The address of the machine, as Pods see it: the API server listens there. */
  public async hostIp(): Promise<string> { return (await this.environment()).LAB_HOST_IP!; }

  /** Lets the API server work for a moment, every so many seconds, until what it gives is called. */
  public async slowApi(seconds: number): Promise<() => Promise<void>> {
    const pid = Number(/^apiserver +pid (\d+)/m.exec(await this.run('status'))![1]);
    let slow = true;
    const gate = (async () => {
      while (slow) {
        process.kill(pid, 'SIGSTOP');
        await sleep(seconds);
        process.kill(pid, 'SIGCONT');
        await sleep(0.2);
      }
    })();
    return async () => { slow = false; await gate; };
  }

  /** Takes the API away for a time. */
  public async withoutApi(seconds: number): Promise<void> {
    await this.run('stop-api');
    await sleep(seconds);
    await this.run('start-api');
  }

  /** Kills etcd and starts it again. */
  public async restartEtcd(): Promise<void> {
    await this.run('stop-etcd');
    await this.run('start-etcd');
  }

  /** Calls that the API server refused to users whose name contains this, as lines. */
  public async denied(user: string): Promise<string[]> {
    const { stdout } = await exec(COMMAND, ['audit', '--denied', user], { env: this.processEnvironment(), mayFail: true });
    return stdout.split('\n').filter(line => line.trim() !== '');
  }
}
