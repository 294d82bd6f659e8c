import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Member } from './member';
import { Result, run } from './run';
import { World } from './world';
import { Rendered } from '../../../test/support/render';

/** What stands behind the names in a guide. */
export interface Objects {
  /** Members by `namespace/pod`. */
  readonly members: Map<string, Member>;
  /** What is running by `namespace/deployment`, and how it ends. */
  readonly deployments: Map<string, () => Promise<void>>;
  /** Runs a CronJob once and gives its last line and status. */
  readonly job: (namespace: string, cronJob: string) => Promise<{ status: number; log: string }>;
  /** Names of the Jobs that are in manifests, with a label. */
  readonly jobsWith: (namespace: string, label: string) => string[];
  /** Brings what is in a file to the members. */
  readonly apply: (namespace: string, rendered: Rendered) => Promise<void>;
}

interface Call { readonly argv: string[]; readonly cwd: string }
interface Arguments {
  readonly words: string[];
  readonly namespace: string;
  readonly flags: { readonly [flag: string]: string };
  readonly command: string[];
}

const done = (stdout = ''): Result => ({ status: 0, stdout, stderr: '' });

/**
 * A `kubectl` for lines of shell from the guides. Its pods are members on this machine, what it executes in them is executed.
 * It knows the subcommands that the guides use, and fails at all others.
 */
export class Kubectl {
  private readonly jobs = new Map<string, { status: number; log: string }>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk)).on('end', () => {
      const call: Call = JSON.parse(Buffer.concat(chunks).toString());
      void this.call(call).catch(error => ({ status: 1, stdout: '', stderr: `${error}\n` })).then(result => response.end(JSON.stringify(result)));
    });
  }).listen(0, '127.0.0.1');

  constructor(private readonly world: World, private readonly objects: Objects) {}

  /** Runs lines of shell; the first command that fails ends them. */
  public async run(lines: string): Promise<Result> {
    const folder = this.world.directory('shell');
    const { port } = this.server.address() as AddressInfo;
    writeFileSync(join(this.world.directory('shell/bin'), 'kubectl'), shim(port), { mode: 0o755 });
    this.world.directory('shell/dist');
    return run(['bash', '--norc', '-euo', 'pipefail', '-c', `cd ${folder}; ${lines}`], { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder });
  }

  public close(): void { this.server.close(); }

  private call({ argv, cwd }: Call): Promise<Result> {
    const given = parse(argv);
    const [verb] = given.words;
    switch (verb) {
      case 'exec': return this.exec(given);
      case 'cp': return this.copy(given, cwd);
      case 'logs': return this.logs(given);
      case 'wait': return this.wait(given);
      case 'create': return this.create(given);
      case 'apply': return this.apply(given, cwd);
      case 'delete': return this.delete(given, cwd);
      case 'get': return this.get(given);
      case 'scale': return this.scale(given);
      default: throw new Error(`the guides' kubectl does not know: ${argv.join(' ')}`);
    }
  }

  private member({ namespace }: Arguments, name: string): Member {
    const found = this.objects.members.get(`${namespace}/${name.replace(/^pod\//, '')}`);
    if (!found) { throw new Error(`no pod ${name} in the namespace ${namespace}`); }
    return found;
  }

  private async exec(given: Arguments): Promise<Result> {
    if (given.flags.c !== 'postgres') { throw new Error('which container?'); }
    return this.member(given, given.words[1]).execute(given.command);
  }

  private async copy(given: Arguments, cwd: string): Promise<Result> {
    const [from, to] = given.words.slice(1).map(word => {
      const [pod, path] = word.split(':');
      return path ? this.member(given, pod).pod.path(path) : resolve(cwd, word);
    });
    copyFileSync(from, to);
    return done();
  }

  private async logs(given: Arguments): Promise<Result> {
    const [kind, name] = given.words[1].split('/');
    return done(kind === 'job' ? this.jobs.get(name)!.log : this.member(given, given.words[1]).output);
  }

  private async wait(given: Arguments): Promise<Result> {
    const [kind, name] = given.words[1].split('/');
    if (given.flags.for === 'condition=complete' && kind === 'job') {
      return { ...done(), status: this.jobs.get(name)!.status };
    }
    if (given.flags.for !== 'condition=Ready' || kind !== 'pod') { throw new Error(`wait for what? ${given.flags.for}`); }
    await this.member(given, name).lead(90);
    return done();
  }

  private async create(given: Arguments): Promise<Result> {
    const [, kind, name] = given.words;
    if (kind !== 'job') { throw new Error(`create ${kind}?`); }
    this.jobs.set(name, await this.objects.job(given.namespace, given.flags.from.replace(/^cronjob\//, '')));
    return done();
  }

  private async apply({ namespace, flags }: Arguments, cwd: string): Promise<Result> {
    await this.objects.apply(namespace, new Rendered(readFileSync(resolve(cwd, flags.f), 'utf8')));
    return done();
  }

  private async delete({ namespace, words: [, kind], flags }: Arguments, cwd: string): Promise<Result> {
    const cluster = flags.f ? new Rendered(readFileSync(resolve(cwd, flags.f), 'utf8')).env.SCOPE! : /spilo-cluster=([\w-]+)/.exec(flags.l)![1];
    const members = [...this.objects.members].filter(([name]) => name.startsWith(`${namespace}/${cluster}-`));
    if (flags.f) { await Promise.all(members.map(([, member]) => member.stop())); }
    if (kind === 'persistentvolumeclaims') {
      for (const [, member] of members) { rmSync(member.dataDirectory, { recursive: true }); }
    } else if (kind) {
      throw new Error(`delete ${kind}?`);
    }
    return done();
  }

  private async get({ namespace, words: [, kind], flags }: Arguments): Promise<Result> {
    if (kind !== 'jobs') { throw new Error(`get ${kind}?`); }
    return done(this.objects.jobsWith(namespace, flags.l).map(name => `${name}\n`).join(''));
  }

  private async scale({ namespace, words: [, name], flags }: Arguments): Promise<Result> {
    const end = this.objects.deployments.get(`${namespace}/${name.replace(/^deployment\//, '')}`);
    if (!end || flags.replicas !== '0') { throw new Error(`scale ${name}?`); }
    await end();
    return done();
  }
}

/** Flags of one letter have a value here, and those of two dashes one behind `=`. */
function parse(argv: string[]): Arguments {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const words: string[] = [];
  const flags: { [flag: string]: string } = {};
  for (let index = 0; index < end; index++) {
    const [, long, value] = /^--([\w-]+)=(.*)$/.exec(argv[index]) ?? [];
    if (long) { flags[long] = value; continue; }
    if (/^-\w$/.test(argv[index])) { flags[argv[index][1]] = argv[++index]; continue; }
    words.push(argv[index]);
  }
  return { words, flags, namespace: flags.n ?? 'default', command: argv.slice(end + 1) };
}

const shim = (port: number) => `#!/usr/bin/python3
import json, os, sys, urllib.request
call = json.dumps({'argv': sys.argv[1:], 'cwd': os.getcwd()}).encode()
with urllib.request.urlopen('http://127.0.0.1:${port}/', call, timeout=170) as answer:
    result = json.load(answer)
sys.stdout.write(result['stdout'])
sys.stderr.write(result['stderr'])
sys.exit(result['status'])
`;

