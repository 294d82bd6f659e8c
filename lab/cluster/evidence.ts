/**
 * Repeats the faults of the failover table, and changes rolled out, for several clusters side by side, and writes
 * docs/evidence.md:  npm run evidence -- --rounds 3
 */
import { readFileSync, writeFileSync } from 'fs';
import { cpus, loadavg } from 'os';
import { join } from 'path';
import { Size } from 'cdk8s';
import { Arena, Partition, Subject } from './support/arena';
import { SMALL_DISK, SmallDisks } from './support/disks';
import { environment, IMAGE } from './support/environment';
import { Column, page, Place } from './support/evidence';
import { sleep, until } from './support/exec';
import { Fault, faults as usualFaults } from './support/faults';
import { Kubectl } from './support/kubectl';
import { Lab } from './support/lab';
import { Measurement } from './support/measure';
import { manifests, Program, secret } from './support/programs';
import { RunningCluster } from './support/spilo';
import { usualPaths } from './support/traffic';
import { KubernetesObject, readYaml } from '../../test/support/render';
import { Dcs, PatroniTiming, StorageOptions, Synchronous } from 'cdk8s-spilo';

const PROGRAMS: Program[] = [
  { name: 'plain', store: 'endpoints' },
  { name: 'fast', store: 'endpoints', props: { patroni: { timing: PatroniTiming.FAST } } },
  { name: 'sync', store: 'configmaps', props: { patroni: { dcs: Dcs.configMaps(), timing: PatroniTiming.FAST, synchronous: Synchronous.on() } } },
];
const HOW_TO = 'zalandodemo01';
const COLUMNS: Column[] = [
  { cluster: 'plain', title: 'defaults (Endpoints, ttl 30)' },
  { cluster: 'fast', title: 'fast timing (Endpoints, ttl 20)' },
  { cluster: 'sync', title: 'synchronous, fast (ConfigMaps, ttl 20)', synchronous: true },
  { cluster: HOW_TO, title: "the how-to's manifests" },
];
/** What takes seconds is done this often in each round. */
const CHEAP: { readonly [fault: string]: number } = { 'planned switchover': 3, 'leader pod deleted': 5, 'SIGKILL of PostgreSQL': 2 };

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

/** What one applies for a cluster; another `version` is a change that every member must take. */
type Source = (version: number) => readonly KubernetesObject[];

const ours = (program: Program, storage: Partial<StorageOptions>): Source => version => manifests({
  ...program, props: { ...program.props, storage: { size: Size.gibibytes(1), ...storage }, postgres: { parameters: { work_mem: `${version + 5}MB` } } },
});

const theirs: Source = version => readYaml(readFileSync(join(__dirname, 'fixtures/how-to-by-hand.yaml'), 'utf8')).map(object => {
  if (object.kind === 'StatefulSet') { object.spec.template.metadata.annotations = { version: String(version) }; }
  return object;
});

/** The member Pods are all of the newest revision. */
async function rolledOut(cluster: RunningCluster): Promise<void> {
  await until(`${cluster.name}: all members are new`, async () => {
    const { status } = await cluster.kubectl.get('statefulset', cluster.name);
    const pods = await cluster.pods();
    return pods.length === cluster.instances && pods.every(pod => pod.metadata.labels['controller-revision-hash'] === status.updateRevision);
  }, { seconds: 300, interval: 1 });
}

/** Events that begin with kubectl apply. */
function applies(sources: Map<string, Source>, versions: Map<string, number>): Fault[] {
  const again = (serverSide: boolean): Fault => ({
    name: `kubectl apply of the same again, ${serverSide ? 'server side' : 'client side'}`,
    harmless: true,
    inject: async ({ clusters }) => {
      await Promise.all(clusters.map(cluster => cluster.kubectl.apply(sources.get(cluster.name)!(versions.get(cluster.name)!), { serverSide })));
      await sleep(12); // the how-to's Endpoints stay empty until Patroni's next round
    },
  });
  return [again(false), again(true), {
    name: 'a parameter changed by kubectl apply',
    inject: async ({ clusters }) => {
      await Promise.all(clusters.map(async cluster => {
        versions.set(cluster.name, versions.get(cluster.name)! + 1);
        await cluster.kubectl.apply(sources.get(cluster.name)!(versions.get(cluster.name)!));
        await rolledOut(cluster);
      }));
    },
  }];
}

