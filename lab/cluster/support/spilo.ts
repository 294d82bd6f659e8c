import { ExecResult, until } from './exec';
import { Kubectl } from './kubectl';
import { manifests, PASSWORDS, Program, secret, Store } from './programs';
import { KubernetesObject } from '../../../test/support/render';

/** A member in Patroni's own words (`GET /cluster`). */
export interface PatroniMember {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly host: string;
  readonly timeline: number;
  readonly lag?: number | string;
}

const LEADER_ROLES = ['leader', 'standby_leader'];

/** One cluster that runs: what is there and who leads, by what Patroni and its store say, never by a Pod's label. */
export class RunningCluster {
  /** Applies a program, with its Secret, into a namespace. */
  public static async apply(kubectl: Kubectl, program: Program): Promise<RunningCluster> {
    const cluster = new RunningCluster(kubectl, program.name, program.store, program.props?.instances ?? 3);
    await kubectl.apply([secret(program.name), ...manifests(program)]);
    return cluster;
  }

  constructor(
    public readonly kubectl: Kubectl,
    public readonly name: string,
    public readonly store: Store,
    public readonly instances: number,
    /** Of the superuser. */
    public readonly password: string = PASSWORDS.superuser,
  ) {}

  /** The selector of the members. */
  public get selector(): string { return `application=spilo,spilo-cluster=${this.name}`; }

  /** The Pods of the members. */
  public pods(): Promise<any[]> { return this.kubectl.list('pods', this.selector); }

  /** The Pod of a member. */
  public pod(member: string): Promise<any> { return this.kubectl.get('pod', member); }

  /** The node of a member. */
  public async nodeOf(member: string): Promise<string> { return (await this.pod(member)).spec.nodeName; }

  /** The object with the leader's lock. */
  public lock(): Promise<any> {
    return this.store === 'endpoints'
      ? this.kubectl.get('endpoints', this.name)
      : this.kubectl.get('configmap', `${this.name}-leader`);
  }

  /** Who holds the lock. */
  public async leader(): Promise<string> {
    const leader = (await this.lock())?.metadata.annotations?.leader;
    if (!leader) { throw new Error(`${this.name} has no leader`); }
    return leader;
  }

  /** A GET of Patroni's REST API in a member, by way of the API server. */
  public patroni(member: string, path: string): Promise<any> {
    return this.kubectl.raw(`/api/v1/namespaces/${this.kubectl.namespace}/pods/${member}:8008/proxy${path}`);
  }

  /** Whether a commit waits for another member. */
  public async isSynchronous(): Promise<boolean> {
    return Boolean((await this.patroni(await this.leader(), '/config')).synchronous_mode);
  }

  /** All members, as Patroni sees them. */
  public async members(): Promise<PatroniMember[]> {
    return (await this.patroni(await this.leader(), '/cluster')).members;
  }

  /**
   * Waits until there is one leader, every other member streams from it without delay, and one of them is synchronous where
   * that is asked for.
   */
  public async atFullStrength(seconds = 240, instances = this.instances): Promise<PatroniMember[]> {
    return until(`${this.name}: one leader and ${instances - 1} streaming replicas`, async () => {
      const leader = await this.leader();
      const [{ members }, { synchronous_mode }, pods] = await Promise.all([
        this.patroni(leader, '/cluster') as Promise<{ members: PatroniMember[] }>, this.patroni(leader, '/config'), this.pods(),
      ]);
      // Patroni may promote nobody before it has written down who is synchronous.
      const guarded = !synchronous_mode || instances === 1 || members.some(({ role }) => /^(sync|quorum)_standby$/.test(role));
      const ready = pods.filter(({ status }) => status.conditions?.some((c: any) => c.type === 'Ready' && c.status === 'True'));
      const leaders = members.filter(({ role, state }) => LEADER_ROLES.includes(role) && state === 'running');
      const streaming = members.filter(({ state, lag }) => state === 'streaming' && lag === 0);
      const said = members.map(({ name, role, state, lag }) => `${name} ${role} ${state} ${lag ?? ''}`).join('; ');
      if (guarded && leaders.length === 1 && streaming.length === instances - 1 && members.length === instances && ready.length === instances) {
        return members;
      }
      throw new Error(`${said}; ${ready.length} of ${pods.length} pods ready`);
    }, { seconds });
  }

  /** Runs SQL as the superuser over the local socket of a member. */
  public async sql(member: string, statement: string): Promise<string> {
    const { stdout } = await this.kubectl.exec(member, ['psql', '-U', 'postgres', '-XAtqc', statement]);
    return stdout.trim();
  }

  /** Runs SQL over the network, from inside a member: the path that clients take. */
  public connect(from: string, host: string, statement: string, user: { name?: string; password?: string } = {}): Promise<ExecResult> {
    const { name = 'postgres', password = this.password } = user;
    // libpq takes the last of two: what a test appends to the host wins.
    const target = `port=5432 user=${name} dbname=postgres sslmode=require connect_timeout=3 host=${host}`;
    return this.kubectl.exec(from, ['env', `PGPASSWORD=${password}`, 'psql', target, '-XAtqc', statement], { mayFail: true });
  }

  /** Asks Patroni in the leader to hand over, as `patronictl switchover` does. */
  public async switchOver(candidate?: string): Promise<void> {
    const leader = await this.leader();
    await this.handOver(leader, 'switchover', { leader, ...candidate ? { candidate } : {} });
  }

  private async handOver(leader: string, how: 'switchover' | 'failover', request: unknown): Promise<void> {
    const call = ['curl', '-sS', '-m', '60', '-XPOST', '-d', JSON.stringify(request), `localhost:8008/${how}`];
    const { stdout } = await this.kubectl.exec(leader, call, { seconds: 70 });
    if (!/^Successfully/.test(stdout)) { throw new Error(`${how} of ${this.name}: ${stdout}`); }
  }

  /** Makes the member on a node the leader. */
  public async leadFrom(node: string): Promise<void> {
    const pods = await this.pods();
    const member = pods.find(({ spec }) => spec.nodeName === node)?.metadata.name;
    if (!member) { throw new Error(`${this.name} has no member on ${node}`); }
    const leader = await this.leader();
    if (leader !== member) {
      await this.handOver(leader, 'failover', { candidate: member }); // also to one that is not synchronous
      await this.atFullStrength();
    }
  }

  /** The newest Job that brings changes to the members: waits for its end and gives its log. */
  public async rollout(objects: readonly KubernetesObject[], seconds = 300): Promise<string> {
    const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith(`${this.name}-rollout-`))!.metadata.name;
    await until(`${job}: the end of the rollout`, async () => {
      const conditions = (await this.kubectl.get('job', job))?.status?.conditions ?? [];
      const failed = conditions.find((c: any) => c.type === 'Failed' && c.status === 'True');
      if (failed) { throw new Error(`the Job failed: ${failed.message}\n${await this.kubectl.logs(`job/${job}`)}`); }
      return conditions.some((c: any) => c.type === 'Complete' && c.status === 'True');
    }, { seconds });
    return this.kubectl.logs(`job/${job}`);
  }
}
