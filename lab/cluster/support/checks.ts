import { sleep, until } from './exec';
import { RunningCluster } from './spilo';
import { KubernetesObject } from '../../../test/support/render';

/** Checks that a suite makes of a good cluster, and that must fail on a bad one (`mutations.ts`). Each throws when it fails. */

const ADDRESS_AND_ROLE = 'SELECT host(inet_server_addr()), pg_is_in_recovery()';

async function addresses(cluster: RunningCluster): Promise<{ leader: string; replicas: string[] }> {
  const name = await cluster.leader();
  const pods = await cluster.pods();
  const ip = (pod: any): string => pod.status.podIP;
  return { leader: ip(pods.find(pod => pod.metadata.name === name)), replicas: pods.filter(pod => pod.metadata.name !== name).map(ip).sort() };
}

/** The leader's Service, and its port on every node, lead to the leader. */
export async function leaderServiceReachesTheLeader(cluster: RunningCluster): Promise<void> {
  const { leader } = await addresses(cluster);
  const from = await cluster.leader();
  const { spec } = await cluster.kubectl.get('service', cluster.name);
  const nodes = [...new Set((await cluster.pods()).map(pod => pod.status.hostIP as string))];
  for (const host of [cluster.name, cluster.name, ...nodes.map(node => `${node} port=${spec.ports[0].nodePort}`)]) {
    const { stdout, stderr } = await cluster.connect(from, host, ADDRESS_AND_ROLE);
    if (stdout.trim() !== `${leader}|f`) { throw new Error(`${host} leads to "${stdout.trim()}", the leader is ${leader}\n${stderr}`); }
  }
}

/** The replicas' Service leads to each replica and never to the leader. */
export async function replicaServiceReachesTheReplicas(cluster: RunningCluster): Promise<void> {
  const { replicas } = await addresses(cluster);
  const from = await cluster.leader();
  const reached = new Set<string>();
  for (let n = 0; n < 8 * replicas.length; n++) {
    reached.add((await cluster.connect(from, `${cluster.name}-repl`, 'SELECT host(inet_server_addr())')).stdout.trim());
  }
  if ([...reached].sort().join() !== replicas.join()) { throw new Error(`it leads to ${[...reached].sort()}, the replicas are ${replicas}`); }
}

/** Applying what is there never leaves the leader's Service without the leader's address, for as long as Patroni's round lasts. */
export async function sameAgainKeepsTheLeader(cluster: RunningCluster, objects: readonly KubernetesObject[]): Promise<void> {
  const leader = await cluster.leader();
  for (const serverSide of [false, true]) {
    await cluster.kubectl.apply(objects, { serverSide });
    const { subsets } = await cluster.kubectl.get('endpoints', cluster.name);
    if (!subsets?.[0]?.addresses?.length) { throw new Error(`${serverSide ? 'server' : 'client'}-side apply emptied the Endpoints of the leader`); }
    await sleep(1);
  }
  if (await cluster.leader() !== leader) { throw new Error('another leader'); }
}

/** A member that is not ready has a name in DNS, for those that wait for it. */
export async function membersHaveNamesBeforeTheyAreReady(cluster: RunningCluster): Promise<void> {
  const leader = await cluster.leader();
  const replica = (await cluster.members()).map(({ name }) => name).find(name => name !== leader)!;
  await cluster.kubectl.exec(replica, ['pkill', '-STOP', '-f', 'patroni .*postgres.yml']);
  try {
    await until(`${replica} is not ready`, async () => (await cluster.pod(replica)).status.conditions
      .some((condition: any) => condition.type === 'Ready' && condition.status === 'False'), { seconds: 30 });
    await sleep(6); // longer than the DNS keeps an answer
    const { stdout } = await cluster.kubectl.exec(leader, ['getent', 'hosts', `${replica}.${cluster.name}-pods`], { mayFail: true });
    if (!stdout.includes((await cluster.pod(replica)).status.podIP)) { throw new Error(`${replica} has no name while it is not ready: "${stdout}"`); }
  } finally {
    await cluster.kubectl.exec(replica, ['pkill', '-CONT', '-f', 'patroni .*postgres.yml']);
  }
}

/** A deleted leader has the time to hand over its last WAL, also when a replica is slow to take it. */
export async function deletedLeaderStopsInOrder(cluster: RunningCluster): Promise<void> {
  const leader = await cluster.leader();
  const replica = (await cluster.members()).map(({ name }) => name).find(name => name !== leader)!;
  // Fast shutdown waits for the replicas: one that holds still for seconds shows whether the leader is given them.
  await cluster.kubectl.exec(replica, ['pkill', '-STOP', '-f', 'walreceiver']);
  try {
    await cluster.sql(leader, 'CREATE TABLE IF NOT EXISTS last_words AS SELECT 1 AS n');
    const { metadata: { uid } } = await cluster.pod(leader);
    await cluster.kubectl.run(['delete', 'pod', leader, '--wait=false']);
    await sleep(5);
    // It is slow on purpose: who is gone by now was killed.
    const dying = await cluster.pod(leader);
    if (dying?.metadata.uid !== uid) { throw new Error(`${leader} was not shut down in order, but killed`); }
  } finally {
    await cluster.kubectl.exec(replica, ['pkill', '-CONT', '-f', 'walreceiver'], { mayFail: true });
  }
  await cluster.atFullStrength(180);
  // PostgreSQL says so when it starts; Patroni, when it repairs the data before.
  const told = 'grep -hE "was interrupted|not properly shut down" $PGLOG/*.csv | wc -l';
  const { stdout } = await cluster.kubectl.exec(leader, ['bash', '-c', told]);
  const repaired = /crash recovery|was interrupted|not properly shut down/.test(await cluster.kubectl.logs(leader));
  if (stdout.trim() !== '0' || repaired) { throw new Error(`PostgreSQL of ${leader} was not shut down in order`); }
}
