/** The volume store, from the first segment to the end of a life: what is said in docs/backup.md is seen here. */
import { Cron, Size } from 'cdk8s';
import { Member } from './support/member';
import { until } from './support/run';
import { WALG } from './support/tools';
import { World } from './support/world';
import { Backup, BackupStore, Bootstrap, CloneSource, RecoveryTarget } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const store = BackupStore.volume({ size: Size.gibibytes(1) });
const backup = Backup.to(store, { schedule: Cron.schedule({ minute: '7' }), retain: 3 });
const source = CloneSource.backups(store, { clusterName: 'orders' });

const rows = (member: Member) => member.sql('SELECT count(*) FROM paid');
const insert = (member: Member, from: number, to: number) => member.sql(`INSERT INTO paid SELECT generate_series(${from}, ${to})`);

async function cloned(name: string, target?: RecoveryTarget): Promise<Member> {
  const [member] = await world.cluster(name, { instances: 1, backup, bootstrap: Bootstrap.clone(source, target) });
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
    expect(await leader.walg('backup-list')).toMatch(/base_0000000100000000000000\d\d/);
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
});
