import { Size } from 'cdk8s';
import { k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { Store, StoreBinding, StorePlace, StoreUse } from './access';
import { isHost, isStorePath } from './syntax';
import { Manifest } from '../../kernel/contribution';
import { FeatureContext } from '../../kernel/feature';
import { isPositive, quantity } from '../../kernel/quantity';
import { Rule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';
import { preparation } from '../../kit/preparation';

/**
 * A directory that a server exports by NFS.
 */
export interface NfsOptions {
  /**
   * Host name or address of the server, as the nodes resolve it: names of Services do not work.
   *
   * @changes never
   */
  readonly server: string;

  /**
   * Absolute path of the export.
   *
   * @changes never
   */
  readonly path: string;
}

/**
 * A directory on a shared volume. wal-g writes plain files: any tool can copy the store elsewhere.
 *
 * The claim lives in the cluster's namespace, and so must a cluster that is restored from it.
 */
export interface VolumeStoreOptions {
  /**
   * Size of the claim `<cluster>-backup`, which is made. Give this or `existingClaim`.
   *
   * @default - `existingClaim` is used
   * @changes at-once
   */
  readonly size?: Size;

  /**
   * Storage class of the claim.
   *
   * @default - the default class of the Kubernetes cluster
   * @changes never
   */
  readonly storageClassName?: string;

  /**
   * Access mode of the claim. Every member writes to it, one after the other as leader, and reads from it.
   *
   * @default PersistentVolumeAccessMode.READ_WRITE_MANY
   * @changes never
   */
  readonly accessMode?: PersistentVolumeAccessMode;

  /**
   * Name of a claim that exists. Nothing is made then.
   *
   * @default - a claim is made
   * @changes rollout
   */
  readonly existingClaim?: string;

  /**
   * An export of an NFS server. A PersistentVolume for it is made beside the claim, since Pod Security `restricted`
   * forbids pods to mount NFS themselves. `size` is for the claim only: NFS does not limit anything.
   *
   * @default - the storage class provides the volume
   * @changes never
   */
  readonly nfs?: NfsOptions;

  /**
   * Where the volume is mounted in the members.
   *
   * @default '/backup'
   * @changes rollout
   */
  readonly mountPath?: string;

  /**
   * Directory of this cluster on the volume, made at start. User 101 or group 103 must be allowed to write: `fsGroup`
   * sees to it on block storage; on NFS the exported directory itself must be writable. `.` is the volume's root.
   *
   * @default - `<cluster>/<PostgreSQL major>`
   * @changes rollout
   */
  readonly directory?: string;
}

/** The store in a directory. */
export class VolumeStore implements Store {
  public readonly kind = 'volume';

  constructor(public readonly options: VolumeStoreOptions) {}

  public bind(context: FeatureContext, place: StorePlace): StoreBinding {
    const claimName = this.options.existingClaim ?? context.names.suffixed('backup');
    const name = place.makes ? 'backup' : `${place.name}-backup`;
    const mountPath = place.mountPath ?? this.options.mountPath ?? '/backup';
    const path = this.path(context, mountPath);
    return {
      settings: { WALG_FILE_PREFIX: path },
      contribution: {
        volumes: [{ name, persistentVolumeClaim: { claimName } }],
        mounts: [{ name, mountPath, ...(place.readOnly ? { readOnly: true } : {}) }],
        ...(place.makes ? {
          initContainers: [directoryContainer(context, path, { name, mountPath })],
          objects: this.objects(context, claimName),
        } : {}),
      },
    };
  }

  private path({ names, postgresVersion }: FeatureContext, mountPath: string): string {
    const directory = this.options.directory ?? `${names.cluster}/${postgresVersion}`;
    return directory === '.' ? mountPath : `${mountPath}/${directory}`;
  }

  private objects(context: FeatureContext, claimName: string): Manifest[] {
    const { size, nfs } = this.options;
    if (!size) { return []; }
    const labels = context.labels.metadata;
    if (!nfs) { return [this.claim(claimName, size, labels)]; }
    // The volume belongs to no namespace: its name has to tell the clusters of all of them apart.
    const volumeName = [context.namespace, claimName].filter(part => part !== undefined).join('-');
    return [this.nfsVolume(volumeName, claimName, size, nfs, context), this.claim(claimName, size, labels, volumeName)];
  }

  private nfsVolume(name: string, claimName: string, size: Size, { server, path }: NfsOptions, { labels, namespace }: FeatureContext): Manifest {
    return {
      id: 'BackupVolume',
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      name,
      labels: labels.metadata,
      body: {
        spec: k8s.toJson_PersistentVolumeSpec({
          accessModes: [PersistentVolumeAccessMode.READ_WRITE_MANY],
          capacity: { storage: k8s.Quantity.fromString(quantity(size)) },
          persistentVolumeReclaimPolicy: 'Retain',
          // Nobody else may take the volume; without a known namespace the claim finds it by its name alone.
          claimRef: namespace === undefined ? undefined : { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName },
          nfs: { server, path },
        }),
      },
      finish: json => {
        // cdk8s gives every object the chart's namespace, and this kind has none.
        const { namespace: _, ...metadata } = json.metadata;
        return { ...json, metadata };
      },
    };
  }

  private claim(name: string, size: Size, labels: Manifest['labels'], volumeName?: string): Manifest {
    const { accessMode = PersistentVolumeAccessMode.READ_WRITE_MANY, storageClassName } = this.options;
    return {
      id: 'BackupClaim',
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name,
      labels,
      body: {
        spec: k8s.toJson_PersistentVolumeClaimSpec({
          accessModes: [accessMode],
          // Empty, so that no default class makes a second volume.
          storageClassName: volumeName === undefined ? storageClassName : '',
          volumeName,
          resources: { requests: { storage: k8s.Quantity.fromString(quantity(size)) } },
        }),
      },
    };
  }
}

/** wal-g does not make its directory, and every archive attempt fails without one. */
function directoryContainer(context: FeatureContext, path: string, mount: k8s.VolumeMount): k8s.Container {
  const script = [
    'mkdir -p "$1" && test -w "$1" && exit 0',
    'echo "backup directory $1 cannot be written by $(id -u):$(id -g); make it writable for group $(id -g) on the server" >&2',
    'exit 1',
  ].join('\n');
  return preparation(context, 'backup-directory', mount, script, path);
}

/** A rule about one option of the volume store, wherever it is used. */
function optionRule<Key extends keyof VolumeStoreOptions>(
  id: string, option: Key, allowed: string, why: string,
  isBad: (value: VolumeStoreOptions[Key], options: VolumeStoreOptions, context: FeatureContext) => boolean,
  received: (value: VolumeStoreOptions[Key]) => unknown = value => value,
): Rule<StoreUse> {
  return {
    id,
    property: `backup.volume.${option}`,
    allowed,
    why,
    find: ({ store, place, context }) => {
      if (!(store instanceof VolumeStore)) { return []; }
      const { options } = store;
      return isBad(options[option], options, context)
        ? [{ property: `${place.property}.volume.${option}`, received: received(options[option]) }] : [];
    },
  };
}

/** Mounts that the volume must not hide. */
const TAKEN_MOUNTS = ['/home/postgres', '/run', '/tmp', '/dev', '/etc', '/tls', '/scripts', '/var', '/usr', '/bin', '/lib', '/proc', '/sys'];

/** Checks of the volume store. */
export const volumeStoreRules: Rule<StoreUse>[] = [
  optionRule('backup-volume-claim', 'size', 'either size or existingClaim', 'There would be no volume, or two.',
    (size, { existingClaim }) => (size === undefined) === (existingClaim === undefined), size => size && quantity(size)),
  optionRule('backup-volume-size', 'size', 'more than zero, in whole kibibytes', 'The API server refuses the claim.',
    size => size !== undefined && !isPositive(size), size => size && quantity(size)),
  optionRule('backup-volume-existing-claim', 'existingClaim', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
    claim => claim !== undefined && !isObjectName(claim)),
  optionRule('backup-volume-storage-class', 'storageClassName', 'a DNS-1123 subdomain, without existingClaim', 'The API server refuses the claim, or the class is ignored.',
    (name, { existingClaim }) => name !== undefined && (!isObjectName(name) || existingClaim !== undefined)),
  optionRule('backup-volume-access-mode', 'accessMode', 'READ_WRITE_MANY, or with one instance READ_WRITE_ONCE or READ_WRITE_ONCE_POD',
    'Members on other nodes wait for the volume forever, and after a failover nothing is archived.',
    (mode = PersistentVolumeAccessMode.READ_WRITE_MANY, _, { instances }) =>
      mode !== PersistentVolumeAccessMode.READ_WRITE_MANY && (instances > 1 || mode === PersistentVolumeAccessMode.READ_ONLY_MANY)),
  optionRule('backup-volume-nfs', 'nfs', 'a host and an absolute path, together with size and without existingClaim and storageClassName',
    'The pods wait for the volume forever, or get another one.',
    (nfs, { size, existingClaim, storageClassName, accessMode }) => nfs !== undefined && (
      !isHost(nfs.server) || !(nfs.path === '/' || (nfs.path.startsWith('/') && isStorePath(nfs.path.slice(1))))
      || size === undefined || existingClaim !== undefined || storageClassName !== undefined
      || (accessMode ?? PersistentVolumeAccessMode.READ_WRITE_MANY) !== PersistentVolumeAccessMode.READ_WRITE_MANY)),
  optionRule('backup-volume-mount-path', 'mountPath', `an absolute path of A-Z a-z 0-9 - _ . / outside ${TAKEN_MOUNTS.join(', ')}`,
    'The volume would hide files of the image.',
    path => path !== undefined && (!/^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(path) || TAKEN_MOUNTS.some(taken => path === taken || path.startsWith(`${taken}/`)))),
  optionRule('backup-volume-directory', 'directory', 'a relative path of A-Z a-z 0-9 - _ . / without .., or . for the root',
    'wal-g reads one line, and a path outside the volume is on no volume at all.',
    directory => directory !== undefined && directory !== '.' && !/^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(directory)),
];

