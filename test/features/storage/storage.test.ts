import { Size } from 'cdk8s';
import { render } from '../../support/render';
import { AccessMode, ClaimRetention, StorageOptions } from 'cdk8s-spilo';

const statefulSetWith = (storage: Partial<StorageOptions>) => render({ storage: { size: Size.gibibytes(50), ...storage } }).statefulSet;
const templateWith = (storage: Partial<StorageOptions>) => statefulSetWith(storage).volumeClaimTemplates[0];

test('each member has one claim of the given size, where PostgreSQL has its data', () => {
  expect(statefulSetWith({}).volumeClaimTemplates).toHaveLength(1);
  expect(templateWith({}).metadata.name).toBe('pgdata');
  expect(templateWith({}).spec).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } });
  expect(render().database.volumeMounts).toContainEqual({ name: 'pgdata', mountPath: '/home/postgres/pgdata' });
  expect(render().env.PGROOT).toBe('/home/postgres/pgdata/pgroot');
});

test('the template says what kind it is: Kubernetes adds it otherwise, and GitOps sees a difference for ever', () => {
  expect(templateWith({})).toMatchObject({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
});

test('class and access mode are those that are given', () => {
  expect(templateWith({ storageClassName: 'local-path', accessMode: AccessMode.READ_WRITE_ONCE_POD }).spec)
    .toMatchObject({ storageClassName: 'local-path', accessModes: ['ReadWriteOncePod'] });
});

test.each([
  [Size.gibibytes(2), '2Gi'], [Size.mebibytes(1536), '1536Mi'], [Size.tebibytes(1), '1Ti'], [Size.gibibytes(1.5), '1536Mi'], [Size.kibibytes(3), '3Ki'],
])('a size is written exactly: %#', (size, text) => {
  expect(templateWith({ size }).spec.resources.requests.storage).toBe(text);
});

test('claims carry the labels of the members, by which Spilo\'s own tools find them, and those of the user', () => {
  expect(templateWith({ labels: { 'example.org/tier': 'gold' } }).metadata.labels)
    .toEqual({ 'application': 'spilo', 'spilo-cluster': 'orders', 'example.org/tier': 'gold' });
});

test('claims carry the annotations of the user', () => {
  expect(templateWith({ annotations: { 'example.org/snapshot': 'hourly' } }).metadata.annotations).toMatchObject({ 'example.org/snapshot': 'hourly' });
});

test('claims stay, whatever happens to the StatefulSet, unless told otherwise', () => {
  expect(statefulSetWith({}).persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  expect(statefulSetWith({ whenScaled: ClaimRetention.DELETE }).persistentVolumeClaimRetentionPolicy)
    .toEqual({ whenDeleted: 'Retain', whenScaled: 'Delete' });
  expect(statefulSetWith({ whenDeleted: ClaimRetention.DELETE }).persistentVolumeClaimRetentionPolicy)
    .toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
});

test('the claim template, which Kubernetes does not let change, depends on nothing else', () => {
  const other = render({
    instances: 5, postgres: { version: 16 }, pod: { labels: { a: 'b' } }, leaderService: { labels: { a: 'b' } }, placement: { nodes: { a: ['b'] } },
  });
  expect(other.statefulSet.volumeClaimTemplates).toEqual(render().statefulSet.volumeClaimTemplates);
});

test('so do the other fields that Kubernetes does not let change', () => {
  const immutable = ({ selector, serviceName, podManagementPolicy }: any) => ({ selector, serviceName, podManagementPolicy });
  const other = render({ instances: 5, postgres: { version: 16 }, pod: { labels: { a: 'b' } } });
  expect(immutable(other.statefulSet)).toEqual(immutable(render().statefulSet));
});
