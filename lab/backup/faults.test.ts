/** What goes wrong with a volume: it is full, or whoever writes to it is killed. */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { Member } from './support/member';
import { stop, until } from './support/run';
import { consecutive } from './support/segments';
import { IS_ROOT, WALG } from './support/tools';
import { Volume, World } from './support/world';
import { Backup, BackupOptions, BackupStore, Bootstrap } from 'cdk8s-spilo';

const store = BackupStore.newClaim({ size: Size.gibibytes(1) });

/** One cluster of its own for each kind of fault, and clones of it. */
function suite(options: BackupOptions = {}) {
  const world = new World();
  afterAll(() => world.remove());
  const backup = Backup.to(store, options);
  const member = async (name: string, bootstrap?: Bootstrap) => {
    const [one] = await world.cluster(name, { instances: 1, backup, bootstrap });
    one.start();
    return one.lead();
  };
  const cloned = (name: string) => member(name, Bootstrap.fromBackups({ store, clusterName: 'orders' }));
  const stored = (folder: string) => join(world.directory('claims/orders-backup'), 'orders/15', folder);
  return { world, member, cloned, stored };
}

const rows = (member: Member) => member.sql('SELECT count(*) FROM paid');
const asked = (member: Member, column: string) => member.sql(`SELECT ${column} FROM pg_stat_archiver`);
const current = (member: Member) => member.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');

(WALG?.real && IS_ROOT ? describe : describe.skip)('a full volume', () => {
  const { world, member, cloned, stored } = suite();
  let leader: Member;
  let volume: Volume;

  beforeAll(async () => {
    volume = world.volume('claims/orders-backup', 24);
    leader = await member('orders');
    await leader.cron('first');
    await leader.sql('CREATE TABLE paid (id int, text text)');
  });

  test('stops the archive, visibly, and not the database', async () => {
    await until('the volume is full', async () => {
      // Random, so that no compression makes it fit.
      await leader.sql('INSERT INTO paid SELECT i, md5(random()::text) || md5(random()::text) FROM generate_series(1, 20000) i');
      await leader.sql('SELECT pg_switch_wal()');
      return Number(await asked(leader, 'failed_count')) > 0;
    }, 90);
    expect(leader.output).toMatch(/no space left on device/);
    const before = Number(await rows(leader));
    await leader.sql('INSERT INTO paid SELECT i FROM generate_series(1, 100) i');
    expect(Number(await rows(leader))).toBe(before + 100);
  });

  test('fails a base backup, which says so and is never listed', async () => {
    const before = await leader.backups();
    await expect(leader.cron('scheduled')).rejects.toThrow(/no space left on device[^]*the base backup FAILED/);
    expect(await leader.backups()).toEqual(before);
  });

  test('with room again has every segment, whole, and a clone has all rows', async () => {
    volume.grow(300);
    await leader.archive();
    const segments = await leader.segments();
    expect(segments).toEqual(consecutive(segments[0], segments.length));
    expect(readdirSync(stored('wal_005')).filter(name => statSync(join(stored('wal_005'), name)).size === 0)).toEqual([]);
    const clone = await cloned('after-full');
    expect(await rows(clone)).toBe(await rows(leader));
    await clone.kill();
  });
});

(WALG?.real ? describe : describe.skip)('kill -9', () => {
  const { member, cloned, stored } = suite({ diskRateLimit: Size.mebibytes(8) });
  let leader: Member;

  beforeAll(async () => {
    leader = await member('orders');
    await leader.sql('CREATE TABLE paid AS SELECT generate_series(1, 1000) AS id');
  });

  test('of the machine during a base backup leaves nothing that is taken for one, and the next one is whole', async () => {
    const running = leader.cronInBackground('first');
    const parts = () => readdirSync(stored('basebackups_005'), { recursive: true }).map(String).filter(name => name.includes('.tar.'));
    await until('data is on its way', async () => parts().length > 0);
    await Promise.all([stop(running), leader.kill()]);
    const [half] = readdirSync(stored('basebackups_005'));
    expect(existsSync(stored(`basebackups_005/${half}_backup_stop_sentinel.json`))).toBe(false);
    leader.start();
    await leader.lead();
    expect(await leader.backups()).toEqual([]);
    await leader.cron('first');
    expect(await leader.backups()).toEqual([expect.not.stringMatching(half)]);
    await leader.archive();
    const clone = await cloned('after-kill');
    expect(await rows(clone)).toBe('1000');
    await clone.kill();
  });

  test.each([['half of it', 1000], ['an empty file', 0]])('of the archiver leaves %s in the store: it is written again', async (_, size) => {
    await leader.sql('INSERT INTO paid SELECT generate_series(1, 100)');
    const name = await current(leader);
    // As wal-g leaves it: there, under its name, and not whole.
    const path = join(stored('wal_005'), `${name}.lz4`);
    writeFileSync(path, Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x64, 0x70, 0xb9, ...Array(1000).fill(0)]), { mode: 0o666 });
    truncateSync(path, size);
    await leader.archive();
    expect(leader.output).toContain(`wal_005/${name}.lz4 is not whole: it is written again`);
    expect(await leader.segments()).toContain(name);
    const clone = await cloned(`after-${size}`);
    expect(await rows(clone)).toBe(await rows(leader));
    await clone.kill();
  });

  test('an empty segment ends a recovery as a missing one does', async () => {
    await leader.sql('INSERT INTO paid VALUES (0)');
    writeFileSync(join(stored('wal_005'), `${await current(leader)}.lz4`), '');
    const clone = await cloned('empty-end');
    expect(Number(await rows(clone))).toBe(Number(await rows(leader)) - 1);
    await clone.kill();
  });

  test('another content under the name of a segment is never overwritten', async () => {
    await leader.archive();
    const [first] = await leader.segments();
    await leader.sql('INSERT INTO paid VALUES (0)');
    const name = await current(leader);
    writeFileSync(join(stored('wal_005'), `${name}.lz4`), readFileSync(join(stored('wal_005'), `${first}.lz4`)));
    await leader.sql('SELECT pg_switch_wal()');
    await until('archiving is refused', async () => (await asked(leader, 'last_failed_wal')) === name);
    expect(leader.output).toContain('contents differ');
    expect(await asked(leader, 'last_archived_wal')).not.toBe(name);
  });
});
