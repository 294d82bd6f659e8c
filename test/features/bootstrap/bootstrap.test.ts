import { Size } from 'cdk8s';
import { chart, render } from '../../support/render';
import { Backup, BackupEncryption, BackupSource, BackupStore, Bootstrap, S3Credentials, SpiloCluster } from 'cdk8s-spilo';

const STORE = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret('s3') });
const BACKUPS: BackupSource = { store: STORE, clusterName: 'old' };
const CLONE = Bootstrap.fromBackups(BACKUPS);
const COPY = Bootstrap.fromServer({ host: 'old.shop.svc', password: { name: 'old-passwords', key: 'replication' } });
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
    const { method: name, ...rest } = method(CLONE);
    expect(rest[name].command).toMatch(/^envdir \/etc\/wal-g\/source-env python3 \S+ store$/);
    expect(rest[name].recovery_conf).toMatchObject({ restore_command: expect.stringMatching(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/) });
  });

  test('reads from the place of its source, and writes to its own', () => {
    const rendered = render({ bootstrap: CLONE, backup: Backup.to(STORE) });
    const prefixes = ['orders-source', 'orders-walg'].map(name => rendered.get('ConfigMap', name).data.WALG_S3_PREFIX);
    expect(prefixes).toEqual(['s3://backups/shop/old/17', 's3://backups/shop/orders/17']);
  });

  test('may come from another namespace, where the store is none of Kubernetes', () => {
    const source = { ...BACKUPS, namespace: 'office' };
    expect(bootstrapped(Bootstrap.fromBackups(source)).get('ConfigMap', 'orders-source').data.WALG_S3_PREFIX).toBe('s3://backups/office/old/17');
  });

  test('reads a volume, and does not write to it', () => {
    const source = { store: BackupStore.existingClaim('backups'), clusterName: 'old' };
    expect(bootstrapped(Bootstrap.fromBackups(source)).database.volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/source', readOnly: true }));
  });

  test('from the claim that the cluster archives to has one volume with two mounts: a pod with one claim twice may never start', () => {
    const store = BackupStore.existingClaim('backups');
    const { pod, database } = render({ bootstrap: Bootstrap.fromBackups({ store, clusterName: 'old' }), backup: Backup.to(store) });
    expect(pod.volumes.filter(({ persistentVolumeClaim }: any) => persistentVolumeClaim)).toEqual([
      { name: 'backup', persistentVolumeClaim: { claimName: 'backups' } },
    ]);
    expect(database.volumeMounts.filter(({ name }: any) => name === 'backup')).toEqual([
      { name: 'backup', mountPath: '/backup' }, { name: 'backup', mountPath: '/source', readOnly: true },
    ]);
  });

  test('knows the size of WAL segments, which the clone has from its source', () => {
    const rendered = render({ bootstrap: CLONE, postgres: { version: 17, initdb: { walSegmentSize: Size.mebibytes(64) } } });
    expect(rendered.get('ConfigMap', 'orders-source').data.WALG_PG_WAL_SIZE).toBe('64');
    expect(bootstrapped(CLONE).get('ConfigMap', 'orders-source').data).not.toHaveProperty('WALG_PG_WAL_SIZE');
  });

  test('has its program beside it, once, whether or not the cluster archives', () => {
    for (const props of [{ bootstrap: CLONE }, { bootstrap: CLONE, backup: Backup.to(STORE) }]) {
      const { pod, database } = render(props);
      expect(pod.volumes.filter(({ name }: any) => name === 'programs')).toHaveLength(1);
      expect(database.volumeMounts.filter(({ name }: any) => name === 'programs')).toHaveLength(1);
    }
  });

  test('takes the key of encrypted backups from its Secret', () => {
    const encryption = BackupEncryption.libsodium({ name: 'key', key: 'key' });
    const source = { ...BACKUPS, encryption };
    expect(sources(Bootstrap.fromBackups(source), 'source-files')).toContainEqual({ secret: { name: 'key', items: [{ key: 'key', path: 'libsodium.key' }] } });
  });
});

describe('a clone of a running server', () => {
  test('connects as its replication user, with the password from a Secret', () => {
    expect(bootstrapped(COPY).get('ConfigMap', 'orders-source').data)
      .toMatchObject({ PGHOST: 'old.shop.svc', PGPORT: '5432', PGUSER: 'standby' });
    expect(sources(COPY, 'source')).toContainEqual({ secret: { name: 'old-passwords', items: [{ key: 'replication', path: 'PGPASSWORD' }] } });
  });

  test('takes another port and user', () => {
    const copy = Bootstrap.fromServer({ host: 'old', port: 6432, user: 'streamer', password: { name: 'old', key: 'pw' } });
    expect(bootstrapped(copy).get('ConfigMap', 'orders-source').data).toMatchObject({ PGPORT: '6432', PGUSER: 'streamer' });
  });
});

