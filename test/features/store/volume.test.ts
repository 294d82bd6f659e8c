import { Size } from 'cdk8s';
import { PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { expand } from '../../support/kubernetes-expansion';
import { render } from '../../support/render';
import { Backup, BackupStore, SpiloClusterProps, VolumeStoreOptions } from 'cdk8s-spilo';

const withVolume = (options: VolumeStoreOptions, props: Partial<SpiloClusterProps> = {}) =>
  render({ backup: Backup.to(BackupStore.volume(options)), ...props });
const prefix = (options: VolumeStoreOptions, props?: Partial<SpiloClusterProps>) =>
  withVolume(options, props).get('ConfigMap', 'orders-walg').data.WALG_FILE_PREFIX;
const SIZE = Size.gibibytes(200);

describe('the claim', () => {
  test('is made with the given size, for all members at once', () => {
    expect(withVolume({ size: SIZE, storageClassName: 'managed-nfs-storage' }).get('PersistentVolumeClaim').spec).toEqual({
      accessModes: ['ReadWriteMany'], storageClassName: 'managed-nfs-storage', resources: { requests: { storage: '200Gi' } },
    });
  });

  test('may be for one member alone, where there is only one', () => {
    const single = withVolume({ size: SIZE, accessMode: PersistentVolumeAccessMode.READ_WRITE_ONCE }, { instances: 1 });
    expect(single.get('PersistentVolumeClaim').spec.accessModes).toEqual(['ReadWriteOnce']);
  });

  test('is not made where one exists', () => {
    const existing = withVolume({ existingClaim: 'backups' });
    expect(existing.all('PersistentVolumeClaim')).toEqual([]);
    expect(existing.pod.volumes).toContainEqual({ name: 'backup', persistentVolumeClaim: { claimName: 'backups' } });
  });
});

describe('an NFS export', () => {
  const onNfs = withVolume({ size: SIZE, nfs: { server: 'nfs.example.org', path: '/exports' } });

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
    withVolume({ existingClaim: 'backups' }).pod.initContainers.find(({ name }: { name: string }) => name === 'backup-directory');

  test('is of this cluster and this major, so that neither meets the WAL of another one', () => {
    expect(prefix({ existingClaim: 'backups' })).toBe('/backup/orders/17');
    expect(prefix({ existingClaim: 'backups' }, { postgres: { version: 16 } })).toBe('/backup/orders/16');
  });

  test('is what is given, or the volume\'s root', () => {
    expect(prefix({ existingClaim: 'backups', directory: 'a/b' })).toBe('/backup/a/b');
    expect(prefix({ existingClaim: 'backups', directory: '.', mountPath: '/data/pg_wal' })).toBe('/data/pg_wal');
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
  const { database } = withVolume({ existingClaim: 'backups', mountPath: '/data/pg_wal' });
  expect(database.volumeMounts).toContainEqual({ name: 'backup', mountPath: '/data/pg_wal' });
});
