import {
  deletedLeaderStopsInOrder, leaderServiceReachesTheLeader, membersHaveNamesBeforeTheyAreReady, replicaServiceReachesTheReplicas,
  sameAgainKeepsTheLeader,
} from './support/checks';
import { sleep, until } from './support/exec';
import { manifests, Program, secret, Store } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { Traffic, usualPaths } from './support/traffic';

// Two labs share the processors: what one of them missed by a second is looked at once more.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

/** From a first boot to deletion and back, with Patroni on either store. */
describe.each<Store>(['endpoints', 'configmaps'])('life with Patroni on %s', store => {
  const here = inNamespace(`life-${store}`, 'nodes');
  const programs: Program[] = ['one', 'two', 'three'].map((name, n) => ({ name, store, props: { instances: n + 1 } }));
  const clusters: RunningCluster[] = [];
  const three = () => clusters[2];

  beforeAll(async () => {
    for (const program of programs) { clusters.push(await RunningCluster.apply(here().kubectl, program)); }
  });

  test.each([0, 1, 2])('cluster %# boots to one leader that all others stream from', async n => {
    const members = await clusters[n].atFullStrength(180);
    expect(members).toHaveLength(n + 1);
    await clusters[n].sql(await clusters[n].leader(), 'CREATE TABLE kept AS SELECT 42 AS answer');
  });

  test('the Job of the first install ends by itself', async () => {
    for (const program of programs) {
      const log = await clusters[programs.indexOf(program)].rollout(manifests(program));
      expect(log).toContain('done: ');
      expect(log).not.toContain('replacing');
    }
  });

  test('initialized with checksums, UTF-8 and SCRAM', async () => {
    const leader = await three().leader();
    const asked = "SELECT current_setting('data_checksums'), current_setting('server_encoding'), left(rolpassword, 13) FROM pg_authid WHERE rolname = 'postgres'";
    expect(await three().sql(leader, asked)).toBe('on|UTF8|SCRAM-SHA-256');
  });

  test('the leader Service and its port on each node reach the leader only', () => leaderServiceReachesTheLeader(three()));

  test('the replica Service reaches every replica and never the leader', () => replicaServiceReachesTheReplicas(three()));

  test("the passwords of the Secret open the database, Spilo's own do not", async () => {
    const attempt = (name: string, password: string) => three().connect('three-0', 'three', 'SELECT 1', { name, password });
    expect((await attempt('postgres', three().password)).stdout.trim()).toBe('1');
    for (const [name, password] of [['postgres', 'zalando'], ['standby', 'standby'], ['admin', 'cola']]) {
      const { status, stderr } = await attempt(name, password);
      expect(stderr).toMatch(/password authentication failed|is not permitted to log in/);
      expect(status).not.toBe(0);
    }
    const plain = await three().connect('three-0', 'three sslmode=disable', 'SELECT 1');
    expect(plain.stderr).toMatch(/pg_hba.conf rejects connection|no pg_hba.conf entry/);
  });

  test('a member has its name in DNS also while it is not ready', async () => {
    await membersHaveNamesBeforeTheyAreReady(three());
    await three().atFullStrength();
  });

  test('a deleted leader stops in order', () => deletedLeaderStopsInOrder(clusters[1]));

  test('applying the same again, by either way and in a switchover, keeps the leader and its writer', async () => {
    const traffic = await Traffic.start(three(), 'again', await usualPaths(three()));
    const leader = await three().leader();
    const from = await traffic.now();
    await sameAgainKeepsTheLeader(three(), manifests(programs[2]));
    const quiet = await traffic.report(from, await traffic.now());
    expect(await three().leader()).toBe(leader);
    for (const path of ['service', 'nodePort']) {
      // A pause without an error is one of the machine, on which two labs and kubectl work.
      expect(quiet[path]).toMatchObject({ errors: 0, lost: 0 });
      expect(quiet[path].longest).toBeLessThan(5);
    }

    const before = await traffic.now();
    const candidate = (await three().members()).find(({ name }) => name !== leader)!.name;
    await Promise.all([
      three().switchOver(candidate),
      (async () => { for (let n = 0; n < 4; n++) { await here().kubectl.apply(manifests(programs[2]), { serverSide: n % 2 === 0 }); } })(),
    ]);
    await three().atFullStrength();
    await sleep(2);
    const moved = await traffic.report(before, await traffic.now());
    expect(await three().leader()).toBe(candidate);
    expect(moved.service.gaps.filter(({ seconds }) => seconds > 1.5).length).toBeLessThanOrEqual(1);
    expect(moved.service.longest).toBeLessThan(6);
    expect(moved.service).toMatchObject({ lost: 0 });
    await traffic.stop();
  });

  test('clusters in one namespace do not touch each other', async () => {
    const identities = await Promise.all(clusters.map(async cluster => cluster.sql(await cluster.leader(), 'SELECT system_identifier FROM pg_control_system()')));
    expect(new Set(identities).size).toBe(3);
    for (const cluster of clusters) {
      for (const { name } of await cluster.members()) { expect(name).toMatch(new RegExp(`^${cluster.name}-\\d$`)); }
    }
    const leader = await three().leader();
    const timeline = (await three().members())[0].timeline;
    await here().kubectl.run(['delete', 'pod', await clusters[1].leader()]);
    await clusters[1].atFullStrength();
    expect([await three().leader(), (await three().members())[0].timeline]).toEqual([leader, timeline]);
  });

  test('a deleted cluster leaves its claims, and takes its data back', async () => {
    const objects = manifests(programs[2]);
    await here().kubectl.delete(objects);
    await until('the members are gone', async () => (await three().pods()).length === 0, { seconds: 90 });
    const claims = (await here().kubectl.list('pvc', three().selector)).map(({ metadata }) => metadata.name);
    expect(claims.sort()).toEqual(['pgdata-three-0', 'pgdata-three-1', 'pgdata-three-2']);
    // What Patroni left; the docs say the same: a dying leader writes its object once more after the deletion.
    await here().kubectl.run(['delete', 'endpoints,configmaps', '-l', three().selector]);
    await here().kubectl.apply([secret('three'), ...objects]);
    await three().atFullStrength(180);
    expect(await three().sql(await three().leader(), 'SELECT answer FROM kept')).toBe('42');
  });
});
