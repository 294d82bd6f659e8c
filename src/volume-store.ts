import { Size } from 'cdk8s';
import { k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { Manifest } from './private/contribution';
import { FeatureContext } from './private/feature';
import { isPositive, quantity } from './private/quantity';
import { Rule } from './private/rules';
import { Store, StoreBinding } from './private/store';
import { isObjectName } from './private/syntax';

const VOLUME = 'backup';

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
  constructor(public readonly options: VolumeStoreOptions) {}

  public bind(context: FeatureContext): StoreBinding {
    const { size, existingClaim } = this.options;
    const { names, labels } = context;
    const claimName = existingClaim ?? names.suffixed('backup');
    return {
      settings: { WALG_FILE_PREFIX: this.path(context) },
      contribution: {
        volumes: [{ name: VOLUME, persistentVolumeClaim: { claimName } }],
        mounts: [{ name: VOLUME, mountPath: this.mountPath }],
        initContainers: [this.directoryContainer(context)],
        objects: size ? [this.claim(claimName, size, labels.metadata)] : [],
      },
    };
  }

  public get mountPath(): string {
    return this.options.mountPath ?? '/backup';
  }

  private path({ names, postgresVersion }: FeatureContext): string {
    const directory = this.options.directory ?? `${names.cluster}/${postgresVersion}`;
    return directory === '.' ? this.mountPath : `${this.mountPath}/${directory}`;
  }

  private claim(name: string, size: Size, labels: Manifest['labels']): Manifest {
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
          storageClassName,
          resources: { requests: { storage: k8s.Quantity.fromString(quantity(size)) } },
        }),
      },
    };
  }

  /** wal-g does not make its directory, and every archive attempt fails without one. */
  private directoryContainer(context: FeatureContext): k8s.Container {
    const script = [
      'mkdir -p "$1" && test -w "$1" && exit 0',
      'echo "backup directory $1 cannot be written by $(id -u):$(id -g); make it writable for group $(id -g) on the server" >&2',
      'exit 1',
    ].join('\n');
    return {
      name: 'backup-directory',
      image: context.image.reference,
      imagePullPolicy: context.props.imagePullPolicy ?? 'IfNotPresent',
      command: ['/bin/sh', '-c', script, 'sh', this.path(context)],
      volumeMounts: [{ name: VOLUME, mountPath: this.mountPath }],
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      resources: {
        requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('32Mi') },
        limits: { memory: k8s.Quantity.fromString('64Mi') },
      },
    };
  }
}

/** The options, if the cluster's backup goes to a volume. */
function volume({ props }: FeatureContext): VolumeStore | undefined {
  const store = props.backup?._store;
  return store instanceof VolumeStore ? store : undefined;
}

/** A rule about one option of the volume store. */
function optionRule<Key extends keyof VolumeStoreOptions>(
  id: string, option: Key, allowed: string, why: string,
  isBad: (value: VolumeStoreOptions[Key], options: VolumeStoreOptions, context: FeatureContext) => boolean,
  received: (value: VolumeStoreOptions[Key]) => unknown = value => value,
): Rule<FeatureContext> {
  return {
    id,
    property: `backup.volume.${option}`,
    allowed,
    why,
    find: context => {
      const options = volume(context)?.options;
      return options && isBad(options[option], options, context) ? [{ received: received(options[option]) }] : [];
    },
  };
}

/** Mounts that the volume must not hide. */
const TAKEN_MOUNTS = ['/home/postgres', '/run', '/tmp', '/dev', '/etc', '/tls', '/scripts', '/var', '/usr', '/bin', '/lib', '/proc', '/sys'];

/** Checks of the volume store. */
export const volumeStoreRules: Rule<FeatureContext>[] = [
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
  optionRule('backup-volume-mount-path', 'mountPath', `an absolute path of A-Z a-z 0-9 - _ . / outside ${TAKEN_MOUNTS.join(', ')}`,
    'The volume would hide files of the image.',
    path => path !== undefined && (!/^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(path) || TAKEN_MOUNTS.some(taken => path === taken || path.startsWith(`${taken}/`)))),
  optionRule('backup-volume-directory', 'directory', 'a relative path of A-Z a-z 0-9 - _ . / without .., or . for the root',
    'wal-g reads one line, and a path outside the volume is on no volume at all.',
    directory => directory !== undefined && directory !== '.' && !/^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(directory)),
];

