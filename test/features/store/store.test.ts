import { Size } from 'cdk8s';
import { render, Rendered, secretNamed } from '../../support/render';
import { AzureCredentials, Backup, BackupStore, Bootstrap, CloneSource, S3Credentials, SpiloClusterProps } from 'cdk8s-spilo';

const key = { secret: secretNamed('mine'), key: 'key' };
const STORES: [string, BackupStore, RegExp][] = [
  ['volume', BackupStore.volume({ size: Size.gibibytes(1) }), /^WALG_FILE_PREFIX$/],
  ['s3', BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromNode() }), /^WALG_S3_PREFIX$/],
  ['gcs', BackupStore.gcs({ bucket: 'backups' }), /^WALG_GS_PREFIX$/],
  ['azure', BackupStore.azure({ account: 'shop', container: 'backups', credentials: AzureCredentials.managedIdentity() }), /^WALG_AZ_PREFIX$/],
  ['ssh', BackupStore.ssh({ host: 'example.org', port: 22, user: 'spilo', privateKey: key, directory: '/srv' }), /^WALG_SSH_PREFIX$/],
];
const settings = (rendered: Rendered) => rendered.get('ConfigMap', 'orders-walg').data;

describe.each(STORES)('%s', (_, store, ownPrefix) => {
  const rendered = render({ backup: Backup.to(store) });

  test('says in one variable where everything goes, so that wal-g has no choice', () => {
    expect(Object.keys(settings(rendered)).filter(name => /^WALG_.*_PREFIX$/.test(name))).toEqual([expect.stringMatching(ownPrefix)]);
  });

  test('has a place that tells clusters and majors apart', () => {
    const place = (props: Partial<SpiloClusterProps>) =>
      Object.entries(settings(render({ backup: Backup.to(store), ...props }))).find(([name]) => ownPrefix.test(name))![1];
    expect(place({})).toMatch(/orders\/17$/);
    expect(place({ postgres: { version: 16 } })).toMatch(/orders\/16$/);
  });

  test('archives by the same command as every other store', () => {
    expect(rendered.configuration.postgresql.parameters.archive_command).toMatch(/^envdir \/etc\/wal-g\/env .*wal-g wal-push .*"%p"$/);
  });

  test('can also be where a clone comes from, beside a store of its own', () => {
    const source = CloneSource.backups(store, { clusterName: 'old' });
    const clone = render({ backup: Backup.to(store), bootstrap: Bootstrap.clone(source) });
    expect(Object.keys(clone.get('ConfigMap', 'orders-source').data)).toEqual(expect.arrayContaining([expect.stringMatching(ownPrefix)]));
  });
});