async function boot(kubectl: Kubectl, sources: Map<string, Source>): Promise<Subject[]> {
  const strict = kubectl.in('spilo-evidence');
  const loose = kubectl.in('spilo-evidence-how-to');
  await Promise.all([strict.freshNamespace(), loose.freshNamespace('privileged')]);
  await kubectl.run(['label', 'node', '--all', '--overwrite', 'db=spilo']);
  for (const { name } of PROGRAMS) { await strict.apply([secret(name), ...sources.get(name)!(0)]); }
  await loose.apply(sources.get(HOW_TO)!(0));
  const subjects: Subject[] = [];
  for (const { name, store } of PROGRAMS) {
    const cluster = new RunningCluster(strict, name, store, 3);
    subjects.push({ cluster, paths: await usualPaths(cluster) });
  }
  subjects.push({
    cluster: new RunningCluster(loose, HOW_TO, 'endpoints', 3),
    paths: { service: { host: HOW_TO, port: 5432, kind: 'write' }, nodePort: { host: '$(NODE_IP)', port: 32345, kind: 'write' } },
    options: { passwordKey: { name: HOW_TO, key: 'superuser-password' } },
  });
  return subjects;
}

let disks: SmallDisks | undefined;

async function main(): Promise<void> {
  const rounds = Number(argument('rounds', '3'));
  const only = new RegExp(argument('only', ''));
  const here = await environment('nodes');
  disks = here.lab && await SmallDisks.make(here.kubectl, PROGRAMS.length);
  const storage = disks ? { storageClassName: SMALL_DISK } : {};
  const sources = new Map<string, Source>([...PROGRAMS.map(program => [program.name, ours(program, storage)] as [string, Source]), [HOW_TO, theirs]]);
  const versions = new Map([...sources.keys()].map(name => [name, 0]));
  const subjects = await boot(here.kubectl, sources);
  const arena = await Arena.around(here, subjects);
  const faults = [...usualFaults(60), ...applies(sources, versions)]
    .filter(fault => (here.lab || !fault.needsLab) && only.test(fault.name))
    .map(fault => fault.fillsDisk ? { ...fault, appliesTo: ({ name }: RunningCluster) => name !== HOW_TO } : fault);
  const { cluster } = subjects[0];
  const leader = await cluster.leader();
  const place = {
    date: new Date().toISOString().slice(0, 10),
    kubernetes: JSON.parse((await here.kubectl.run(['version', '-o', 'json'])).stdout).serverVersion.gitVersion,
    postgres: await cluster.sql(leader, 'SHOW server_version'),
    patroni: (await cluster.patroni(leader, '/patroni')).patroni.version,
    image: IMAGE,
    nodes: (await here.kubectl.list('nodes')).length,
    processors: cpus().length,
    rounds,
    losses: faults.filter(({ losesLeader }) => losesLeader).map(({ name }) => name),
  };

  const measurements: Measurement[] = [];
  const partitions: Partition[] = [];
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const fault of faults) {
      for (let time = 0; time < (CHEAP[fault.name] ?? 1); time++) {
        loads.push(loadavg()[0]);
        const result = fault.name.includes('cut off')
          ? await arena.cut(fault, round)
          : { measurements: await arena.blow(fault, round + time), partitions: [] };
        measurements.push(...result.measurements);
        partitions.push(...result.partitions);
        for (const { cluster: name, outage, stops, lost, fullStrength } of result.measurements) {
          console.log(`round ${round + 1}: ${fault.name}: ${name}: ${outage.toFixed(1)} s, ${stops} stops, ${lost} lost, strong after ${fullStrength.toFixed(1)} s`);
        }
        const known: Place = { ...place, load: loads.reduce((a, b) => a + b) / loads.length };
        writeFileSync(join(__dirname, '../../docs/evidence.md'), page(known, COLUMNS, measurements, partitions));
      }
    }
  }
}

main().finally(async () => {
  await Lab.endAll();
  await disks?.remove();
}).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
