import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Size } from 'cdk8s';
import { Member, Raft } from './member';
import { Secrets } from './pod';
import { freePort, start, stopAll } from './run';
import { USER, VENV } from './tools';
import { Props, Rendered } from '../../../test/support/render';
import { Credentials, SpiloCluster, SpiloImage } from 'cdk8s-spilo';

/** A file system that can be full. */
export interface Volume { readonly path: string; readonly grow: (mebibytes: number) => void }

/** Everything of one suite: a directory, Secrets, claims, servers and clusters. */
export class World {
  public secrets: Secrets = {};

  private readonly members: Member[] = [];
  private readonly volumes: string[] = [];

  private made?: string;

  /** Made when it is first needed: a suite that is skipped leaves nothing behind. */
  public get root(): string {
    if (!this.made) {
      this.made = mkdtempSync(join(tmpdir(), 'backup-'));
      this.own(this.made);
    }
    return this.made;
  }

  /** A file system of its own for a directory, which only root can have. */
  public volume(name: string, mebibytes: number): Volume {
    const path = this.directory(name);
    const options = `size=${mebibytes}m,mode=755,uid=${USER.uid},gid=${USER.gid}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    this.volumes.push(path);
    return { path, grow: size => { execFileSync('mount', ['-o', `remount,${options.replace(/size=\d+m/, `size=${size}m`)}`, path]); } };
  }

  /** A directory for everybody. */
  public directory(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    this.own(path);
    return path;
  }

  public own(path: string): void {
    chmodSync(path, 0o755);
    if (USER.uid !== undefined) { chownSync(path, USER.uid, USER.gid!); }
  }

  public render(clusterName: string, { postgres, ...props }: Props): Rendered {
    const chart = new Chart(new App(), 'test', { namespace: 'shop' });
    new SpiloCluster(chart, clusterName, {
      image: SpiloImage.SPILO_15_3_0_P1,
      instances: 2,
      credentials: Credentials.fromSecret('passwords'),
      storage: { size: Size.gibibytes(1) },
      // The image has en_US.UTF-8; other machines need not.
      postgres: { version: 15, initdb: { locale: 'C.UTF-8' }, ...postgres },
      ...props,
    });
    return new Rendered((App.of(chart) as App).synthYaml());
  }

  /** The members of a cluster, none of them started. A third voice keeps the quorum when one of two is gone. */
  public async cluster(clusterName: string, props: Props, count = 1, env: { [name: string]: string } = {}): Promise<Member[]> {
    return this.rendered(this.render(clusterName, props), count, env);
  }

  /** The same of manifests that are rendered already; `scope` tells clusters of one name in two namespaces apart. */
  public async rendered(rendered: Rendered, count = 1, env: { [name: string]: string } = {}, clusterName = rendered.env.SCOPE!): Promise<Member[]> {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const partners = ports.map(port => `127.0.0.1:${port}`);
    const raft: Raft = { partners, free: [...partners] };
    if (count === 2) { await this.arbiter(clusterName, raft); }
    const names = Array.from({ length: count }, (_, ordinal) => `${clusterName}-${ordinal}`);
    const members = await Promise.all(names.map(name =>
      Member.create(name, join(this.root, name), rendered, this.secrets, claim => this.directory(`claims/${claim}`), raft)));
    for (const { pod } of members) { Object.assign(pod.env, env); }
    this.members.push(...members);
    return members;
  }

  public async remove(): Promise<void> {
    await Promise.all(this.members.map(member => member.kill()));
    await stopAll();
    for (const path of this.volumes) { execFileSync('umount', ['-l', path]); }
    if (this.made && !process.env.KEEP) { rmSync(this.made, { recursive: true, force: true, maxRetries: 5 }); }
  }

  private async arbiter(clusterName: string, raft: { partners: readonly string[] }): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    const folder = this.directory(`${clusterName}-raft`);
    const env = { PATH: process.env.PATH, PATRONI_RAFT_SELF_ADDR: address, PATRONI_RAFT_PARTNER_ADDRS: raft.partners.map(one => `'${one}'`).join(','), PATRONI_RAFT_DATA_DIR: folder };
    start([join(VENV, 'patroni_raft_controller')], env, join(folder, 'log'));
    (raft.partners as string[]).push(address);
  }
}
