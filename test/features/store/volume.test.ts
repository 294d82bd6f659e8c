import { Size } from 'cdk8s';
import { expand } from '../../support/kubernetes-expansion';
import { render } from '../../support/render';
import { AccessMode, Backup, BackupStore, NewClaimStoreOptions, SpiloClusterProps, VolumeStoreOptions } from 'cdk8s-spilo';

const withStore = (store: BackupStore, props: Partial<SpiloClusterProps> = {}) => render({ backup: Backup.to(store), ...props });
const withClaim = (options: NewClaimStoreOptions, props?: Partial<SpiloClusterProps>) => withStore(BackupStore.newClaim(options), props);
const existing = (options?: VolumeStoreOptions) => BackupStore.existingClaim('backups', options);
const prefix = (options?: VolumeStoreOptions, props?: Partial<SpiloClusterProps>) =>
  withStore(existing(options), props).get('ConfigMap', 'orders-walg').data.WALG_FILE_PREFIX;
const SIZE = Size.gibibytes(200);

describe('the claim', () => {
  test('is made with the given size, for all members at once', () => {
    expect(withClaim({ size: SIZE, storageClassName: 'managed-nfs-storage' }).get('PersistentVolumeClaim').spec).toEqual({
      accessModes: ['ReadWriteMany'], storageClassName: 'managed-nfs-storage', resources: { requests: { storage: '200Gi' } },
    });
  });

  test('may be for one member alone, where there is only one', () => {
    const single = withClaim({ size: SIZE, accessMode: AccessMode.READ_WRITE_ONCE }, { instances: 1 });
    expect(single.get('PersistentVolumeClaim').spec.accessModes).toEqual(['ReadWriteOnce']);
  });

  test('is not made where one exists', () => {
    const rendered = withStore(existing());
    expect(rendered.all('PersistentVolumeClaim')).toEqual([]);
    expect(rendered.pod.volumes).toContainEqual({ name: 'backup', persistentVolumeClaim: { claimName: 'backups' } });
  });
});

describe('an NFS export', () => {
  const onNfs = withStore(BackupStore.nfs({ server: 'nfs.example.org', path: '/exports', size: SIZE }));

  test('is a volume that outlives the cluster and belongs to this claim alone', () => {
    expect(onNfs.get('PersistentVolume').spec).toEqual({
      accessModes: ['ReadWriteMany'],
      capacity: { storage: '200Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'orders-backup' },
      nfs: { server: 'nfs.example.org', path: '/exports' },
      persistentVolumeReclaimPolicy: 'Retain',
    });
  });

  test('has a name that tells namespaces apart, since it is in none', () => {
    expect(onNfs.get('PersistentVolume').metadata).toMatchObject({ name: 'shop-orders-backup' });
    expect(onNfs.get('PersistentVolume').metadata).not.toHaveProperty('namespace');
  });

  test('is bound by name, without a default storage class making another volume', () => {
    expect(onNfs.get('PersistentVolumeClaim').spec).toMatchObject({ volumeName: 'shop-orders-backup', storageClassName: '' });
  });
});

describe('the directory', () => {
  const directoryContainer = () =>
    withStore(existing()).pod.initContainers.find(({ name }: { name: string }) => name === 'backup-directory');

  test('is of this cluster and this major, so that neither meets the WAL of another one', () => {
    expect(prefix()).toBe('/backup/orders/17');
    expect(prefix({}, { postgres: { version: 16 } })).toBe('/backup/orders/16');
  });

  test('is what is given, or the volume\'s root', () => {
    expect(prefix({ directory: 'a/b' })).toBe('/backup/a/b');
    expect(prefix({ directory: '.', mountPath: '/data/pg_wal' })).toBe('/data/pg_wal');
  });

  test('is made before PostgreSQL starts, since wal-g does not make it', () => {
    const container = directoryContainer();
    const [shell, flag, script, ...args] = container.command;
    expect([shell, flag, args]).toEqual(['/bin/sh', '-c', ['sh', '/backup/orders/17']]);
    expect(script).toContain('mkdir -p "$1"');
    expect(container.volumeMounts).toEqual([{ name: 'backup', mountPath: '/backup' }]);
  });

  test('is made by a script that Kubernetes leaves as it is', () => {
    const { command } = directoryContainer();
    expect(command.map((part: string) => expand(part, {}))).toEqual(command);
  });
});

test('every member has the volume, where it is told', () => {
  const { database } = withStore(existing({ mountPath: '/data/pg_wal' }));
  expect(database.volumeMounts).toContainEqual({ name: 'backup', mountPath: '/data/pg_wal' });
});
