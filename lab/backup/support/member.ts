import { ChildProcess, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { configuration, Pod, Secrets } from './pod';
import { freePort, Result, run, start, stop, succeed, until } from './run';
import { POSTGRES, USER, VENV, WALG } from './tools';
import { Rendered } from '../../../test/support/render';

/** The members of one cluster find each other here. */
export interface Raft { readonly partners: readonly string[]; readonly free: string[] }

interface Ports { readonly postgres: number; readonly rest: number }

/** One member: Patroni and PostgreSQL with the rendered configuration, in a pod without a kubelet. */
export class Member {
  /** A member that is not yet started. */
  public static async create(
    name: string, root: string, rendered: Rendered, secrets: Secrets, claims: (claim: string) => string, raft: Raft, known?: Ports,
  ): Promise<Member> {
    const ports = known ?? { postgres: await freePort(), rest: await freePort() };
    const member = new Member(name, root, rendered, secrets, claims, ports, raft);
    await succeed(['bash', '-c', `mkdir -p ${root} && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=spilo -keyout ${root}/key -out ${root}/crt 2>&1`], process.env);
    if (USER.uid !== undefined) { execFileSync('chown', ['-R', `${USER.uid}:${USER.gid}`, root]); }
    const init = member.spec.initContainers?.find((one: any) => one.name === 'backup-directory');
    if (init) { await succeed(['/bin/sh', ...init.command.slice(1).map((word: string) => member.pod.localize(word))], member.pod.env); }
    return member;
  }

  public readonly pod: Pod;
  private address = '';
  private patroni?: ChildProcess;
  private readonly spec: any;

  private constructor(
    public readonly name: string, root: string, private readonly rendered: Rendered, secrets: Secrets,
    private readonly claims: (claim: string) => string, private readonly ports: Ports, private readonly raft: Raft,
  ) {
    this.spec = rendered.pod;
    this.pod = new Pod(root, rendered, this.spec, 'postgres', secrets, claims);
    for (const folder of ['home/postgres/pgdata/pgroot', 'tmp', 'var/run/postgresql', 'raft']) { mkdirSync(join(root, folder), { recursive: true }); }
  }

  /** Starts Patroni, as Spilo does with its own settings under those of the manifests. */
  public start(): void {
    const address = this.raft.free.shift()!;
    const given = configuration(this.pod, this.rendered);
    const own = {
      scope: this.rendered.env.SCOPE,
      name: this.name,
      restapi: { listen: `127.0.0.1:${this.ports.rest}`, connect_address: `127.0.0.1:${this.ports.rest}` },
      raft: { data_dir: this.pod.path('/raft'), self_addr: address, partner_addrs: this.raft.partners.filter(one => one !== address) },
      postgresql: {
        listen: `127.0.0.1:${this.ports.postgres}`,
        connect_address: `127.0.0.1:${this.ports.postgres}`,
        data_dir: this.dataDirectory,
        bin_dir: POSTGRES,
        pgpass: this.pod.path('/pgpass'),
        parameters: {
          unix_socket_directories: this.pod.path('/var/run/postgresql'),
          ssl: 'on',
          ssl_cert_file: this.pod.path('/crt'),
          ssl_key_file: this.pod.path('/key'),
          // Many clusters on one machine; durability is not what is tested.
          shared_buffers: '32MB',
          fsync: given.postgresql.parameters?.fsync ?? 'off',
        },
        authentication: { superuser: { username: 'postgres', password: 'secret' }, replication: { username: 'standby', password: 'secret' } },
      },
    };
    const document = deepMerge(given, own);
    document.bootstrap.dcs = { ...document.bootstrap.dcs, ttl: 20, loop_wait: 2, retry_timeout: 4 };
    // PostgreSQL is told its port by the environment of the store, which says 5432.
    const file = this.pod.path('/patroni.yml');
    writeFileSync(file, stringify(document));
    if (USER.uid !== undefined) { chownSync(file, USER.uid, USER.gid!); }
    this.address = address;
    this.patroni = start([join(VENV, 'patroni'), file], { ...this.pod.env, PGPORT: String(this.ports.postgres) }, this.log);
  }

  /** The same member with changed manifests: its directories, its claims and its address stay. */
  public async reapply(rendered: Rendered): Promise<Member> {
    await this.stop();
    return Member.create(this.name, this.pod.root, rendered, this.pod.secrets, this.claims, this.raft, this.ports);
  }

  public get log(): string { return this.pod.path('/patroni.log'); }
  public get port(): number { return this.ports.postgres; }
  public get dataDirectory(): string { return this.pod.path('/home/postgres/pgdata/pgroot/data'); }

  /** Whether it was ever started. */
  public get started(): boolean { return this.patroni !== undefined; }

  /** Whether Patroni has given up. */
  public get ended(): boolean {
    return this.patroni !== undefined && (this.patroni.exitCode !== null || this.patroni.signalCode !== null);
  }

  /** Everything that Patroni and PostgreSQL have said. */
  public get output(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }

  /** The machine is gone: PostgreSQL and Patroni at once. */
  public async kill(): Promise<void> {
    const pid = existsSync(join(this.dataDirectory, 'postmaster.pid')) ? Number(readFileSync(join(this.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]) : undefined;
    if (this.patroni) { await stop(this.patroni); }
    if (this.address && !this.raft.free.includes(this.address)) { this.raft.free.push(this.address); }
    if (pid) {
      for (const kill of [() => process.kill(-pid, 'SIGKILL'), () => process.kill(pid, 'SIGKILL')]) {
        try { kill(); } catch { /* it has ended */ }
      }
    }
  }

  /** An orderly end. */
  public async stop(): Promise<void> {
    if (this.patroni) { await stop(this.patroni, 'SIGTERM'); }
    this.raft.free.push(this.address);
  }

  public async sql(query: string): Promise<string> {
    return (await succeed([join(POSTGRES, 'psql'), '-h', this.pod.path('/var/run/postgresql'), '-p', String(this.ports.postgres), '-U', 'postgres', '-d', 'postgres',
      '-v', 'ON_ERROR_STOP=1', '-XAtq', '-f', '-'], this.pod.env, query)).trim();
  }

  /** Runs a program in the database container, as `kubectl exec` does. */
  public execute(command: readonly string[]): Promise<Result> {
    this.sayPort();
    const env = { ...this.pod.env, ...this.patroniEnv, PGHOST: this.pod.path('/var/run/postgresql'), PGPORT: String(this.port), PATRONICTL_CONFIG_FILE: this.pod.path('/patroni.yml') };
    return run(command.map(word => this.pod.localize(word)), env);
  }

  public async isLeader(): Promise<boolean> {
    const { status } = await run(['curl', '-fsS', '-m', '2', '-o', '/dev/null', `http://127.0.0.1:${this.ports.rest}/primary`], this.pod.env);
    return status === 0;
  }

  public async lead(seconds = 60): Promise<this> {
    const leads = await until(`${this.name} leads\n${this.log}`, async () => this.ended ? 'ended' : await this.isLeader() && await this.sql('SELECT pg_is_in_recovery()') === 'f' && 'leads', seconds)
      .catch(error => { throw new Error(`${error}\n${tail(this.output)}`); });
    if (leads === 'ended') { throw new Error(`${this.name} has given up\n${tail(this.output)}`); }
    return this;
  }

  public async follow(seconds = 90): Promise<this> {
    await until(`${this.name} streams`, async () => (await this.sql('SELECT count(*) FROM pg_stat_wal_receiver WHERE status = \'streaming\'')) === '1', seconds)
      .catch(error => { throw new Error(`${error}\n${tail(this.output)}`); });
    return this;
  }

  /** Runs the line of the crontab that contains `word`, without its schedule, as cron does. */
  public cron(word: string): Promise<string> {
    return this.pod.succeed(this.job(word), this.patroniEnv);
  }

  /** The same, and does not wait for its end. */
  public cronInBackground(word: string): ChildProcess {
    return start(['bash', '-c', this.pod.localize(this.job(word))], { ...this.pod.env, ...this.patroniEnv }, this.pod.path('/cron.log'));
  }

  /** Runs wal-g in the environment of the cluster's store. */
  public walg(...args: string[]): Promise<string> {
    return this.pod.succeed(`envdir /etc/wal-g/env wal-g ${args.join(' ')} 2>&1`);
  }

  /** Names of the base backups in the store, oldest first. */
  public async backups(): Promise<string[]> {
    return (await this.walg('backup-list')).match(/\bbase_[0-9A-F]{24}\b/g) ?? [];
  }

  /** Names of the WAL segments in the store, counted there. */
  public async segments(): Promise<string[]> {
    // The stand-in does not list, but has nothing else than a directory either.
    const list = WALG!.real ? 'envdir /etc/wal-g/env wal-g st ls wal_005/' : 'ls "$(cat /etc/wal-g/env/WALG_FILE_PREFIX)/wal_005"';
    const names = (await this.pod.succeed(list)).match(/\b[0-9A-F]{24}(?=\.\w+\s*$)/gm) ?? [];
    return [...new Set(names)].sort();
  }

  /** Makes PostgreSQL archive all that it has, and waits until it has. */
  public async archive(): Promise<void> {
    await this.sql('CHECKPOINT');
    const last = await this.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await this.sql('SELECT pg_switch_wal()');
    await until(`${last} is archived\n${tail(this.output)}`, async () => (await this.sql('SELECT last_archived_wal FROM pg_stat_archiver')) >= last, 60);
  }

  public get patroniEnv(): { [name: string]: string } {
    return { PATRONI_URL: `http://127.0.0.1:${this.ports.rest}`, MEMBER: this.name };
  }

  private job(word: string): string {
    this.sayPort();
    const line = this.rendered.crontab.find(one => one.includes(word))!;
    const [, command, log] = /^(.*?)(?: >>(\S+) 2>&1)?$/.exec(line.split(' ').slice(5).join(' '))!;
    return `set -o pipefail; { ${command}; } 2>&1 | tee -a ${log}`;
  }

  /** The envdir says port 5432; members share one machine here. */
  private sayPort(): void {
    const envdir = this.pod.path('/etc/wal-g/env');
    if (existsSync(envdir)) { writeFileSync(join(envdir, 'PGPORT'), String(this.ports.postgres)); }
  }
}

export function tail(text: string, lines = 40): string {
  return text.split('\n').slice(-lines).join('\n');
}

/** The manifests' document over a member's own settings, as Spilo merges it; what tells members apart wins. */
function deepMerge(base: any, over: any): any {
  if (typeof base !== 'object' || typeof over !== 'object' || Array.isArray(base) || Array.isArray(over)) { return over; }
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(over)])]
    .map(key => [key, key in base && key in over ? deepMerge(base[key], over[key]) : (over[key] ?? base[key])]));
}
