import { chart, render, secretNamed } from '../../support/render';
import { Backup, BackupEncryption, BackupStore, Bootstrap, CloneSource, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const STORE = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secretNamed('s3')) });
const BACKUPS = CloneSource.backups(STORE, { clusterName: 'old' });
const SERVER = CloneSource.server({ host: 'old.shop.svc', password: { secret: secretNamed('old-passwords'), key: 'replication' } });
const bootstrapped = (bootstrap: Bootstrap) => render({ bootstrap });
const method = (bootstrap: Bootstrap) => bootstrapped(bootstrap).configuration.bootstrap;
const sources = (bootstrap: Bootstrap, volume: string) =>
  bootstrapped(bootstrap).pod.volumes.find(({ name }: { name: string }) => name === volume).projected.sources;

test('a new cluster is empty by default', () => {
  expect(bootstrapped(Bootstrap.initdb()).yaml).toBe(render().yaml);
  expect(render().configuration.bootstrap).not.toHaveProperty('method');
});

describe('a clone from backups', () => {
  test('names its method, and Patroni finds a command of that name', () => {
    const { method: name, ...rest } = method(Bootstrap.clone(BACKUPS));
    expect(rest[name].command).toMatch(/^envdir \/etc\/wal-g\/source-env python3 \S+ store$/);
    expect(rest[name].recovery_conf).toMatchObject({ restore_command: expect.stringMatching(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/) });
  });

  test('reads from the place of its source, and writes to its own', () => {
    const rendered = render({ bootstrap: Bootstrap.clone(BACKUPS), backup: Backup.to(STORE) });
    const prefixes = ['orders-source', 'orders-walg'].map(name => rendered.get('ConfigMap', name).data.WALG_S3_PREFIX);
    expect(prefixes).toEqual(['s3://backups/shop/old/17', 's3://backups/shop/orders/17']);
  });

  test('may come from another namespace, where the store is none of Kubernetes', () => {
    const source = CloneSource.backups(STORE, { clusterName: 'old', namespace: 'office' });
    expect(bootstrapped(Bootstrap.clone(source)).get('ConfigMap', 'orders-source').data.WALG_S3_PREFIX).toBe('s3://backups/office/old/17');
  });

  test('reads a volume, and does not write to it', () => {
    const source = CloneSource.backups(BackupStore.volume({ existingClaim: 'backups' }), { clusterName: 'old' });
    expect(bootstrapped(Bootstrap.clone(source)).database.volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/source', readOnly: true }));
  });

  test('takes the key of encrypted backups from its Secret', () => {
    const encryption = BackupEncryption.libsodium({ secret: secretNamed('key'), key: 'key' });
    const source = CloneSource.backups(STORE, { clusterName: 'old', encryption });
    expect(sources(Bootstrap.clone(source), 'source-files')).toContainEqual({ secret: { name: 'key', items: [{ key: 'key', path: 'libsodium.key' }] } });
  });
});

describe('a clone of a running server', () => {
  test('connects as its replication user, with the password from a Secret', () => {
    expect(bootstrapped(Bootstrap.clone(SERVER)).get('ConfigMap', 'orders-source').data)
      .toMatchObject({ PGHOST: 'old.shop.svc', PGPORT: '5432', PGUSER: 'standby' });
    expect(sources(Bootstrap.clone(SERVER), 'source')).toContainEqual({ secret: { name: 'old-passwords', items: [{ key: 'replication', path: 'PGPASSWORD' }] } });
  });

  test('takes another port and user', () => {
    const server = CloneSource.server({ host: 'old', port: 6432, user: 'streamer', password: { secret: secretNamed('old'), key: 'pw' } });
    expect(bootstrapped(Bootstrap.clone(server)).get('ConfigMap', 'orders-source').data).toMatchObject({ PGPORT: '6432', PGUSER: 'streamer' });
  });

  test('that this program knows needs no more than its cluster', () => {
    const old = SpiloCluster.fromClusterAttributes(chart('shop'), 'Old', { clusterName: 'old' });
    const bootstrap = Bootstrap.clone(CloneSource.cluster(old));
    expect(bootstrapped(bootstrap).get('ConfigMap', 'orders-source').data.PGHOST).toBe('old.shop.svc');
    expect(sources(bootstrap, 'source')).toContainEqual({ secret: { name: 'old', items: [{ key: 'replication-password', path: 'PGPASSWORD' }] } });
  });
});

describe('a standby', () => {
  const follows = (bootstrap: Bootstrap) => method(bootstrap).dcs.standby_cluster;

  test('follows a server, by a slot if it is told one', () => {
    expect(follows(Bootstrap.standby({ host: 'old' }))).toEqual({ host: 'old', port: 5432, create_replica_methods: ['basebackup'] });
    expect(follows(Bootstrap.standby({ host: 'old', port: 6432, slot: 'orders' }))).toMatchObject({ port: 6432, primary_slot_name: 'orders' });
  });

  test('follows an archive', () => {
    const standby = follows(Bootstrap.standby({ backups: BACKUPS }));
    expect(standby).not.toHaveProperty('host');
    expect(standby.restore_command).toMatch(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/);
    const [own] = standby.create_replica_methods;
    expect(bootstrapped(Bootstrap.standby({ backups: BACKUPS })).configuration.postgresql[own]).toMatchObject({ no_leader: 1, no_master: 1 });
  });

  test('follows both, and copies from the archive first', () => {
    const standby = follows(Bootstrap.standby({ host: 'old', backups: BACKUPS }));
    expect(standby).toMatchObject({ host: 'old', restore_command: expect.any(String) });
    expect(standby.create_replica_methods).toEqual([expect.any(String), 'basebackup']);
  });

  test('once promoted stays so: the rollout Job does not write standby_cluster', () => {
    const [container] = bootstrapped(Bootstrap.standby({ host: 'old' })).get('Job').spec.template.spec.containers;
    const { value } = container.env.find(({ name }: { name: string }) => name === 'DYNAMIC_CONFIGURATION');
    expect(JSON.parse(value)).not.toHaveProperty('standby_cluster');
  });
});

test('no method of Spilo itself is used, which is different in every version', () => {
  for (const bootstrap of [Bootstrap.clone(BACKUPS), Bootstrap.clone(SERVER), Bootstrap.standby({ backups: BACKUPS })]) {
    expect(Object.keys(bootstrapped(bootstrap).env).filter(name => /^(CLONE|STANDBY)_/.test(name))).toEqual([]);
  }
});
