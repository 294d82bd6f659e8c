import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { foreign, IMAGE, image } from './support/environment';
import { sleep, until } from './support/exec';
import { manifests } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { readYaml } from '../../test/support/render';
import { Backup, BackupStore, Credentials } from 'cdk8s-spilo';

const CLASS = process.env.SPILO_SHARED_CLASS ?? 'managed-nfs-storage';

/** What an older library rendered, for the image under test. */
const BEFORE = readYaml(readFileSync(join(__dirname, 'fixtures/previous-release.yaml'), 'utf8').replaceAll('ghcr.io/zalando/spilo-17:4.0-p3', IMAGE));

/** The same cluster by today's library. */
const now = () => manifests({
  name: 'orders',
  store: 'endpoints',
  props: {
    instances: 2,
    image: image(),
    storage: { size: Size.gibibytes(1) },
    credentials: Credentials.plainTextInManifest({ superuser: 'a1', replication: 'b1' }),
    backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(1), storageClassName: CLASS })),
  },
});

/** A running member never meets a program that it cannot use: neither before it is replaced, nor after. */
(foreign ? describe.skip : describe)('a cluster of an older release of the library', () => {
  const here = inNamespace('upgrade', 'nodes');
  let cluster: RunningCluster;

  const archiver = async () => {
    const [archived, failed] = (await cluster.sql(await cluster.leader(), 'SELECT archived_count, failed_count FROM pg_stat_archiver')).split('|');
    return { archived: Number(archived), failed: Number(failed) };
  };
  const archiveOne = async () => {
    const { archived } = await archiver();
    await cluster.sql(await cluster.leader(), 'SELECT pg_switch_wal() FROM (SELECT txid_current()) AS something');
    return until('one more archived segment', async () => {
      const state = await archiver();
      return state.archived > archived && state;
    }, { seconds: 60 });
  };

  beforeAll(async () => {
    cluster = new RunningCluster(here().kubectl, 'orders', 'endpoints', 2, 'a1');
    await here().kubectl.apply(BEFORE);
    await cluster.atFullStrength();
  });

  test('archives', async () => {
    expect(await archiveOne()).toMatchObject({ failed: 0 });
  });

  test('goes on archiving with members that still run the old pod template beside the new programs', async () => {
    const programs = now().filter(({ kind }) => kind === 'ConfigMap');
    await here().kubectl.apply(programs);
    await sleep(75); // the kubelet renews ConfigMaps within about a minute
    expect(await archiveOne()).toMatchObject({ failed: 0 });
  });

  test('takes the new pod template, archives, and has restarted nobody twice', async () => {
    const objects = now();
    await here().kubectl.apply(objects);
    await cluster.rollout(objects);
    await cluster.atFullStrength();
    expect(await archiveOne()).toMatchObject({ failed: 0 });
  });

  test('is not touched by the same release applied again', async () => {
    const uids = async () => (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();
    const before = await uids();
    await here().kubectl.apply(now());
    await sleep(10);
    expect(await uids()).toEqual(before);
  });

  test('restarts no member for a changed program', async () => {
    const before = (await cluster.pods()).map(({ metadata }) => metadata.uid).sort();
    const objects = now().map(object => object.metadata.name === 'orders-programs'
      ? { ...object, data: { ...object.data, 'walg.py': `${object.data['walg.py']}\n# a later release\n` } } : object);
    await here().kubectl.apply(objects);
    await sleep(75);
    expect((await cluster.pods()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    expect(await archiveOne()).toMatchObject({ failed: 0 });
  });
});
