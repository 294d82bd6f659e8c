import { k8s } from 'cdk8s-plus-27';
import { VolumeStoreSpec } from './spec';
import { Manifest } from '../../kernel/contribution';
import { claim } from '../../kit/objects';
import { preparation } from '../../spilo/companions';
import { clusterLabels } from '../../spilo/labels';
import { ClusterSpec } from '../../spilo/spec';

/** The claim of a store, and its volume where that is on an NFS server; nothing where the claim exists. */
export function claimObjects(spec: ClusterSpec, store: VolumeStoreSpec): Manifest[] {
  const { size, accessMode, storageClassName, nfs } = store;
  if (size === undefined || accessMode === undefined) { return []; }
  const labels = clusterLabels(spec.name).metadata;
  // The volume belongs to no namespace: its name has to tell the clusters of all of them apart.
  const volumeName = nfs && [spec.namespace, store.claim].filter(part => part !== undefined).join('-');
  return [
    ...nfs && volumeName !== undefined ? [nfsVolume(spec, volumeName, store.claim, size, nfs)] : [],
    claim('BackupClaim', store.claim, labels, { size, accessMode, storageClassName, volumeName }),
  ];
}

function nfsVolume({ name: cluster, namespace }: ClusterSpec, name: string, claimName: string, size: string, nfs: k8s.NfsVolumeSource): Manifest {
  return {
    id: 'BackupVolume',
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    name,
    clusterScoped: true,
    labels: clusterLabels(cluster).metadata,
    body: {
      spec: k8s.toJson_PersistentVolumeSpec({
        accessModes: ['ReadWriteMany'],
        capacity: { storage: k8s.Quantity.fromString(size) },
        persistentVolumeReclaimPolicy: 'Retain',
        // Nobody else may take the volume; without a known namespace the claim finds it by its name alone.
        claimRef: namespace === undefined ? undefined : { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName },
        nfs: { ...nfs },
      }),
    },
  };
}

/** wal-g does not make its directory, and every archive attempt fails without one. */
export function directoryContainer(spec: ClusterSpec, path: string, mount: k8s.VolumeMount): k8s.Container {
  const script = [
    'mkdir -p "$1" && test -w "$1" && exit 0',
    'echo "backup directory $1 cannot be written by $(id -u):$(id -g); make it writable for group $(id -g) on the server" >&2',
    'exit 1',
  ].join('\n');
  return preparation(spec, 'backup-directory', mount, script, path);
}
