/** The restore drill: it passes on a whole store, and finds what was planted. */
import { closeSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { drill } from './support/drill';
import { Member } from './support/member';
import { WALG } from './support/tools';
import { World } from './support/world';
import { Props } from '../../test/support/render';
import { Backup, BackupStore, DrillCheck } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const program = (checks: DrillCheck[] = [], store = BackupStore.newClaim({ size: Size.gibibytes(1) })): Props => ({
  instances: 1, backup: Backup.to(store, { restoreDrill: { scratch: { size: Size.gibibytes(1) }, checks } }),
});

(WALG?.real ? describe : describe.skip)('the restore drill', () => {
  let leader: Member;
  const wal = () => join(world.directory('claims/orders-backup'), 'orders/15/wal_005');

  beforeAll(async () => {
    [leader] = await world.cluster('orders', program());
    leader.start();
    await leader.lead();
    await leader.cron('first');
    await leader.sql('CREATE TABLE paid (id int PRIMARY KEY, text text)');
    await leader.sql('INSERT INTO paid SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 3000) i');
    await leader.archive();
  });

  test('passes on a whole store, and says how long it took', async () => {
    const before = readdirSync(wal());
    const { status, report, termination } = await drill(world, world.render('orders', program([
      { name: 'all orders', sql: 'SELECT count(*) = 3000 FROM paid' },
    ])));
    expect(report).toMatchObject({ result: 'passed', failures: [], cluster: 'orders' });
    expect(status).toBe(0);
    expect(report.restore_seconds).toBeGreaterThan(0);
    expect(report.recovery_point_age_seconds).toBeLessThan(600);
    expect(termination).toEqual(report);
    expect(readdirSync(wal())).toEqual(before);
  });

  test('fails when what you say is not true', async () => {
    const { status, report } = await drill(world, world.render('orders', program([
      { name: 'more orders', sql: 'SELECT count(*) > 5000 FROM paid' }, { name: 'a typo', sql: 'SELECT count(*) > 0 FROM piad' },
    ])));
    expect(status).toBe(1);
    expect(report.failures).toEqual(['check more orders: f', expect.stringContaining('relation "piad" does not exist')]);
  });

  test('finds a missing WAL segment', async () => {
    for (let round = 0; round < 3; round++) {
      await leader.sql(`INSERT INTO paid SELECT i, 'late' FROM generate_series(${10000 * (round + 1)}, ${10000 * (round + 1) + 100}) i`);
      await leader.archive();
    }
    const [victim] = (await leader.segments()).slice(-2);
    const file = join(wal(), readdirSync(wal()).find(name => name.startsWith(`${victim}.`))!);
    renameSync(file, join(world.root, 'victim'));
    const { status, report } = await drill(world, world.render('orders', program()));
    renameSync(join(world.root, 'victim'), file);
    expect(status).toBe(1);
    expect(report.failures.join('\n')).toMatch(/lacks WAL segments/);
    expect(report.failures.join('\n')).toMatch(/recovery ended in segment/);
    expect((await drill(world, world.render('orders', program()))).status).toBe(0);
  });

  test('finds a corrupted page', async () => {
    const path = await leader.sql('SELECT pg_relation_filepath(\'paid\')');
    // Nothing may write the page once more from memory, not even a hint bit.
    await leader.sql('VACUUM (FREEZE) paid');
    await leader.sql('CHECKPOINT');
    const file = openSync(join(leader.dataDirectory, path), 'r+');
    writeSync(file, Buffer.from('these bytes are wrong'), 0, 21, 8192 * 3 + 5000);
    closeSync(file);
    await leader.cron('scheduled');
    await leader.archive();
    const { status, report } = await drill(world, world.render('orders', program()));
    expect(status).toBe(1);
    expect(report.failures.join('\n')).toMatch(/pg_checksums/);
  });

  test('fails when there is no base backup at all', async () => {
    const empty = program([], BackupStore.existingClaim('empty', { directory: '.' }));
    const { status, report } = await drill(world, world.render('orders', empty));
    expect(status).toBe(1);
    expect(report.failures.join()).toContain('there is no base backup');
  });
});
