/** Every store that a real server can stand for on loopback: archive, base backup, point in time, and what is refused. */
import { secretNamed } from '../support/render';
import { Member } from './support/member';
import { Secrets } from './support/pod';
import { stopAll, until } from './support/run';
import * as servers from './support/servers';
import { WALG } from './support/tools';
import { World } from './support/world';
import { AzureCredentials, Backup, BackupEncryption, BackupStore, Bootstrap, CloneSource, Compression, RecoveryTarget, S3Credentials } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const value = (secret: string, key: string) => ({ secret: secretNamed(secret), key });
const encryption = BackupEncryption.libsodium(value('encryption', 'key'));
const KEY = { encryption: { key: '0123456789abcdef'.repeat(4) } };

interface Kind { readonly store: BackupStore; readonly secrets: Secrets; readonly env?: { [name: string]: string }; readonly wrong?: Secrets }

const KINDS: { readonly [name: string]: () => Promise<Kind> } = {
  s3: async () => {
    const { endpoint, keys } = await servers.s3(world);
    return { store: BackupStore.s3({ bucket: 'backups', endpoint, credentials: S3Credentials.fromSecret(secretNamed('s3')) }), secrets: { s3: keys } };
  },
  azure: async () => {
    const { suffix, ca, accessKey } = await servers.azure(world);
    const credentials = AzureCredentials.accessKey(value('azure', 'key'));
    return {
      store: BackupStore.azure({ account: 'devstoreaccount1', container: 'backups', endpointSuffix: suffix, credentials }),
      secrets: { azure: { key: accessKey } },
      wrong: { azure: { key: Buffer.from('wrong').toString('base64') } },
      env: { SSL_CERT_FILE: ca },
    };
  },
  ssh: async () => {
    const { port, user, directory, privateKey, strangersKey } = await servers.ssh(world);
    return {
      store: BackupStore.ssh({ host: '127.0.0.1', port, user, directory, privateKey: value('ssh', 'key') }),
      secrets: { ssh: { key: privateKey } },
      wrong: { ssh: { key: strangersKey } },
    };
  },
};

(WALG?.real ? describe : describe.skip).each(Object.keys(KINDS))('the store %s', name => {
  let kind: Kind;
  let leader: Member;
  let moment: string;

  beforeAll(async () => { kind = await KINDS[name](); });
  afterAll(async () => {
    await leader?.kill();
    await stopAll();
  });

  async function member(cluster: string, bootstrap?: Bootstrap): Promise<Member> {
    world.secrets = { ...kind.secrets, ...KEY };
    const backup = Backup.to(kind.store, { encryption, compression: Compression.ZSTD });
    const [one] = await world.cluster(`${name}-${cluster}`, { instances: 1, backup, bootstrap }, 1, kind.env);
    one.start();
    return one;
  }

  test('archives, encrypted, and makes a first base backup', async () => {
    leader = await (await member('orders')).lead();
    await leader.cron('first');
    await leader.sql('CREATE TABLE paid AS SELECT generate_series(1, 2000) AS id');
    moment = await leader.sql('SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')');
    await leader.sql('SELECT pg_sleep(0.2)');
    await leader.sql('INSERT INTO paid SELECT generate_series(2001, 3000)');
    await leader.archive();
    expect(await leader.segments()).toContain(await leader.sql('SELECT last_archived_wal FROM pg_stat_archiver'));
    expect(await leader.walg('st', 'ls', '-r')).toMatch(new RegExp('wal_005/[0-9A-F]{24}\\.zst'));
  });

  test.each([['exactly the rows of a moment', '2000', true], ['all that was archived', '3000', false]])('recovers to %s', async (_, expected, toTime) => {
    const source = CloneSource.backups(kind.store, { clusterName: `${name}-orders`, encryption });
    const clone = await (await member(toTime ? 'time' : 'latest', Bootstrap.clone(source, toTime ? RecoveryTarget.time(moment) : undefined))).lead();
    expect(await clone.sql('SELECT count(*) FROM paid')).toBe(expected);
    await clone.kill();
  });

  test('wrong credentials are seen, harm nobody, and right ones count without a restart', async () => {
    // moto takes every key.
    if (!kind.wrong) { return; }
    const asked = (column: string) => leader.sql(`SELECT ${column} FROM pg_stat_archiver`);
    const failures = Number(await asked('failed_count'));
    leader.pod.refresh({ ...kind.wrong, ...KEY });
    await leader.sql('INSERT INTO paid SELECT generate_series(3001, 3100)');
    const segment = await leader.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await leader.sql('SELECT pg_switch_wal()');
    await until('archiving fails', async () => Number(await asked('failed_count')) > failures, 90);
    expect(await leader.sql('SELECT count(*) FROM paid')).toBe('3100');
    leader.pod.refresh({ ...kind.secrets, ...KEY });
    await until('archiving catches up', async () => (await asked('last_archived_wal')) >= segment, 90);
    expect(await leader.segments()).toContain(segment);
  });
});
