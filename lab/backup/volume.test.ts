/** The volume store, from the first segment to the end of a life: what is said in docs/backup.md is seen here. */
import { cpSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Cron, Size } from 'cdk8s';
import { Member } from './support/member';
import { until } from './support/run';
import { consecutive } from './support/segments';
import { WALG } from './support/tools';
import { World } from './support/world';
import { Backup, BackupStore, Bootstrap, RecoveryTarget, SpiloImage } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const store = BackupStore.newClaim({ size: Size.gibibytes(1) });
const backup = Backup.to(store, { schedule: Cron.schedule({ minute: '7' }), retain: 3 });
const source = { store, clusterName: 'orders' };

/** The stand-in tells neither the position nor the database system of a base backup. */
const realTest = WALG?.real ? test : test.skip;
const rows = (member: Member) => member.sql('SELECT count(*) FROM paid');
const insert = (member: Member, from: number, to: number) => member.sql(`INSERT INTO paid SELECT generate_series(${from}, ${to})`);

async function cloned(name: string, target?: RecoveryTarget): Promise<Member> {
  const [member] = await world.cluster(name, { instances: 1, backup, bootstrap: Bootstrap.fromBackups(source, target) });
  member.start();
  return member;
}

(WALG ? describe : describe.skip)('the volume store', () => {
  let leader: Member;
  let replica: Member;
  let moment: string;

  test('archives every segment and makes a first base backup', async () => {
    [leader, replica] = await world.cluster('orders', { backup }, 2);
    leader.start();
    await leader.lead();
    await leader.cron('first');
    expect(await leader.backups()).toEqual([expect.stringMatching(/^base_00000001/)]);
    expect(await leader.cron('first')).toBe('');
  });

  test('recovers to exactly the rows of a moment', async () => {
    await leader.sql('CREATE TABLE paid (id int PRIMARY KEY)');
    await insert(leader, 1, 2000);
    moment = await leader.sql('SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')');
    await leader.sql('SELECT pg_sleep(0.2)');
    await insert(leader, 2001, 3000);
    await leader.archive();
    const clone = await (await cloned('to-time', RecoveryTarget.time(moment))).lead();
    expect(await rows(clone)).toBe('2000');
    await clone.kill();
  });

  test('recovers all that was archived', async () => {
    const clone = await (await cloned('to-latest')).lead();
    expect(await rows(clone)).toBe('3000');
    await clone.kill();
  });

  test('has every WAL segment in the store, counted there', async () => {
    const segments = await leader.segments();
    const last = await leader.sql('SELECT last_archived_wal FROM pg_stat_archiver');
    expect(segments).toContain(last);
    expect(segments).toEqual(consecutive(segments[0], segments.length));
  });

  test('a clone archives to a place of its own and leaves its source alone', async () => {
    const before = await leader.backups();
    const clone = await (await cloned('own-place')).lead();
    await clone.cron('first');
    expect(await clone.backups()).toEqual([expect.stringMatching(/^base_00000002/)]);
    expect(await leader.backups()).toEqual(before);
    await clone.kill();
  });

  test.each([
    ['in the future', '2099-01-01T00:00:00Z', /target time 2099-01-01T00:00:00\+00:00 is in the future/],
    ['before the first base backup', '2020-01-01T00:00:00Z', /no base backup before 2020-01-01T00:00:00\+00:00 .* the first of \d+ is base_/],
  ])('refuses a target time %s: no empty cluster', async (_, time, reason) => {
    const clone = await cloned(`refused-${time.slice(0, 4)}`, RecoveryTarget.time(time));
    await expect(clone.lead()).rejects.toThrow('has given up');
    expect(clone.output).toMatch(reason);
    await clone.kill();
  });

  test('a new member follows', async () => {
    // 80 MB of data and a fresh base backup: little WAL to replay.
    await leader.sql('CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS text FROM generate_series(1, 110000) i');
    await leader.cron('scheduled');
    replica.start();
    await replica.follow();
  });

  realTest('a new member was made from the store where that is the faster way', () => {
    expect(replica.output).toMatch(/worth it up to 30 %/);
    expect(replica.output).toContain('fetching base_');
    expect(replica.output).toContain('replica has been created using from_backup');
  });

  test('after a failover the new leader archives, and a clone has all rows', async () => {
    await leader.kill();
    await replica.lead();
    await insert(replica, 3001, 3500);
    await replica.archive();
    expect((await replica.segments()).some(name => name.startsWith('00000002'))).toBe(true);
    const clone = await (await cloned('after-failover')).lead();
    expect(await rows(clone)).toBe('3500');
    await clone.kill();
  });

  test('retention keeps the number that was asked for, and the oldest kept restores', async () => {
    for (let round = 0; round < 4; round++) { await replica.cron('scheduled'); }
    const kept = await replica.backups();
    expect(kept).toHaveLength(3);
    const oldest = await replica.sql('SELECT pg_create_restore_point(\'end\')') && kept[0];
    await replica.archive();
    const clone = await (await cloned('oldest', RecoveryTarget.restorePoint('end', oldest))).lead();
    expect(clone.output).toContain(`fetching ${oldest}`);
    expect(await rows(clone)).toBe('3500');
    await clone.kill();
  });

  test('a half-written base backup is never chosen', async () => {
    const [newest] = (await replica.backups()).slice(-1);
    const folder = join(world.directory('claims/orders-backup'), 'orders/15/basebackups_005');
    // What a push leaves that was killed: the data without the sentinel, which is written last.
    cpSync(join(folder, newest), join(folder, 'base_0000000200000000000000FF'), { recursive: true });
    expect(await replica.backups()).not.toContain('base_0000000200000000000000FF');
    const clone = await (await cloned('half-written')).lead();
    expect(clone.output).toContain(`fetching ${newest}`);
    await clone.kill();
  });

  test('a store that is away for a while loses no WAL', async () => {
    const claim = world.directory('claims/orders-backup');
    renameSync(claim, `${claim}-away`);
    await insert(replica, 3501, 3600);
    const gone = await replica.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await replica.sql('SELECT pg_switch_wal()');
    await until('archiving fails', async () => (await replica.sql('SELECT last_failed_wal FROM pg_stat_archiver')) === gone);
    renameSync(`${claim}-away`, claim);
    await until('archiving catches up', async () => (await replica.sql('SELECT last_archived_wal FROM pg_stat_archiver')) >= gone, 120);
    expect(await replica.segments()).toContain(gone);
  });

  test('while the manifest names the next major version, WAL and base backups go where those of the data are', async () => {
    const next = world.render('orders', { backup, image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 } });
    replica = await replica.reapply(next);
    replica.start();
    await replica.lead();
    await insert(replica, 3601, 3700);
    const segment = await replica.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    await replica.archive();
    await replica.cron('scheduled');
    const place = (version: number) => join(world.directory('claims/orders-backup'), `orders/${version}`);
    expect(readdirSync(join(place(15), 'wal_005')).some(name => name.startsWith(segment))).toBe(true);
    expect(readdirSync(place(16))).toEqual([]);
    const clone = await (await cloned('of-the-old-version')).lead();
    expect(await rows(clone)).toBe('3700');
    await clone.kill();
  });

  realTest('a cluster that starts anew never overwrites its predecessor', async () => {
    const before = await replica.segments();
    const [again] = await world.cluster('orders-again', { instances: 1, backup: Backup.to(BackupStore.existingClaim('orders-backup', { directory: 'orders/15' })) });
    again.start();
    await again.lead();
    await again.sql('CREATE TABLE other AS SELECT 1');
    await again.sql('SELECT pg_switch_wal()');
    await until('archiving is refused', async () => Number(await again.sql('SELECT failed_count FROM pg_stat_archiver')) > 0);
    expect(again.output).toContain('holds backups of another database system');
    expect(await replica.segments()).toEqual(before);
    await again.kill();
  });
});
