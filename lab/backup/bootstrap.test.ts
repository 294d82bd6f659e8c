/** Clusters that are made from another one: from a running server, to a position, paused, and as standby. */
import { Size } from 'cdk8s';
import { Member } from './support/member';
import { succeed, until } from './support/run';
import { WALG } from './support/tools';
import { World } from './support/world';
import { secretKey } from '../../test/support/render';
import { Backup, BackupStore, Bootstrap, RecoveryTarget, StandbyOptions } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const store = BackupStore.newClaim({ size: Size.gibibytes(1) });
const backup = Backup.to(store);
const backups = { store, clusterName: 'orders' };
const rows = (member: Member) => member.sql('SELECT count(*) FROM paid');

async function made(name: string, bootstrap: Bootstrap): Promise<Member> {
  const [member] = await world.cluster(name, { instances: 1, backup, bootstrap });
  member.start();
  return member;
}

(WALG?.real ? describe : describe.skip)('a cluster made from another one', () => {
  let source: Member;
  let position: string;

  beforeAll(async () => {
    world.secrets = { server: { password: 'secret' } };
    [source] = await world.cluster('orders', { instances: 1, backup });
    source.start();
    await source.lead();
    await source.cron('first');
    await source.sql('CREATE TABLE paid AS SELECT generate_series(1, 1000) AS id');
    position = await source.sql('SELECT pg_current_wal_lsn()');
    await source.sql('INSERT INTO paid SELECT generate_series(1001, 3000)');
    await source.archive();
  });

  test('from a running server: its rows, its own timeline and passwords', async () => {
    const bootstrap = Bootstrap.fromServer({ host: '127.0.0.1', port: source.port, password: secretKey('server') });
    const clone = await (await made('copied', bootstrap)).lead();
    expect(await rows(clone)).toBe('3000');
    await clone.sql('INSERT INTO paid VALUES (0)');
    expect(await rows(source)).toBe('3000');
    await clone.kill();
  });

  test('to a position in WAL', async () => {
    const clone = await (await made('to-lsn', Bootstrap.fromBackups(backups, RecoveryTarget.lsn(position)))).lead();
    expect(await rows(clone)).toBe('1000');
    await clone.kill();
  });

  test('paused at the target: it can be read, and ends when it is told to', async () => {
    const clone = await made('paused', Bootstrap.fromBackups(backups, RecoveryTarget.lsn(position, { pause: true })));
    await until('recovery pauses', async () => (await clone.sql('SELECT pg_is_wal_replay_paused()')) === 't', 90);
    expect(await rows(clone)).toBe('1000');
    expect(await clone.isLeader()).toBe(false);
    await clone.sql('SELECT pg_wal_replay_resume()');
    await clone.lead();
    await clone.kill();
  });

  test.each<[string, () => StandbyOptions]>([
    ['a host', () => ({ hosts: ['127.0.0.1'], port: source.port })],
    ['a store alone', () => ({ backups })],
  ])('a standby of %s follows, takes no writes, and leads after its promotion', async (kind, options) => {
    const name = `standby-${kind.split(' ').pop()}`;
    const standby = await made(name, Bootstrap.standby(options()));
    const before = await rows(source);
    await until('the rows arrive', async () => (await rows(standby)) === before, 120).catch(error => { throw new Error(`${error}\n${standby.output.slice(-3000)}`); });
    await source.sql('INSERT INTO paid SELECT generate_series(1, 50)');
    await source.archive();
    await until('further rows arrive', async () => (await rows(standby)) === String(Number(before) + 50), 60);
    await expect(standby.sql('CREATE TABLE no()')).rejects.toThrow('read-only');
    // Refused while Patroni has not yet written its configuration to its store.
    const promote = ['curl', '-fsS', '-X', 'PATCH', '-d', '{"standby_cluster": null}', `${standby.patroniEnv.PATRONI_URL}/config`];
    await until('Patroni takes the promotion', async () => succeed(promote, standby.pod.env).then(() => true));
    await standby.lead();
    await standby.sql('CREATE TABLE yes()');
    await standby.kill();
  });
});
