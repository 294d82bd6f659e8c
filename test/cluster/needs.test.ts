import { Size } from 'cdk8s';
import { cluster, Props, secretKey } from '../support/render';
import { Backup, BackupStore, Credentials, S3Credentials, Tls } from 'cdk8s-spilo';

/** What a cluster says of what has to be there before it. */
const needs = (props: Props): string[] => {
  const [, lines] = /need[^\n]*:\n((?: .*\n)+)/i.exec(cluster(props).describe()) ?? [];
  return (lines ?? '').split('\n').map(line => line.trim()).filter(line => line !== '');
};

test('a Secret is told with its keys, unless a Job of the program makes it', () => {
  expect(needs({ credentials: Credentials.generated() })).toEqual(['StorageClass that is the default of the Kubernetes cluster']);
  expect(needs({})).toContain('Secret orders-passwords with superuser-password, replication-password');
});

test('so is all else that nothing of the program makes', () => {
  const credentials = S3Credentials.fromSecret('bucket-keys');
  expect(needs({
    credentials: Credentials.fromSecrets({ superuser: secretKey('root', 'a'), replication: secretKey('root', 'b') }),
    tls: Tls.fromSecret('certificate', { caEntry: 'ca.crt' }),
    storage: { size: Size.gibibytes(5), storageClassName: 'fast' },
    placement: { nodeSelector: { disk: 'ssd' }, nodes: { db: ['spilo'] } },
    pod: { imagePullSecrets: ['registry'] },
    backup: Backup.to(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials })),
  })).toEqual(expect.arrayContaining([
    'Secret root with a, b', 'Secret certificate with tls.crt, tls.key, ca.crt', 'Secret registry for pulling images', 'StorageClass fast',
    'nodes with the label disk=ssd', 'nodes with the label db in spilo', 'bucket backups',
    expect.stringContaining('Secret bucket-keys with '),
  ]));
});

test('a claim that exists is needed, one that is made is not', () => {
  expect(needs({ backup: Backup.to(BackupStore.existingClaim('old')) })).toContain('PersistentVolumeClaim old');
  const made = BackupStore.newClaim({ size: Size.gibibytes(5), storageClassName: 'nfs' });
  expect(needs({ backup: Backup.to(made) }).join()).toMatch(/StorageClass nfs/);
  expect(needs({ backup: Backup.to(made) }).join()).not.toMatch(/PersistentVolumeClaim/);
});
