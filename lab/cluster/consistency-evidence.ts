/**
 * Does each fault of the consistency suite to clusters of every mode beside each other, and to the how-to's manifests, and writes
 * docs/evidence/consistency.md:  npm run evidence:consistency -- --rounds 1
 */
import { readFileSync, writeFileSync } from 'fs';
import { cpus, loadavg } from 'os';
import { join } from 'path';
import { Size } from 'cdk8s';
import { ClientOptions } from './support/client';
import { HALF_FAULTS, HalfFault, losses } from './support/consistency/faults';
import { latencies } from './support/consistency/latency';
import { Observation, observe, Ways } from './support/consistency/observed';
import { Column, page } from './support/consistency/page';
import { SMALL_DISK, SmallDisks } from './support/disks';
import { environment, IMAGE } from './support/environment';
import { Lab } from './support/lab';
import { manifests, Program, secret, Store } from './support/programs';
import { RunningCluster } from './support/spilo';
import { Props, readYaml } from '../../test/support/render';
import { Dcs, Fencing, PatroniTiming, Synchronous } from 'cdk8s-spilo';

const fencing = Fencing.watchdog();
const HOW_TO = 'zalandodemo01';
const COLUMNS: readonly (Column & { readonly store?: Store; readonly props?: Props })[] = [
  { cluster: 'plain', title: 'defaults', store: 'endpoints', props: {} },
  { cluster: 'fence', title: 'fence', store: 'endpoints', props: { patroni: { fencing } } },
  {
    cluster: 'sync',
    title: '`on()`, fence, fast, ConfigMaps',
    loses: 'nothing',
    store: 'configmaps',
    props: { patroni: { dcs: Dcs.configMaps(), fencing, timing: PatroniTiming.FAST, synchronous: Synchronous.on() } },
  },
  { cluster: 'quorum', title: '`quorum()`, fence', loses: 'nothing', store: 'endpoints', props: { patroni: { fencing, synchronous: Synchronous.quorum() } } },
  { cluster: 'strict', title: '`strict()`, fence', loses: 'nothing', store: 'endpoints', props: { patroni: { fencing, synchronous: Synchronous.strict() } } },
  { cluster: HOW_TO, title: "the how-to's manifests" },
];
/** It has no Service for replicas, and none that names its members. */
const clientOf = (cluster: string): [Ways?, ClientOptions?] => cluster !== HOW_TO ? [] : [
  { service: HOW_TO, replicas: HOW_TO, member: (_, address) => address }, { passwordKey: { name: HOW_TO, key: 'superuser-password' } },
];
/** Seconds: longer than every lock lives, and a short and a long silence of Patroni. */
const USUAL = 60;
const FAULTS: readonly { readonly fault: HalfFault; readonly seconds: number }[] = [
  ...[15, USUAL, 300].map(seconds => ({ fault: HALF_FAULTS.patroni, seconds })),
  ...Object.entries(HALF_FAULTS).filter(([name]) => name !== 'patroni').map(([, fault]) => ({ fault: fault as HalfFault, seconds: USUAL })),
];

/** Leaders lost in each synchronous mode, some at a time: what nobody knows of them must not pile up for the checker. */
const LOST_AT_A_TIME = 5;

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

async function main(): Promise<void> {
  const [rounds, longest, only] = [Number(argument('rounds', '1')), Number(argument('longest', '300')), new RegExp(argument('only', ''))];
  const { kubectl, lab } = await environment('nodes');
  if (!lab) { throw new Error('nodes are frozen and cut off: a lab is needed, not the cluster of KUBECONFIG'); }
  const ours = COLUMNS.filter(({ props }) => props !== undefined);
  disks = await SmallDisks.make(kubectl, ours.length, 2048);
  const [strict, loose] = [kubectl.in('spilo-consistency'), kubectl.in('spilo-consistency-how-to')];
  await Promise.all([strict.freshNamespace(), loose.freshNamespace('privileged')]);
  await kubectl.run(['label', 'node', '--all', '--overwrite', 'db=spilo']);
  const storage = { size: Size.gibibytes(1), storageClassName: SMALL_DISK };
  const clusters = new Map<string, RunningCluster>();
  for (const { cluster: name, store, props } of ours) {
    const program: Program = { name, store: store!, props: { storage, ...props } };
    await strict.apply([secret(name), ...manifests(program)]);
    clusters.set(name, new RunningCluster(strict, name, store!, 3));
  }
  await loose.apply(readYaml(readFileSync(join(__dirname, 'fixtures/how-to-by-hand.yaml'), 'utf8')));
  clusters.set(HOW_TO, new RunningCluster(loose, HOW_TO, 'endpoints', 3));

  for (const cluster of clusters.values()) { await cluster.atFullStrength(300); }
  const costs = await latencies(ours.map(({ cluster }) => clusters.get(cluster)!));
  console.log(costs);
  const observations: Observation[] = [];
  const lost = Number(argument('losses', '35'));
  const faults = [...FAULTS, ...Array.from({ length: Math.ceil(lost / LOST_AT_A_TIME) }, () => ({ fault: losses(LOST_AT_A_TIME), seconds: 1 }))];
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { fault, seconds } of faults.filter(each => only.test(each.fault.name) && each.seconds <= longest)) {
      loads.push(loadavg()[0]);
      const chosen = COLUMNS.filter(column => suits(fault, column));
      const seen = await Promise.allSettled(chosen.map(({ cluster }) =>
        observe(clusters.get(cluster)!, lab, fault, seconds, ...clientOf(cluster))));
      seen.forEach((result, n) => {
        if (result.status === 'rejected') { return console.error(`${chosen[n].cluster}: ${fault.name}: ${result.reason}`); }
        const { cluster, outage, twoWriters, anomalies, acknowledged, registers } = result.value;
        observations.push({ ...result.value, fault: seconds > 1 ? `${fault.name}, ${seconds} s` : fault.name, history: [] });
        console.log(`${fault.name} ${seconds} s: ${cluster}: stopped ${outage.toFixed(1)} s, two writers ${twoWriters.seconds.toFixed(1)} s, `
          + `${anomalies.lost.length} of ${acknowledged} lost, registers ${registers}`);
      });
      const { leader, version } = await facts(clusters.get('plain')!);
      writeFileSync(join(__dirname, '../../docs/evidence/consistency.md'), page({
        date: new Date().toISOString().slice(0, 10),
        kubernetes: (await kubectl.run(['version'])).stdout.match(/Server Version: (\S+)/)![1],
        image: IMAGE,
        postgres: leader,
        patroni: version,
        processors: cpus().length,
        options: process.argv.slice(2).map(word => /[^\w-]/.test(word) ? `'${word}'` : word).join(' '),
        load: loads.reduce((a, b) => a + b) / loads.length,
      }, COLUMNS, observations, costs));
    }
  }
}

function suits(fault: HalfFault, { cluster, props, loses }: typeof COLUMNS[number]): boolean {
  if (fault === HALF_FAULTS.disk) { return props !== undefined; }
  if (fault.name.startsWith('the leader lost')) { return loses === 'nothing'; }
  return !fault.wholeLab || cluster === 'fence';
}

async function facts(cluster: RunningCluster): Promise<{ leader: string; version: string }> {
  const leader = await cluster.leader();
  return { leader: await cluster.sql(leader, 'SHOW server_version'), version: (await cluster.patroni(leader, '/patroni')).patroni.version };
}

let disks: SmallDisks | undefined;
main().finally(async () => {
  await Lab.endAll();
  await disks?.remove();
}).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
