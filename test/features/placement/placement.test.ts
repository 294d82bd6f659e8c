import { k8s } from 'cdk8s-plus-27';
import { render } from '../../support/render';
import { PlacementOptions, Separation } from 'cdk8s-spilo';

const podOf = (placement: PlacementOptions) => render({ placement }).pod;
const MEMBERS = { matchLabels: { 'application': 'spilo', 'spilo-cluster': 'orders' } };
const term = (topologyKey: string) => ({ labelSelector: MEMBERS, topologyKey });
const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

describe('separation', () => {
  test.each([
    ['preferHosts', Separation.preferHosts(), { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term(HOST) }] }],
    ['requireHosts', Separation.requireHosts(), { requiredDuringSchedulingIgnoredDuringExecution: [term(HOST)] }],
    ['preferZones', Separation.preferZones(), { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term(ZONE) }] }],
    ['requireZones', Separation.requireZones(), { requiredDuringSchedulingIgnoredDuringExecution: [term(ZONE)] }],
  ])('%s keeps members of one cluster apart', (_, separation, podAntiAffinity) => {
    expect(podOf({ separation }).affinity).toEqual({ podAntiAffinity });
  });

  test('prefers hosts by default: all members on one host would be lost with it', () => {
    expect(podOf({}).affinity).toEqual(podOf({ separation: Separation.preferHosts() }).affinity);
  });

  test('stays where only other options are given', () => {
    const usual = render().pod.affinity.podAntiAffinity;
    expect(usual).toBeDefined();
    for (const options of [{ nodes: { disk: ['nvme'] } }, { preferredNodes: { disk: ['nvme'] } }, { tolerations: [{ operator: 'Exists' }] }]) {
      expect(podOf(options).affinity.podAntiAffinity).toEqual(usual);
    }
  });

  test('none leaves no leftover', () => {
    expect(podOf({ separation: Separation.none() })).not.toHaveProperty('affinity');
  });
});

describe('nodes', () => {
  test('are required to carry one of the values of each key', () => {
    expect(podOf({ nodes: { db: ['spilo'], disk: ['nvme', 'ssd'] }, separation: Separation.none() }).affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'db', operator: 'In', values: ['spilo'] }, { key: 'disk', operator: 'In', values: ['nvme', 'ssd'] }] }],
        },
      },
    });
  });

  test('are preferred by preferredNodes', () => {
    expect(podOf({ preferredNodes: { disk: ['nvme'] }, separation: Separation.none() }).affinity).toEqual({
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] } },
        ],
      },
    });
  });

  test('are any where the map is empty: to Kubernetes an empty term matches no node at all', () => {
    expect(render({ placement: { nodes: {}, preferredNodes: {} } }).yaml).toBe(render().yaml);
  });

  test('are chosen by nodeSelector too', () => {
    expect(podOf({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } }).nodeSelector).toEqual({ 'kubernetes.io/arch': 'arm64' });
  });
});

describe('topologySpread', () => {
  const constraint = { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule' };

  test('spreads the members where no labelSelector is given', () => {
    expect(podOf({ topologySpread: [constraint] }).topologySpreadConstraints).toEqual([{ ...constraint, labelSelector: MEMBERS }]);
  });

  test('takes a labelSelector that is undefined for one that is not given', () => {
    const unsaid = podOf({ topologySpread: [{ ...constraint, labelSelector: undefined }] });
    expect(unsaid.topologySpreadConstraints).toEqual([{ ...constraint, labelSelector: MEMBERS }]);
  });

  test('keeps another labelSelector and every other field', () => {
    const own: k8s.TopologySpreadConstraint = { ...constraint, minDomains: 3, labelSelector: { matchLabels: { a: 'b' } }, nodeTaintsPolicy: 'Honor' };
    expect(podOf({ topologySpread: [own] }).topologySpreadConstraints).toEqual([own]);
  });
});

test('tolerations, priority class and scheduler go to the pods as they are', () => {
  const tolerations = [{ key: 'db', operator: 'Exists', effect: 'NoSchedule' }];
  expect(podOf({ tolerations, priorityClassName: 'databases', schedulerName: 'mine' })).toMatchObject({
    tolerations, priorityClassName: 'databases', schedulerName: 'mine',
  });
});

test('nothing of it is there by default', () => {
  for (const field of ['nodeSelector', 'tolerations', 'topologySpreadConstraints', 'priorityClassName', 'schedulerName']) {
    expect(podOf({})).not.toHaveProperty(field);
  }
});

test('empty lists and maps leave nothing behind', () => {
  expect(render({ placement: { nodeSelector: {}, tolerations: [], topologySpread: [] } }).yaml).toBe(render().yaml);
});
