/**
 * Whatever stands in whatever option: either it is refused, in one error that says what and where and shows no secret, or
 * what is rendered is right for Kubernetes, Spilo and Patroni, and no text leaves its place.
 *
 * Each run tries a sample, drawn with the seed that is printed. `FUZZ_ALL=1` tries all, which takes a while.
 */
import { caseOf, casesOf, nameOf, sample } from './support/fuzz/cases';
import { SUBJECTS } from './support/fuzz/constructs';
import { faultsOfProgram, outcomeOf } from './support/fuzz/outcome';
import { optionsBelow, placesOf } from './support/fuzz/places';
import { PLANTED, PROGRAMS } from './support/fuzz/programs';
import { throwing, unreadable } from './support/fuzz/values';
import { SEED } from './support/seed';

/** What a run may take of each construct, by what one case costs. */
const SAMPLES: { readonly [type: string]: number } = { SpiloClusterProps: 100 };
const OTHERS = 50;
const { FUZZ_ALL } = process.env;

// Warnings of the constructs.
beforeAll(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });

test('the programs in which something is replaced have no fault', () => {
  const faults = SUBJECTS.flatMap(subject => PROGRAMS[subject.type].flatMap(program => faultsOfProgram(subject, program).map(fault => `${subject.type}: ${fault}`)));
  expect(faults).toEqual([]);
});

test('the programs have a place for every option of every public type', () => {
  const places = new Set(SUBJECTS.flatMap(({ type }) => placesOf(type, PROGRAMS[type]).map(({ place }) => place.option)));
  expect(optionsBelow(SUBJECTS.map(({ type }) => type)).filter(option => !places.has(option))).toEqual([]);
});

test.each(SUBJECTS.map(subject => [subject.type, subject] as const))(`any value in %s, with the seed ${SEED}`, (type, subject) => {
  const all = casesOf(subject);
  const cases = FUZZ_ALL === undefined ? sample(all, SAMPLES[type] ?? OTHERS) : all;
  const faulty = cases.map(one => [one, outcomeOf(one).faults] as const).filter(([, faults]) => faults.length > 0);
  expect(faulty.map(([one, faults]) => `${nameOf(one)}: ${faults.join('; ')}`)).toEqual([]);
}, FUZZ_ALL === undefined ? undefined : 3_600_000);

/** What once came through, or came out as an error of JavaScript or of cdk8s; and the rule that refuses it. */
const FOUND: readonly (readonly [string, string, unknown, string | undefined])[] = [
  // Text that left its place.
  ['PatroniHaproxyProps', 'HaproxyReadOnlyOptions.tags{}', 'a\'b', undefined],
  ['PatroniHaproxyProps', 'ISpiloCluster.podsServiceName', 'a\nlisten x', 'cluster-reference'],
  ['PatroniHaproxyProps', 'ISpiloCluster.patroniPort', NaN, 'cluster-reference'],
  ['PgBouncerPoolerProps', 'ISpiloCluster.instances', Infinity, 'cluster-reference'],
  ['PatroniConfigFollowerProps', 'ISpiloCluster.podsServiceName', 'a b', 'follower-cluster'],
  ['PatroniHaproxyProps', 'ServiceOptions.loadBalancerClass', 'a b', 'service-load-balancer-class'],
  // What was ignored.
  ['SpiloClusterAttributes', 'SpiloClusterAttributes unknown', 'x', 'unknown-property'],
  ['SpiloClusterAttributes', 'SpiloClusterAttributes.namespace', 5, 'property-type'],
  ['SpiloClusterProps', 'SpiloPrefixOptions.postgresVersion', NaN, 'backup-prefix-version'],
  // Errors of JavaScript.
  ['PatroniHaproxyProps', 'HaproxyReadOnlyOptions.tags{}', '\ud800', 'haproxy-tags'],
  ['PatroniHaproxyProps', 'PlacementOptions.tolerations[].key', 5, 'placement-toleration'],
  ['PatroniHaproxyProps', 'PlacementOptions.topologySpread[].topologyKey', true, 'placement-topology-spread'],
  ['PatroniConfigFollowerProps', 'PatroniConfigFollowerProps.proxy.env', true, 'follower-proxy-type'],
  ['PgAdminProps', 'ContainerImageFacts.version', 'a', 'image-version'],
  ['SpiloClusterAttributes', 'SpiloImage.of.facts', throwing, 'unknown-property'],
  ['PatroniHaproxyProps', 'CpuResources.limit', unreadable, 'property-type'],
  ['PatroniHaproxyProps', 'PodOptions.env{}', unreadable, 'property-type'],
  // Errors of cdk8s, and what it leaves out.
  ['PatroniHaproxyProps', 'PlacementOptions.nodeSelector name', 'constructor', 'manifest-value'],
  ['PatroniHaproxyProps', 'PodOptions.volumes[].emptyDir', JSON.parse('{"__proto__":{}}'), 'manifest-value'],
  ['PatroniHaproxyProps', 'PodOptions.sidecars[].ports.0.containerPort', Symbol('s'), 'property-type'],
  // What the API server would refuse.
  ['PatroniHaproxyProps', 'PodOptions.sidecars[].image', 5, 'pod-part-type'],
  ['PatroniHaproxyProps', 'PodOptions.sidecars[].ports', 'all', 'pod-part-type'],
  ['PatroniHaproxyProps', 'PodOptions.volumes[].emptyDir', new Date(0), 'pod-part-type'],
  ['PatroniHaproxyProps', 'PodOptions.env{}.valueFrom.secretKeyRef', {}, 'pod-part-type'],
  ['PatroniHaproxyProps', 'PodOptions.initContainers[].resources.limits', 'a'.repeat(500), 'pod-part-type'],
  // Errors that showed a secret, or that a terminal obeys.
  ['ConnectionOptions', 'SecretKey.name', `--password ${PLANTED}`, 'connection-password'],
  ['ConnectionOptions', 'SecretKey.key', `{"password":"${PLANTED}"}`, 'connection-password'],
  ['PatroniHaproxyProps', 'PodOptions.sidecars[].name', { data: PLANTED }, 'pod-part-name'],
  ['PatroniHaproxyProps', 'PodOptions.volumeMounts[].mountPath', { data: PLANTED }, 'pod-mount-path'],
  ['PatroniHaproxyProps', 'PatroniHaproxyProps.name', 'a\u001bb', 'proxy-name'],
  ['SpiloClusterProps', 'SpiloImageFacts.locales[]', 'a\u001bb', 'postgres-locale'],
  ['PatroniHaproxyProps', 'PatroniHaproxyProps.clusterDomain', 'a\u2028b', 'haproxy-cluster-domain'],
];

test.each(FOUND.map(([type, option, value, rule]) => [nameOf(caseOf(type, option, value)), rule ?? 'nothing', caseOf(type, option, value), rule] as const))(
  '%s is refused by %s', (_, __, found, rule) => {
    const { refusedBy, faults } = outcomeOf(found);
    expect(faults).toEqual([]);
    expect(refusedBy ?? []).toEqual(rule === undefined ? [] : expect.arrayContaining([rule]));
  });
