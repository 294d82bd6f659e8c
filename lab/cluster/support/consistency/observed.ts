import { tmpdir } from 'os';
import { join } from 'path';
import { anomalies, Anomalies, Event, Final, historyOf, outage, TwoWriters, twoWriters } from './checker';
import { HalfFault, Victim } from './faults';
import { Client, ClientOptions } from '../client';
import { exec, sleep, until } from '../exec';
import { Lab } from '../lab';
import { RunningCluster } from '../spilo';
import { ownGoTool } from '../tools';

const PROGRAM = join(__dirname, 'clients.py');

/** What clients saw of one fault. */
export interface Observation {
  readonly cluster: string;
  readonly fault: string;
  readonly twoWriters: TwoWriters;
  readonly anomalies: Anomalies;
  /** Whether the reads and writes of the registers fit one order: `Ok`, `Illegal` or `Unknown`. With it a picture of what does not. */
  readonly registers: string;
  /** Longest time between two acknowledged appends, in seconds. */
  readonly outage: number;
  readonly acknowledged: number;
  /** Whether the leader at the end is the one of the beginning. */
  readonly sameLeader: boolean;
  /** Containers of members that were started again. */
  readonly restarts: number;
  readonly history: readonly Event[];
}

/** Hosts by which clients come to a cluster. */
export interface Ways {
  readonly service: string;
  readonly replicas: string;
  readonly member: (name: string, address: string) => string;
}

/** Those of the library's Services. A member has its name also when its pod is another one. */
const usualWays = ({ name: cluster }: RunningCluster): Ways =>
  ({ service: cluster, replicas: `${cluster}-repl`, member: name => `${name}.${cluster}-pods` });

/**
 * Does a fault to the leader of a cluster for some seconds, with clients at work on another node, and looks at what they were told
 * when all is well again.
 */
export async function observe(
  cluster: RunningCluster, lab: Lab, fault: HalfFault, seconds: number, by: Ways = usualWays(cluster), options: ClientOptions = {},
): Promise<Observation> {
  await cluster.atFullStrength(300);
  const [leader, before] = [await cluster.leader(), await restarts(cluster)];
  const node = await quietNode(cluster, leader);
  const client = await Client.start(cluster, `clients-of-${cluster.name}`, PROGRAM, {
    service: by.service,
    replicas: by.replicas,
    members: Object.fromEntries((await cluster.members()).map(({ name, host }) => [name, by.member(name, host)])),
  }, { ...options, node });
  await sleep(4);
  const victim: Victim = { cluster, leader, lab };
  const undo = await fault.inject(victim);
  try { await sleep(seconds); } finally { await undo(); }
  await cluster.atFullStrength(300);
  await sleep(3);
  const text = await until(`${client.name}: the history`, () => client.call('history'), { seconds: 60 });
  const history = historyOf(text);
  const final = JSON.parse(await until(`${client.name}: what is there`, () => client.call('final'), { seconds: 60 })) as Final;
  await client.stop();
  return {
    cluster: cluster.name,
    fault: fault.name,
    twoWriters: twoWriters(history),
    anomalies: anomalies(history, final),
    registers: await registers(text, `${cluster.name} ${fault.name}`),
    outage: outage(history),
    acknowledged: history.filter(({ kind, ok }) => kind === 'append' && ok === true).length,
    sameLeader: await cluster.leader() === leader,
    restarts: await restarts(cluster) - before,
    history,
  };
}

/** Porcupine's verdict; the page with the picture stays where its path says. */
async function registers(history: string, name: string): Promise<string> {
  const picture = join(tmpdir(), `${name.replace(/\W+/g, '-')}.html`);
  const { stdout } = await exec(await ownGoTool(join(__dirname, 'registers')), [picture], { input: history, seconds: 120 });
  return stdout.trim() === 'Illegal' ? `Illegal, see ${picture}` : stdout.trim();
}

/** How often containers of the members were started again. */
async function restarts(cluster: RunningCluster): Promise<number> {
  return (await cluster.pods()).reduce((sum, { status }) => sum + status.containerStatuses[0].restartCount, 0);
}

/** A node on which the leader is not. */
async function quietNode(cluster: RunningCluster, leader: string): Promise<string> {
  const pods = await cluster.pods();
  return pods.find(({ metadata }) => metadata.name !== leader)!.spec.nodeName;
}
