import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import { exec } from './exec';
import { Kubectl } from './kubectl';

/** The class of the volumes. */
export const SMALL_DISK = 'small-disk';

/**
 * Volumes that can be filled without filling the machine: each is a file system of its own, in a file. Only for a lab,
 * whose nodes see this machine's directories.
 */
export class SmallDisks {
  /** One volume on each node for each of some clusters. Their files take the room that is used. */
  public static async make(kubectl: Kubectl, clusters: number, mebibytes = 640): Promise<SmallDisks> {
    const nodes: string[] = (await kubectl.list('nodes')).map(({ metadata }) => metadata.name);
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-spilo-disks-'));
    const disks = nodes.flatMap(node => Array.from({ length: clusters }, (_, n) => ({ node, name: `${basename(directory).toLowerCase()}-${node}-${n}`, path: join(directory, `${node}-${n}`) })));
    const made = new SmallDisks(kubectl, directory, disks);
    for (const { path } of disks) { await mount(path, mebibytes); }
    await kubectl.apply([
      { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: SMALL_DISK }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
      ...disks.map(({ node, name, path }) => ({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name },
        spec: {
          storageClassName: SMALL_DISK,
          capacity: { storage: '1Gi' }, // of what the programs ask for; nobody looks
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          local: { path },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } },
        },
      })),
    ]);
    return made;
  }

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly directory: string,
    private readonly disks: readonly { readonly name: string; readonly path: string }[],
  ) {}

  /** Takes all away. The pods that use them must be gone. */
  public async remove(): Promise<void> {
    await this.kubectl.run(['delete', 'pv', '--wait=false', ...this.disks.map(({ name }) => name)], { mayFail: true });
    for (const { path } of this.disks) { await exec('umount', ['-l', path], { mayFail: true }); }
    await exec('rm', ['-rf', this.directory]);
  }
}

async function mount(path: string, mebibytes: number): Promise<void> {
  await exec('mkdir', ['-p', path]);
  await exec('truncate', ['-s', `${mebibytes}M`, `${path}.img`]);
  await exec('mkfs.ext4', ['-q', '-m', '0', `${path}.img`]);
  await exec('mount', ['-o', 'loop', `${path}.img`, path]);
  await exec('chmod', ['0777', path]);
}
