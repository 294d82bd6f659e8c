import { ChildProcess, spawn } from 'child_process';
import { dirname, join } from 'path';
import { Size } from 'cdk8s';
import { Environment, foreign } from './support/environment';
import { exec, until } from './support/exec';
import { manifests } from './support/programs';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { pythonTool } from './support/tools';
import { HAS_WALG, sayWhatIsMissing } from './support/walg';
import { Props } from '../../test/support/render';
import { Backup, BackupOptions, BackupStore, Bootstrap, RecoveryTarget, S3Credentials } from 'cdk8s-spilo';

/** A store, and what has to be there before a cluster uses it. */
interface Kind { readonly store: BackupStore; readonly prepare?: (here: Environment) => Promise<void> }

let server: ChildProcess | undefined;

const KINDS: { readonly [name: string]: Kind } = {
  volume: { store: BackupStore.newClaim({ size: Size.gibibytes(1), storageClassName: 'managed-nfs-storage' }) },
  s3: {
    store: BackupStore.s3Compatible({ bucket: 'backups', endpoint: 'http://host.lab:9090', credentials: S3Credentials.fromSecret('s3') }),
    prepare: async ({ kubectl, lab }) => {
      const [, host] = /LAB_HOST_IP=['"]?([\d.]+)/.exec(await lab!.run('env'))!;
      const moto = join(dirname(await pythonTool('moto[s3,server]', '5.2.1')), 'moto_server');
      // Else it takes the first part of host.lab for the name of the bucket.
      const env = { ...process.env, S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true' };
      server = spawn(moto, ['-H', host, '-p', '9090'], { stdio: 'ignore', env });
      await until('moto answers', async () => (await exec('curl', ['-fsS', '-X', 'PUT', `http://${host}:9090/backups`])).status === 0, { seconds: 30 });
      const stringData = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
      await kubectl.apply([{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's3' }, stringData }]);
    },
  },
};

/** Where wal-g itself is needed, or a server on the host that pods reach. */
const real = HAS_WALG ? test : test.skip;
const runs = (name: string) => name === 'volume' || (HAS_WALG && !foreign);

afterAll(() => {
  server?.kill();
  sayWhatIsMissing();
});

/** Archive, base backup, recovery, a member from the store and the drill, with pods under `restricted` Pod Security. */
describe.each(Object.keys(KINDS).map(name => [name, KINDS[name]] as const))('backups with pods in the store %s', (name, { store, prepare }) => {
  if (!runs(name)) {
    test.skip('needs wal-g in the image, and the lab', () => undefined);
    return;
  }
  const here = inNamespace(`backup-${name}`, 'nodes');
  const program = (cluster: string, props: Props, options: BackupOptions = {}) =>
    ({ name: cluster, store: 'configmaps' as const, props: { backup: Backup.to(store, options), ...props } });
  const orders = program('orders', { instances: 2 }, {
    restoreDrill: { scratch: { size: Size.gibibytes(1) }, checks: [{ name: 'rows', sql: 'SELECT count(*) >= 3000 FROM paid' }] },
  });
  let cluster: RunningCluster;
  let moment: string;

  const onLeader = async (statement: string) => cluster.sql(await cluster.leader(), statement);
  const walg = async (...args: string[]) => (await here().kubectl.exec(await cluster.leader(), ['envdir', '/etc/wal-g/env', 'wal-g', ...args])).stdout;
  const backups = async () => (await walg('backup-list')).match(/^base_[0-9A-F]{24}/gm) ?? [];

  async function archive(): Promise<string> {
    const segment = await onLeader('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await onLeader('SELECT pg_switch_wal()');
    await until(`${segment} is archived`, async () => (await onLeader('SELECT last_archived_wal FROM pg_stat_archiver')) >= segment, { seconds: 60 });
    return segment;
  }

  /** Starts a CronJob by hand, and gives the last line of its pod. */
  async function job(cronJob: string, seconds = 180): Promise<any> {
    const { kubectl } = here();
    const by = `${cronJob}-by-hand`;
    await kubectl.run(['create', 'job', `--from=cronjob/${cronJob}`, by]);
    await until(`${by} ends`, async () => {
      const { succeeded, failed } = (await kubectl.get('job', by)).status;
      return (succeeded ?? 0) + (failed ?? 0) > 0;
    }, { seconds });
    return JSON.parse((await kubectl.logs(`job/${by}`)).trim().split('\n').pop()!);
  }

  async function clonedRows(suffix: string, target?: RecoveryTarget): Promise<string> {
    const bootstrap = Bootstrap.fromBackups({ store, clusterName: 'orders' }, target);
    const clone = await RunningCluster.apply(here().kubectl, program(suffix, { instances: 1, bootstrap }));
    await clone.atFullStrength(240);
    const rows = await clone.sql(`${suffix}-0`, 'SELECT count(*) FROM paid');
    await here().kubectl.delete(manifests(program(suffix, { instances: 1, bootstrap })));
    return rows;
  }

  beforeAll(async () => {
    await prepare?.(here());
    cluster = await RunningCluster.apply(here().kubectl, orders);
    await cluster.atFullStrength(240);
  });

  test('there is a base backup within minutes of the first start, by cron', async () => {
    await until('a base backup', async () => (await backups()).length === 1, { seconds: 150, interval: 2 });
  });

  test('WAL is in the store', async () => {
    await onLeader('CREATE TABLE paid AS SELECT generate_series(1, 2000) AS id');
    moment = await onLeader("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    await onLeader('SELECT pg_sleep(0.2)');
    await onLeader('INSERT INTO paid SELECT generate_series(2001, 3000)');
    const segment = await archive();
    const files = HAS_WALG
      ? await walg('st', 'ls', 'wal_005/')
      : (await here().kubectl.exec(await cluster.leader(), ['sh', '-c', 'ls $(cat /etc/wal-g/env/WALG_FILE_PREFIX)/wal_005'])).stdout;
    expect(files).toContain(segment);
  });

  test('a clone to a moment has exactly the rows of that moment', async () => {
    expect(await clonedRows('to-time', RecoveryTarget.time(moment))).toBe('2000');
  });

  real('the restore drill, started by hand, passes', async () => {
    expect(await job('orders-restore-drill')).toMatchObject({ result: 'passed', failures: [] });
  });

  real('a base backup on demand is in the store, and a new member is made from it', async () => {
    // Enough data that the WAL since the base backup is a small share.
    await onLeader('CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS text FROM generate_series(1, 110000) i');
    const { result, backup: made } = await job('orders-base-backup');
    expect(result).toBe('passed');
    expect(await backups()).toContain(made);
    const leader = await cluster.leader();
    const replica = ['orders-0', 'orders-1'].find(member => member !== leader)!;
    const { metadata: { uid } } = await cluster.pod(replica);
    await here().kubectl.run(['delete', 'pvc', `pgdata-${replica}`, '--wait=false']);
    await here().kubectl.run(['delete', 'pod', replica]);
    await until('another pod', async () => (await cluster.pod(replica))?.metadata.uid !== uid);
    await cluster.atFullStrength(240);
    const log = (await here().kubectl.run(['logs', replica, '--tail=-1'])).stdout;
    expect(log).toContain(`fetching ${made}`);
    expect(log).toContain('replica has been created using from_backup');
  });

  test('after a failover the new leader archives, and a clone has all rows', async () => {
    const before = await cluster.leader();
    await here().kubectl.run(['delete', 'pod', before]);
    await cluster.atFullStrength(240);
    if (await cluster.leader() === before) { await cluster.switchOver(); }
    await cluster.atFullStrength(240);
    expect(await cluster.leader()).not.toBe(before);
    await onLeader('INSERT INTO paid SELECT generate_series(3001, 3500)');
    expect(await archive()).not.toMatch(/^00000001/);
    expect(await clonedRows('latest')).toBe('3500');
  });
});
