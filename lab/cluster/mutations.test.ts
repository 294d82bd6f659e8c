import { Mutation, MUTATIONS } from './mutations';
import {
  deletedLeaderStopsInOrder, leaderServiceReachesTheLeader, membersHaveNamesBeforeTheyAreReady, replicaServiceReachesTheReplicas,
  sameAgainKeepsTheLeader,
} from './support/checks';
import { HALF_FAULTS } from './support/consistency/faults';
import { observe } from './support/consistency/observed';
import { foreign } from './support/environment';
import { sleep } from './support/exec';
import { summary } from './support/measure';
import { manifests, Program, secret } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inDepth, inNamespace } from './support/suite';
import { Traffic, usualPaths } from './support/traffic';
import { Separation } from 'cdk8s-spilo';

/** Do the checks notice what they are for? Each fault is rendered into a cluster of its own, and its check must fail. */
(inDepth ? describe : describe.skip)('a cluster with', () => {
  const here = inNamespace('mutations', 'nodes');
  const nameOf = (mutation: Mutation) => `m${MUTATIONS.indexOf(mutation)}`;
  const program = (mutation: Mutation, work_mem = '4MB'): Program => ({
    name: nameOf(mutation),
    store: mutation.store,
    props: {
      instances: ['one at a time', 'one writer', 'no API'].includes(mutation.check) ? 3 : 2,
      patroni: mutation.patroni,
      placement: { separation: Separation.preferHosts() },
      postgres: { parameters: { work_mem } },
    },
  });
  const objects = (mutation: Mutation, work_mem?: string) => mutation.mutate(manifests(program(mutation, work_mem)));

  const apply = (mutation: Mutation) => here().kubectl.apply([secret(nameOf(mutation)), ...objects(mutation)]);

  // What never boots is there from the beginning, and has had all the time of the others when its turn comes.
  const runnable = MUTATIONS.filter(({ check }) => !foreign || !['one writer', 'no API'].includes(check));
  const inOrder = [...runnable].sort((a, b) => Number(a.check === 'boots') - Number(b.check === 'boots'));
  const noticed = new Map<Mutation, Promise<void>>();

  /** Each has a cluster of its own and mostly waits: some at a time, since many that boot at once leave no processor for each other. */
  beforeAll(async () => {
    for (const mutation of inOrder.filter(({ check }) => check === 'boots')) { await apply(mutation); }
    const lanes: Promise<unknown>[] = Array.from({ length: 3 }, () => Promise.resolve());
    inOrder.forEach((mutation, n) => {
      const check = lanes[n % lanes.length].then(() => isNoticed(mutation));
      noticed.set(mutation, check);
      lanes[n % lanes.length] = check.catch(() => undefined);
    });
    await Promise.all(lanes);
  });

  test.each(inOrder.map(mutation => [mutation.name, mutation] as const))('%s is noticed', (_, mutation) => noticed.get(mutation)!);

  async function isNoticed(mutation: Mutation): Promise<void> {
    const { name, props } = program(mutation);
    const cluster = new RunningCluster(here().kubectl, name, mutation.store, props!.instances!);
    if (mutation.check === 'boots') { return expect(cluster.atFullStrength(20)).rejects.toThrow(/waited 20 s/); }
    await apply(mutation);
    await cluster.atFullStrength(240);
    const check = {
      'leader Service': () => leaderServiceReachesTheLeader(cluster),
      'replica Service': () => replicaServiceReachesTheReplicas(cluster),
      'same again': () => sameAgainKeepsTheLeader(cluster, objects(mutation)),
      'member names': () => membersHaveNamesBeforeTheyAreReady(cluster),
      'orderly stop': () => deletedLeaderStopsInOrder(cluster),
      'one at a time': () => writesStopOnce(cluster, mutation),
      'one writer': () => oneWriter(cluster),
      'no API': () => writesGoOnWithoutApi(cluster),
    }[mutation.check];
    await expect(check()).rejects.toThrow(/leads to|emptied the Endpoints|has no name|not shut down in order|writes stopped|two writers/);
    await here().kubectl.delete(objects(mutation));
  }

  /** Those of `consistency.test.ts`. */
  async function oneWriter(cluster: RunningCluster): Promise<void> {
    const { twoWriters: { seconds } } = await observe(cluster, here().lab!, HALF_FAULTS.patroni, 38);
    if (seconds > 0) { throw new Error(`two writers for ${seconds} s`); }
  }

  async function writesGoOnWithoutApi(cluster: RunningCluster): Promise<void> {
    const { outage } = await observe(cluster, here().lab!, HALF_FAULTS.api, 38);
    if (outage > 5) { throw new Error(`writes stopped for ${outage} s`); }
  }

  /** The check of `change.test.ts`, from the worst place for the leader. */
  async function writesStopOnce(cluster: RunningCluster, mutation: Mutation): Promise<void> {
    const last = `${cluster.name}-${cluster.instances - 1}`;
    if (await cluster.leader() !== last) { await cluster.switchOver(last); }
    await cluster.atFullStrength();
    const traffic = await Traffic.start(cluster, `client-of-${cluster.name}`, await usualPaths(cluster));
    const from = await traffic.now();
    await cluster.kubectl.apply(objects(mutation, '6MB'));
    await sleep(45);
    await cluster.atFullStrength();
    const { stops, lost } = summary(await traffic.report(from, await traffic.now()));
    await traffic.stop();
    if (stops > 1 || lost > 0) { throw new Error(`writes stopped ${stops} times, ${lost} lost`); }
  }
});
