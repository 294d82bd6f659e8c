import { Size } from 'cdk8s';
import { foreign, image, OTHER_IMAGE } from './support/environment';
import { sleep, until } from './support/exec';
import { summary } from './support/measure';
import { manifests, Program, Store } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { Traffic, usualPaths } from './support/traffic';
import { Props } from '../../test/support/render';
import { Dcs, PatroniTiming, PermanentSlot } from 'cdk8s-spilo';

interface Change {
  readonly name: string;
  readonly props: Props;
  /** How often writes may stop for longer than a machine with other work on it pauses. */
  readonly stops: number;
  /** What the running cluster says afterwards, asked on the leader. */
  readonly proof: [sql: string, answer: string];
  readonly skip?: boolean;
  /** Each change is done once, on one store. */
  readonly store: Store;
}

/** Seconds. */
const PAUSE = 1.5;
const SMALL = { cpu: { request: '50m' }, memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) } };

const IN_STORE = "SELECT concat_ws(' ', current_setting('max_connections'), current_setting('max_prepared_transactions'),"
  + " (SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'cdc'))";

/** Each adds to those before it on the same store. */
const CHANGES: Change[] = [
  { name: 'a parameter', store: 'configmaps', props: { postgres: { parameters: { work_mem: '7MB' } } }, stops: 1, proof: ['SHOW work_mem', '7MB'] },
  {
    name: 'parameters and a slot that Patroni keeps in its store',
    store: 'endpoints',
    props: { postgres: { parameters: { max_connections: '150', max_prepared_transactions: '10' } }, patroni: { slots: { cdc: PermanentSlot.physical() } } },
    stops: 1,
    proof: [IN_STORE, '150 10 1'],
  },
  {
    name: 'a parameter and a slot taken away again',
    store: 'endpoints',
    props: { postgres: { parameters: { max_connections: '150' } }, patroni: {} },
    stops: 1,
    proof: [IN_STORE, '150 0 0'],
  },
  {
    name: 'the image',
    store: 'configmaps',
    props: OTHER_IMAGE ? { image: image(OTHER_IMAGE) } : {},
    stops: 1,
    proof: ['SHOW work_mem', '7MB'],
    skip: !OTHER_IMAGE,
  },
  {
    name: 'the resources',
    store: 'endpoints',
    props: { resources: { ...SMALL, memory: { request: Size.mebibytes(300), limit: Size.mebibytes(1100) } } },
    stops: 1,
    proof: ['SHOW max_connections', '150'],
  },
  { name: 'the number of members, down', store: 'endpoints', props: { instances: 2 }, stops: 1, proof: ['SELECT count(*) FROM pg_stat_replication', '1'] },
  { name: 'the number of members, up', store: 'endpoints', props: { instances: 3 }, stops: 0, proof: ['SELECT count(*) FROM pg_stat_replication', '2'] },
];

/** Changes reach a live cluster by `kubectl apply` alone: with a writer at work, which stops once and loses nothing. */
describe.each<[Store, PatroniTiming]>([['endpoints', PatroniTiming.DEFAULT], ['configmaps', PatroniTiming.FAST]])('a change with Patroni on %s', (store, timing) => {
  const here = inNamespace(`change-${store}`, 'nodes');
  const dcs = store === 'endpoints' ? Dcs.endpoints() : Dcs.configMaps();
  const storage = foreign ? {} : { storage: { size: Size.gibibytes(1), storageClassName: 'local-resizable' } };
  let program: Program = { name: 'live', store, props: { patroni: { dcs, timing }, ...storage } };
  let cluster: RunningCluster;
  let traffic: Traffic;

  beforeAll(async () => {
    cluster = await RunningCluster.apply(here().kubectl, program);
    await cluster.atFullStrength();
    traffic = await Traffic.start(cluster, 'client', await usualPaths(cluster));
  });

  for (const { name, props, stops, proof: [sql, answer], skip } of CHANGES.filter(change => change.store === store)) {
    (skip ? test.skip : test)(`of ${name}`, async () => {
      program = { ...program, props: { ...program.props, ...props } };
      const objects = manifests(program);
      const from = await traffic.now();
      await here().kubectl.apply(objects);
      const log = await cluster.rollout(objects);
      const members = await cluster.atFullStrength(180, program.props!.instances ?? 3);
      await until('the change is in force', async () => await cluster.sql(await cluster.leader(), sql) === answer, { seconds: 30 });
      await sleep(2);
      const report = await traffic.report(from, await traffic.now());
      const figures = summary(report);
      console.log(`${store}: ${name}: writes stopped ${figures.stops} times, longest ${figures.outage.toFixed(1)} s, reader `
        + `${figures.readerOutage.toFixed(1)} s, ${figures.lost} lost`);
      expect({ lost: figures.lost, log }).toEqual({ lost: 0, log });
      expect(report.service.gaps.filter(({ seconds }) => seconds > PAUSE).length).toBeLessThanOrEqual(stops);
      expect(figures.outage).toBeLessThan(5); // 4 s on a machine of its own, see docs/evidence.md
      const revisions = new Set((await cluster.pods()).map(pod => pod.metadata.labels['controller-revision-hash']));
      expect([...revisions]).toHaveLength(1);
      expect(members.every(({ timeline }) => timeline === members[0].timeline)).toBe(true);
    });
  }

  (foreign ? test.skip : test)('of the size of the volumes, by the steps of the docs, stops no writes', async () => {
    const { kubectl } = here();
    const members = async () => (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();
    const claims = () => kubectl.list('pvc', cluster.selector);
    const before = await members();
    const from = await traffic.now();
    const names = (await claims()).map(({ metadata }) => metadata.name);
    await kubectl.run(['patch', 'pvc', ...names, '-p', JSON.stringify({ spec: { resources: { requests: { storage: '2Gi' } } } })]);
    await kubectl.run(['delete', 'statefulset', cluster.name, '--cascade=orphan']);
    program = { ...program, props: { ...program.props, storage: { ...storage.storage, size: Size.gibibytes(2) } } };
    const objects = manifests(program);
    await kubectl.apply(objects);
    await cluster.rollout(objects);
    await until('the claims have grown', async () => (await claims()).every(({ status }) => status.capacity.storage === '2Gi'), { seconds: 30 });
    await until('the StatefulSet has its members', async () => (await kubectl.get('statefulset', cluster.name)).status.readyReplicas === 3, { seconds: 30 });
    expect(await members()).toEqual(before);
    expect((await traffic.report(from, await traffic.now())).service).toMatchObject({ gaps: [], lost: 0 });
  });

  test('of the Patroni store is refused while members run, and changes nothing', async () => {
    const other: Program = {
      ...program,
      store: store === 'endpoints' ? 'configmaps' : 'endpoints',
      props: { ...program.props, patroni: { dcs: store === 'endpoints' ? Dcs.configMaps() : Dcs.endpoints(), timing } },
    };
    const before = await cluster.leader();
    const from = await traffic.now();
    const answer = await here().kubectl.run(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests(other) }), mayFail: true });
    // The claim template names the store. The words differ from one version of Kubernetes to the next.
    expect(answer.stderr).toMatch(/is invalid: spec(\.volumeClaimTemplates)?: (Forbidden|Invalid value)/);
    await sleep(35); // longer than Patroni's ttl
    expect(await cluster.leader()).toBe(before);
    expect((await cluster.members()).length).toBe(3);
    const { service } = await traffic.report(from, await traffic.now());
    expect(service).toMatchObject({ gaps: [], lost: 0 });
  });
});