describe('a clone of a cluster of this library', () => {
  const password = { name: 'old-secrets', key: 'stream' };
  const old = SpiloCluster.fromClusterAttributes(chart('shop'), 'Old', { clusterName: 'old', replicationName: 'streamer', replicationPassword: password });
  const copy = Bootstrap.fromCluster(old);

  test('needs no more than the cluster: host, replication user and password are its own', () => {
    expect(bootstrapped(copy).get('ConfigMap', 'orders-source').data).toMatchObject({ PGHOST: 'old.shop.svc', PGPORT: '5432', PGUSER: 'streamer' });
    expect(sources(copy, 'source')).toContainEqual({ secret: { name: 'old-secrets', items: [{ key: 'stream', path: 'PGPASSWORD' }] } });
  });

  test('is encrypted, since such a cluster always has TLS; a server of anybody\'s may have none', () => {
    expect(bootstrapped(copy).get('ConfigMap', 'orders-source').data.PGSSLMODE).toBe('require');
    expect(bootstrapped(COPY).get('ConfigMap', 'orders-source').data.PGSSLMODE).toBe('prefer');
  });
});

describe('a standby', () => {
  const follows = (bootstrap: Bootstrap) => method(bootstrap).dcs.standby_cluster;

  test('follows a server, by a slot if it is told one', () => {
    expect(follows(Bootstrap.standby({ hosts: ['old'] }))).toEqual({ host: 'old', port: 5432, create_replica_methods: ['basebackup'] });
    expect(follows(Bootstrap.standby({ hosts: ['old'], port: 6432, slot: 'orders' }))).toMatchObject({ port: 6432, primary_slot_name: 'orders' });
  });

  test('follows whichever of several servers takes writes', () => {
    expect(follows(Bootstrap.standby({ hosts: ['a.example.org', 'fd00::10'] }))).toMatchObject({ host: 'a.example.org,fd00::10', port: 5432 });
  });

  test('follows an archive', () => {
    const standby = follows(Bootstrap.standby({ backups: BACKUPS }));
    expect(standby).not.toHaveProperty('host');
    expect(standby.restore_command).toMatch(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/);
    const [own] = standby.create_replica_methods;
    expect(bootstrapped(Bootstrap.standby({ backups: BACKUPS })).configuration.postgresql[own]).toMatchObject({ no_leader: 1, no_master: 1 });
  });

  test('follows both, and copies from the archive first', () => {
    const standby = follows(Bootstrap.standby({ hosts: ['old'], backups: BACKUPS }));
    expect(standby).toMatchObject({ host: 'old', restore_command: expect.any(String) });
    expect(standby.create_replica_methods).toEqual([expect.any(String), 'basebackup']);
  });

  test('once promoted stays so: the rollout Job does not write standby_cluster', () => {
    const [container] = bootstrapped(Bootstrap.standby({ hosts: ['old'] })).get('Job').spec.template.spec.containers;
    const { value } = container.env.find(({ name }: { name: string }) => name === 'DYNAMIC_CONFIGURATION');
    expect(JSON.parse(value)).not.toHaveProperty('standby_cluster');
  });
});

test('no method of Spilo itself is used, which is different in every version', () => {
  for (const bootstrap of [CLONE, COPY, Bootstrap.standby({ backups: BACKUPS })]) {
    expect(Object.keys(bootstrapped(bootstrap).env).filter(name => /^(CLONE|STANDBY)_/.test(name))).toEqual([]);
  }
});

describe('what a factory was given', () => {
  test('may change afterwards: the cluster does not', () => {
    const source = { store: STORE, clusterName: 'old' };
    const bootstrap = Bootstrap.fromBackups(source);
    source.clusterName = 'other';
    expect(bootstrapped(bootstrap).get('ConfigMap', 'orders-source').data.WALG_S3_PREFIX).toBe('s3://backups/shop/old/17');
  });

  test('may be nothing: no factory throws', () => {
    const nothing = undefined as any;
    expect(() => [
      Bootstrap.fromBackups(nothing), Bootstrap.fromServer(nothing), Bootstrap.fromCluster(nothing), Bootstrap.standby(nothing),
    ]).not.toThrow();
  });
});
