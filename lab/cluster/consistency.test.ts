import { Size } from 'cdk8s';
import { HALF_FAULTS, HalfFault } from './support/consistency/faults';
import { Observation, observe } from './support/consistency/observed';
import { SMALL_DISK, SmallDisks } from './support/disks';
import { foreign } from './support/environment';
import { Program } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inDepth, inNamespace } from './support/suite';
import { Props } from '../../test/support/render';
import { Dcs, Fencing, PatroniTiming, Synchronous } from 'cdk8s-spilo';

/** Longer than every lock lives. */
const SECONDS = 35;
const storage = { size: Size.gibibytes(1), storageClassName: SMALL_DISK };
const fencing = Fencing.watchdog();

/** Clusters beside each other: what is done to one of them does not touch the others. */
const PROGRAMS: { readonly [name: string]: Props } = {
  probe: {},
  fence: { patroni: { fencing } },
  sync: { patroni: { dcs: Dcs.configMaps(), fencing, timing: PatroniTiming.FAST, synchronous: Synchronous.on() } },
  quorum: { patroni: { fencing, synchronous: Synchronous.quorum() } },
};
const program = (name: string): Program =>
  ({ name, store: name === 'sync' ? 'configmaps' : 'endpoints', props: { storage, ...PROGRAMS[name] } });

/** In which mode an acknowledged write may be lost with its leader: replication is asynchronous. */
const MAY_LOSE: readonly string[] = ['probe', 'fence'];

/** Faults at the same time, each to another cluster. */
const ROUNDS: readonly (readonly (readonly [cluster: string, fault: HalfFault])[])[] = [
  [['probe', HALF_FAULTS.patroni], ['fence', HALF_FAULTS.container], ['sync', HALF_FAULTS.api], ['quorum', HALF_FAULTS.postmaster]],
  [['probe', HALF_FAULTS.busyCpu], ['fence', HALF_FAULTS.kubelet], ['sync', HALF_FAULTS.replicas], ['quorum', HALF_FAULTS.replica]],
  [['probe', HALF_FAULTS.forced], ['fence', HALF_FAULTS.disk], ['sync', HALF_FAULTS.patroni], ['quorum', HALF_FAULTS.oneWay]],
  [['quorum', HALF_FAULTS.apiAndReplica]],
];
/** Leaders that are busy and well. */
const BUSY: typeof ROUNDS = [
  [['probe', HALF_FAULTS.busyMemory], ['fence', HALF_FAULTS.paused], ['sync', HALF_FAULTS.busyCheckpoint], ['quorum', HALF_FAULTS.busyDisk]],
  [['fence', HALF_FAULTS.busyApi]],
];

/** A leader that is neither well nor gone: whether a second one writes beside it, and whether anybody was told what is not so. */
(foreign ? describe.skip : describe)('consistency', () => {
  const here = inNamespace('consistency', 'nodes');
  const clusters = new Map<string, RunningCluster>();
  let disks: SmallDisks;

  beforeAll(async () => {
    const { kubectl } = here();
    disks = await SmallDisks.make(kubectl, Object.keys(PROGRAMS).length, 2048);
    for (const name of Object.keys(PROGRAMS)) { clusters.set(name, await RunningCluster.apply(kubectl, program(name))); }
  });
  afterAll(async () => { if (!process.env.SPILO_LAB_KEEP) { await disks?.remove(); } });

  describe.each([...ROUNDS, ...inDepth ? BUSY : []].map((faults, n) => [n + 1, faults] as const))('round %i', (_, faults) => {
    let observations: Promise<Observation>[];
    beforeAll(async () => {
      observations = faults.map(([name, fault]) => observe(clusters.get(name)!, here().lab!, fault, SECONDS));
      await Promise.allSettled(observations);
    });

    test.each(faults.map(([name, fault], n) => [name, fault.name, n, fault.harmless] as const))('%s: %s', async (name, fault, n, harmless) => {
      const seen = await observations[n];
      const { lost, forked, aheadOnReplica, ...never } = seen.anomalies;
      console.log(`${name}: ${fault}: ${seen.acknowledged} acknowledged, writes stopped ${seen.outage.toFixed(1)} s, two writers ${seen.twoWriters.seconds.toFixed(1)} s `
        + `${seen.twoWriters.pairs.join('; ')}, ${lost.length} lost, ${forked.length} forked, ${aheadOnReplica.length} ahead on a replica, registers ${seen.registers}`);
      if (harmless) { expect({ sameLeader: seen.sameLeader, restarts: seen.restarts }).toEqual({ sameLeader: true, restarts: 0 }); }
      expect(seen.twoWriters).toEqual({ seconds: 0, pairs: [] });
      expect(never).toEqual({ duplicated: [], reordered: [], resurrected: [], ledger: [] });
      if (!MAY_LOSE.includes(name)) { expect({ lost, forked, illegal: seen.registers.startsWith('Illegal') }).toEqual({ lost: [], forked: [], illegal: false }); }
    });
  });
});
