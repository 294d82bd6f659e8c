/** No error shows the value of a setting that the library passes on unchecked: it may be a secret, and errors stand in the logs of CI. */
import { Chart } from 'cdk8s';
import { chart, cluster, Props, refusal, secretKey } from './support/render';
import { Shapes } from '../src/kernel/shape-table';
import properties from '../src/properties.json';
import { Backup, BackupStore, ContainerImage, PatroniHaproxy, PatroniHaproxyProps, PgBouncerPooler, PgBouncerPoolerProps, SpiloCluster } from 'cdk8s-spilo';

const VALUE = 'geheim';
const NUMBER = 20261125;

const imported = (scope: Chart) => SpiloCluster.fromClusterAttributes(scope, 'orders', { clusterName: 'orders' });
const ofCluster = (props: unknown) => () => cluster(props as Props);
function haproxy(props: unknown, image = 'docker.io/library/haproxy:3.3.1') {
  return () => {
    const scope = chart('shop');
    return new PatroniHaproxy(scope, 'proxy', { cluster: imported(scope), image: ContainerImage.of(image), ...props as Partial<PatroniHaproxyProps> });
  };
}
function pooler(props: unknown) {
  return () => {
    const scope = chart('shop');
    return new PgBouncerPooler(scope, 'pooler', { cluster: imported(scope), authPassword: secretKey('pooler'), ...props as Partial<PgBouncerPoolerProps> });
  };
}
const backup = (uncheckedWalgSettings: any) => ofCluster({ backup: Backup.to(BackupStore.existingClaim('backups'), { uncheckedWalgSettings }) });

/** Programs that are refused, by the property with the value. */
const REFUSED: { readonly [property: string]: readonly (() => unknown)[] } = {
  'BackupOptions.uncheckedWalgSettings': [{ AWS_X: VALUE }, { x: VALUE }, { X: `${VALUE}\n` }, { X: NUMBER }, { X: [VALUE] }, VALUE].map(backup),
  'InitdbOptions.uncheckedOptions': [{ locale: VALUE }, { '--set': VALUE }, { set: `${VALUE}\n` }, { set: NUMBER }, { set: { a: VALUE } }, VALUE]
    .map(uncheckedOptions => ofCluster({ postgres: { initdb: { uncheckedOptions } } })),
  'PatroniOptions.uncheckedConfiguration': [VALUE, NUMBER, { a: () => VALUE }, { a: [VALUE, NaN] }, { a: `${VALUE}\ufffe` }]
    .map(uncheckedConfiguration => ofCluster({ patroni: { uncheckedConfiguration } })),
  'PatroniHaproxyProps.uncheckedLines': [
    ...[{ rw: [`backend ${VALUE}`] }, { rw: [`a\n${VALUE}`] }, { x: [VALUE] }, { rw: VALUE }, { rw: [NUMBER] }, VALUE].map(uncheckedLines => haproxy({ uncheckedLines })),
    haproxy({ uncheckedLines: { rw: [`default-server init-state down # ${VALUE}`] } }, 'docker.io/library/haproxy:3.0.11'),
  ],
  'PatroniHaproxyProps.uncheckedConfig': [VALUE, NUMBER, [VALUE]].map(uncheckedConfig => haproxy({ uncheckedConfig })),
  'PgBouncerPoolerProps.uncheckedSettings': [{ auth_file: VALUE }, { X: VALUE }, { x: `${VALUE}\n` }, { x: NUMBER }, { x: [VALUE] }, VALUE].map(uncheckedSettings => pooler({ uncheckedSettings })),
  'PgBouncerPoolerProps.uncheckedConfig': [VALUE, NUMBER, [VALUE]].map(uncheckedConfig => pooler({ uncheckedConfig })),
  // Settings of PgBouncer behind the name of a database.
  'PgBouncerPoolerProps.databases': [{ a: `host=${VALUE}` }, { 'a b': VALUE }, { a: `${VALUE}\n` }].map(databases => pooler({ databases })),
};

test.each(Object.entries(REFUSED).flatMap(([property, programs]) => programs.map((program, index) => [property, index, program] as const)))(
  'no error shows the value of %s, program %i', (_, __, program) => {
    const message = refusal(program);
    expect(message).toContain(' is refused: ');
    expect(message).not.toMatch(new RegExp(`${VALUE}|${NUMBER}`));
  });

test('every property that is passed on unchecked is above', () => {
  const unchecked = Object.entries(properties as Shapes).flatMap(([type, { properties: members = {} }]) =>
    Object.keys(members).filter(name => name.startsWith('unchecked')).map(name => `${type}.${name}`));
  expect(unchecked.length).toBeGreaterThan(5);
  expect(unchecked.filter(property => !Object.hasOwn(REFUSED, property))).toEqual([]);
});
