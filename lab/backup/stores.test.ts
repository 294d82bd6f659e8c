/**
 * Every store that a real server can stand for on loopback: archive, base backup, recovery to a moment, to the latest and after a
 * failover, wrong credentials. With BACKUP_MATRIX=all also what else the volume store is put through.
 */
import { Kind, KINDS } from './support/kinds';
import { Member } from './support/member';
import { stopAll, until } from './support/run';
import { consecutive } from './support/segments';
import { WALG } from './support/tools';
import { World } from './support/world';
import { secretKey } from '../../test/support/render';
import { Backup, BackupCompression, BackupEncryption, Bootstrap, RecoveryTarget } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const encryption = BackupEncryption.libsodium(secretKey('encryption', 'key'));
const KEY = { encryption: { key: '0123456789abcdef'.repeat(4) } };

const whole = process.env.BACKUP_MATRIX === 'all' ? test : test.skip;

(WALG?.real ? describe : describe.skip).each(Object.keys(KINDS))('the store %s', name => {
  let kind: Kind;
  let leader: Member;
  let replica: Member;
  let moment: string;

  beforeAll(async () => { kind = await KINDS[name](world); });
  afterAll(async () => {
    await Promise.all([leader, replica].map(member => member?.kill()));
    await kind?.gate.close();
    await stopAll();
  });

  function cluster(suffix: string, count = 1, bootstrap?: Bootstrap): Promise<Member[]> {
    world.secrets = { ...kind.secrets, ...KEY };
    const backup = Backup.to(kind.store, { encryption, compression: BackupCompression.ZSTD, retain: 2 });
    return world.cluster(`${name}-${suffix}`, { instances: count, backup, bootstrap }, count, kind.env);
  }

  async function cloned(suffix: string, target?: RecoveryTarget): Promise<Member> {
    const source = { store: kind.store, clusterName: `${name}-orders`, encryption };
    const [clone] = await cluster(suffix, 1, Bootstrap.fromBackups(source, target));
    clone.start();
    return clone.lead();
  }

  const rows = (member: Member) => member.sql('SELECT count(*) FROM paid');
  const asked = (column: string) => leader.sql(`SELECT ${column} FROM pg_stat_archiver`);

  /** Writes while the store does not take anything: nothing may be lost, neither there nor here. */
  async function without(what: string, begin: () => unknown, end: () => unknown): Promise<void> {
    const [before, failures] = [Number(await rows(leader)), Number(await asked('failed_count'))];
    await begin();
    await leader.sql('INSERT INTO paid SELECT generate_series(1, 100)');
    const segment = await leader.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await leader.sql('SELECT pg_switch_wal()');
    await until(`${what}: archiving fails`, async () => Number(await asked('failed_count')) > failures, 90);
    expect(await rows(leader)).toBe(String(before + 100));
    await end();
    await leader.archive();
    expect(await leader.segments()).toContain(segment);
  }

  test('archives every segment, encrypted, and makes a first base backup', async () => {
    [leader, replica] = await cluster('orders', 2);
    leader.start();
    await leader.lead();
    await leader.cron('first');
    await leader.sql('CREATE TABLE paid AS SELECT generate_series(1, 2000) AS id');
    moment = await leader.sql('SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')');
    await leader.sql('SELECT pg_sleep(0.2)');
    await leader.sql('INSERT INTO paid SELECT generate_series(2001, 3000)');
    await leader.archive();
    const segments = await leader.segments();
    expect(segments).toContain(await asked('last_archived_wal'));
    expect(segments).toEqual(consecutive(segments[0], segments.length));
    expect(await leader.walg('st', 'ls', '-r')).toMatch(new RegExp('wal_005/[0-9A-F]{24}\\.zst'));
  });

  test.each([['exactly the rows of a moment', '2000', true], ['all that was archived', '3000', false]])('recovers to %s', async (_, expected, toTime) => {
    const clone = await cloned(toTime ? 'time' : 'latest', toTime ? RecoveryTarget.time(moment) : undefined);
    expect(await rows(clone)).toBe(expected);
    await clone.kill();
  });

  test('wrong credentials are seen, harm nobody, and right ones count without a restart', async () => {
    await without('wrong credentials', async () => {
      await kind.check?.(true);
      leader.pod.refresh({ ...kind.wrong, ...KEY });
      // What may not be listed must not look empty: a base backup would be tried every minute.
      await expect(leader.cron('first')).rejects.toThrow('does not answer');
    }, async () => {
      leader.pod.refresh({ ...kind.secrets, ...KEY });
      await leader.archive();
      await kind.check?.(false);
    });
  });

  whole('is away for a while, and has all WAL afterwards', async () => {
    await without('the store is away', () => kind.gate.close(), () => kind.gate.open());
  });

  whole('gives a new member its data', async () => {
    await leader.sql('CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS text FROM generate_series(1, 110000) i');
    await leader.cron('scheduled');
    replica.start();
    await replica.follow();
    expect(replica.output).toContain('replica has been created using from_backup');
  });

  test('after a failover the new leader archives, and a clone has all rows', async () => {
    if (!replica.started) { replica.start(); }
    await replica.follow();
    await leader.stop();
    await replica.lead();
    await replica.sql('INSERT INTO paid SELECT generate_series(1, 500)');
    await replica.archive();
    expect((await replica.segments()).some(segment => segment.startsWith('00000002'))).toBe(true);
    const clone = await cloned('after-failover');
    expect(await rows(clone)).toBe(await rows(replica));
    await clone.kill();
  });

  whole('keeps as many base backups as it was asked to, and the oldest kept restores', async () => {
    for (let round = 0; round < 3; round++) { await replica.cron('scheduled'); }
    const kept = await replica.backups();
    expect(kept).toHaveLength(2);
    await replica.sql('SELECT pg_create_restore_point(\'end\')');
    await replica.archive();
    const clone = await cloned('oldest', RecoveryTarget.restorePoint('end', kept[0]));
    expect(clone.output).toContain(`fetching ${kept[0]}`);
    expect(await rows(clone)).toBe(await rows(replica));
    await clone.kill();
  });
});
