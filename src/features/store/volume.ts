import { Size } from 'cdk8s';
import { StoreInUse, StoreKind } from './kind';
import { CLAIM_VOLUME } from './places';
import { pathText, settlePath, StoreOwner } from './prefix';
import { PathSpec, VolumeStoreSpec } from './spec';
import { isStorePath } from './syntax';
import { claimObjects, directoryContainer } from './volume-objects';
import { onlyDefined } from '../../kernel/data';
import { isPositiveSize, quantity } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { HOST_SYNTAX, isHost, isObjectName } from '../../kernel/syntax';
import { AccessMode } from '../../kit/access-mode';
import { clusterNames } from '../../spilo/names';

/**
 * Where a store is on its volume. wal-g writes plain files: any tool can copy the store elsewhere.
 */
export interface VolumeStoreOptions {
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
   * @changes dangerous
   */
  readonly directory?: string;
}

/**
 * A claim `<cluster>-backup`, which is made. It lives in the cluster's namespace, and so must a cluster that is restored
 * from it.
 */
export interface NewClaimStoreOptions extends VolumeStoreOptions {
  /**
   * Size of the claim.
   *
   * @changes at-once
   */
  readonly size: Size;

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
   * @default AccessMode.READ_WRITE_MANY
   * @changes never
   */
  readonly accessMode?: AccessMode;
}

/**
 * A directory that a server exports by NFS. A PersistentVolume for it is made beside the claim `<cluster>-backup`, since Pod
 * Security `restricted` forbids pods to mount NFS themselves.
 */
export interface NfsStoreOptions extends VolumeStoreOptions {
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

  /**
   * Size of the claim. A claim must have one; NFS itself limits nothing.
   *
   * @changes at-once
   */
  readonly size: Size;
}

/** A claim that is made, with its defaults. */
export function settleNewClaim({ size, storageClassName, accessMode, ...place }: NewClaimStoreOptions, owner: StoreOwner): VolumeStoreSpec {
  return onlyDefined({
    kind: 'volume',
    claim: claimOf(owner),
    size: quantity(size),
    storageClassName,
    accessMode: accessMode ?? AccessMode.READ_WRITE_MANY,
    ...settlePlace(place, owner),
  });
}

/** A claim that exists. Its access mode is not known. */
export function settleExistingClaim(claim: string, options: VolumeStoreOptions = {}, owner: StoreOwner): VolumeStoreSpec {
  return { kind: 'volume', claim, ...settlePlace(options, owner) };
}

/** A volume on an NFS server, and the claim for it. */
export function settleNfs({ server, path, size, ...place }: NfsStoreOptions, owner: StoreOwner): VolumeStoreSpec {
  return {
    kind: 'volume',
    claim: claimOf(owner),
    size: quantity(size),
    accessMode: AccessMode.READ_WRITE_MANY,
    nfs: { server, path },
    ...settlePlace(place, owner),
  };
}

const claimOf = ({ name }: StoreOwner) => clusterNames(name).suffixed('backup');

/** A claim lives in one namespace: its directories need not tell namespaces apart. */
function settlePlace({ mountPath = '/backup', directory }: VolumeStoreOptions, { name, postgresVersion }: StoreOwner) {
  const path: PathSpec = directory === undefined ? settlePath({ name, postgresVersion }) : { base: directory };
  return { mountPath, path };
}

/** The directory where the volume is mounted at `mountPath`. */
function directoryAt(mountPath: string, path: PathSpec): string {
  return pathText(path) === '.' ? mountPath : `${mountPath}/${pathText(path)}`;
}

/** Mounts that the volume must not hide, neither at their paths nor above them. */
const TAKEN_MOUNTS = [
  '/home/postgres', '/run', '/tmp', '/dev', '/etc', '/tls', '/scripts', '/var', '/usr', '/bin', '/lib', '/proc', '/sys', '/source', '/scratch',
];

function isFreeMount(path: string): boolean {
  return /^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(path)
    && !TAKEN_MOUNTS.some(taken => path === taken || path.startsWith(`${taken}/`) || taken.startsWith(`${path}/`));
}

const isExport = (path: string) => path === '/' || (path.startsWith('/') && isStorePath(path.slice(1)));

const rules: readonly Rule<StoreInUse<VolumeStoreSpec>>[] = [
  valueRule('backup-volume-size', 'store.size', 'more than zero, in whole kibibytes', 'The API server refuses the claim.',
    ({ store }) => store.size, isPositiveSize),
  valueRule('backup-volume-existing-claim', 'store.claimName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
    ({ store }) => store.size === undefined ? store.claim : undefined, isObjectName),
  valueRule('backup-volume-storage-class', 'store.storageClassName', 'a DNS-1123 subdomain', 'The API server refuses the claim.',
    ({ store }) => store.storageClassName, isObjectName),
  valueRule('backup-volume-access-mode', 'store.accessMode', 'READ_WRITE_MANY, or with one instance READ_WRITE_ONCE or READ_WRITE_ONCE_POD',
    'Members on other nodes wait for the volume forever, and after a failover nothing is archived.',
    ({ store }) => store.accessMode, (mode, { instances }) => mode === AccessMode.READ_WRITE_MANY || instances <= 1),
  valueRule('backup-volume-nfs-server', 'store.server', HOST_SYNTAX, 'The pods wait for the volume forever.',
    ({ store }) => store.nfs?.server, isHost),
  valueRule('backup-volume-nfs-path', 'store.path', 'an absolute path of A-Z a-z 0-9 - _ . /, without .. and without a slash at the end',
    'The pods wait for the volume forever.', ({ store }) => store.nfs?.path, isExport),
  valueRule('backup-volume-mount-path', 'store.mountPath', `an absolute path of A-Z a-z 0-9 - _ . / outside ${TAKEN_MOUNTS.join(', ')}, and none above them`,
    'The volume would hide files of the image, or another mount.',
    ({ store }) => store.mountPath, isFreeMount),
  valueRule('backup-volume-directory', 'store.directory', 'a relative path of A-Z a-z 0-9 - _ . / without .., or . for the root',
    'wal-g reads one line, and a path outside the volume is on no volume at all.',
    ({ store }) => store.path.base, base => base === '.' || /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(base)),
];

/** The store in a directory of a volume. */
export const VOLUME: StoreKind<VolumeStoreSpec> = {
  rules,
  bind: ({ claim, mountPath, path }, place) => ({
    settings: { WALG_FILE_PREFIX: directoryAt(place.mountPath ?? mountPath, path) },
    claim: { name: claim, mountPath: place.mountPath ?? mountPath },
  }),
  secretKeys: () => ({}),
  locate: ({ claim, nfs, path }, namespace) => ({
    text: nfs ? `nfs://${nfs.server.toLowerCase()}${directoryAt(nfs.path, path)}` : `claim ${namespace === undefined ? '' : `${namespace}/`}${claim}: ${pathText(path)}`,
    isGlobal: false,
  }),
  make: (spec, store, place) => {
    const mountPath = place.mountPath ?? store.mountPath;
    return {
      initContainers: [directoryContainer(spec, directoryAt(mountPath, store.path), { name: CLAIM_VOLUME, mountPath })],
      objects: claimObjects(spec, store),
    };
  },
};
