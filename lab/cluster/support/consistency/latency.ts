import { median } from '../evidence';
import { RunningCluster } from '../spilo';

const TURNS = 5;
const SECONDS = 8;
const CLIENTS = 4;

/** What a commit costs. */
export interface Latency { readonly cluster: string; readonly milliseconds: number; readonly transactions: number }

/** How it was measured, in words. */
export const LATENCY_METHOD = `\`pgbench -N\` with ${CLIENTS} clients over TLS from another member, by the leader's Service, ${TURNS} turns of ${SECONDS} s for each cluster, in turns; the median`;

/** Asks clusters in turns, so that what the machine does meanwhile hits all of them. */
export async function latencies(clusters: readonly RunningCluster[]): Promise<Latency[]> {
  for (const cluster of clusters) { await pgbench(cluster, '-i', '-q', '-s', '2'); }
  const runs = new Map(clusters.map(cluster => [cluster, [] as string[]]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const cluster of clusters) { runs.get(cluster)!.push(await pgbench(cluster, '-n', '-N', '-c', String(CLIENTS), '-T', String(SECONDS))); }
  }
  return clusters.map(cluster => ({
    cluster: cluster.name,
    milliseconds: median(runs.get(cluster)!.map(text => figure(text, /latency average = ([\d.]+) ms/))),
    transactions: median(runs.get(cluster)!.map(text => figure(text, /tps = ([\d.]+)/))),
  }));
}

async function pgbench(cluster: RunningCluster, ...args: string[]): Promise<string> {
  const leader = await cluster.leader();
  const from = (await cluster.members()).find(({ name }) => name !== leader)!.name;
  const { stdout } = await cluster.kubectl.exec(from, [
    'env', `PGPASSWORD=${cluster.password}`, 'PGSSLMODE=require', 'pgbench', '-h', cluster.name, '-U', 'postgres', ...args, 'postgres',
  ], { seconds: 120 });
  return stdout;
}

function figure(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  if (!found) { throw new Error(`pgbench says nothing like ${pattern}:\n${text}`); }
  return Number(found[1]);
}
