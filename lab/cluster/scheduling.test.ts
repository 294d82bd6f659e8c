import { Size } from 'cdk8s';
import { foreign } from './support/environment';
import { sleep, until } from './support/exec';
import { Kubectl } from './support/kubectl';
import { manifests, Program, secret } from './support/programs';
import { inNamespace } from './support/suite';
import { Separation, SpiloClusterProps } from 'cdk8s-spilo';

const LABEL = 'spilo-test/database';

/** Where Pods go: a real scheduler, disruption controller and volume binder, and nodes that only claim to run them. */
(foreign ? describe.skip : describe)('scheduling', () => {
  const here = inNamespace('scheduling', 'control-plane');
  let nodes: any[];

  beforeAll(async () => {
    nodes = await here().kubectl.list('nodes');
    expect(nodes).toHaveLength(6);
  });

  /** Applies a cluster in a namespace of its own, and gives its Pods when as many as expected have a node. */
  async function placed(
    name: string, props: Partial<SpiloClusterProps>, expected: number,
  ): Promise<{ space: Kubectl; pods: any[]; program: Program }> {
    const space = here().kubectl.in(`spilo-test-scheduling-${name}`);
    await space.freshNamespace();
    const program: Program = { name, store: 'endpoints', props };
    await space.apply([secret(name), ...manifests(program)]);
    const pods = await until(`${name}: ${expected} members on nodes`, async () => {
      const found = (await space.list('pods', `spilo-cluster=${name},application=spilo`)).filter(pod => pod.spec.nodeName);
      return found.length >= expected && found;
    }, { seconds: 40 });
    await sleep(3); // another one could follow
    const after = (await space.list('pods', `spilo-cluster=${name},application=spilo`)).filter(pod => pod.spec.nodeName);
    expect(after).toHaveLength(expected);
    return { space, pods, program };
  }

  const zoneOf = (node: string): string => nodes.find(({ metadata }) => metadata.name === node).metadata.labels['topology.kubernetes.io/zone'];

  test('nodes without the label get no member', async () => {
    await here().kubectl.run(['label', 'node', 'n2', 'n4', `${LABEL}=yes`, '--overwrite']);
    const { space, pods } = await placed('labelled', { instances: 3, placement: { nodes: { [LABEL]: ['yes'] }, separation: Separation.requireHosts() } }, 2);
    expect(pods.map(({ spec }) => spec.nodeName).sort()).toEqual(['n2', 'n4']);
    await here().kubectl.run(['label', 'node', 'n5', `${LABEL}=yes`, '--overwrite']);
    await until('the third member', async () => (await space.list('pods', 'spilo-cluster=labelled,application=spilo')).some(({ spec }) => spec.nodeName === 'n5'));
    await space.removeNamespace(false);
  });

  test('two members never share a host, however many there are', async () => {
    const { space, pods } = await placed('hosts', { instances: 7, placement: { separation: Separation.requireHosts() } }, 6);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(6);
    await space.removeNamespace(false);
  });

  test('members prefer different hosts by default, but all get a place', async () => {
    const { space, pods } = await placed('preferred', { instances: 6, placement: undefined }, 6);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(6);
    await space.removeNamespace(false);
  });

  test('members spread over zones', async () => {
    const topologySpread = [{ topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }];
    const { space, pods } = await placed('spread', { instances: 6, placement: { separation: Separation.none(), topologySpread } }, 6);
    const zones = pods.map(({ spec }) => zoneOf(spec.nodeName)).sort();
    expect(zones).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    await space.removeNamespace(false);
  });

  test('required zones take one member each', async () => {
    const { space, pods } = await placed('zones', { instances: 4, placement: { separation: Separation.requireZones() } }, 3);
    expect(pods.map(({ spec }) => zoneOf(spec.nodeName)).sort()).toEqual(['a', 'b', 'c']);
    await space.removeNamespace(false);
  });

  test('a tainted node takes members that tolerate it, and no others', async () => {
    const taint = 'spilo-test/only=databases:NoSchedule';
    await here().kubectl.run(['taint', 'node', '--all', taint, '--overwrite']);
    try {
      const { space } = await placed('intolerant', { instances: 1 }, 0);
      await space.removeNamespace(false);
      const tolerations = [{ key: 'spilo-test/only', operator: 'Equal', value: 'databases', effect: 'NoSchedule' }];
      const tolerant = await placed('tolerant', { instances: 1, placement: { tolerations } }, 1);
      await tolerant.space.removeNamespace(false);
    } finally {
      await here().kubectl.run(['taint', 'node', '--all', `${taint}-`]);
    }
  });

  test('a drain of a second member waits', async () => {
    const { space, pods } = await placed('drained', { instances: 3 }, 3);
    const [first, second] = pods.map(({ metadata }) => metadata.name);
    await until('the budget counts three healthy members', async () => {
      const { status } = await space.get('pdb', 'drained');
      return status.currentHealthy === 3 && status.disruptionsAllowed === 1;
    }, { seconds: 40 });
    const evict = (name: string) => space.run(['create', '--raw', `/api/v1/namespaces/${space.namespace}/pods/${name}/eviction`, '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: space.namespace } }), mayFail: true,
    });
    // The first node stays closed, so that its member cannot come back before the second is asked for.
    await here().kubectl.run(['cordon', ...nodes.map(({ metadata }) => metadata.name)]);
    try {
      expect((await evict(first)).status).toBe(0);
      const refused = await evict(second);
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain('disruption budget');
    } finally {
      await here().kubectl.run(['uncordon', ...nodes.map(({ metadata }) => metadata.name)]);
    }
    await space.removeNamespace(false);
  });

  test('claims bind with the named class and the size that was asked for, on the node of their member', async () => {
    const { space, pods } = await placed('claims', { instances: 2, storage: { size: Size.gibibytes(3), storageClassName: 'local-resizable' } }, 2);
    for (const pod of pods) {
      const claim = await until('the claim is bound', async () => {
        const found = await space.get('pvc', `pgdata-${pod.metadata.name}`);
        return found?.status.phase === 'Bound' && found;
      });
      expect(claim.spec).toMatchObject({ storageClassName: 'local-resizable', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '3Gi' } } });
      const volume = await space.get('pv', claim.spec.volumeName);
      const terms = volume.spec.nodeAffinity?.required.nodeSelectorTerms ?? [];
      expect(JSON.stringify(terms)).toContain(`"${pod.spec.nodeName}"`);
    }
    await space.removeNamespace(false);
  });
});
