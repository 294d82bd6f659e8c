/** Logical dumps and their restore, with PostgreSQL's own tools: from a live cluster through a store into a fresh one. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { Outcome, runJob } from './support/job';
import { KINDS } from './support/kinds';
import { Member } from './support/member';
import { Secrets } from './support/pod';
import { succeed, until } from './support/run';
import { POSTGRES, WALG } from './support/tools';
import { World } from './support/world';
import { secretKey } from '../../test/support/render';
import { Backup, BackupEncryption, BackupStore, DumpFormat, LogicalDumpOptions, LogicalRestoreOptions } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const byTwo = { size: Size.gibibytes(1), parallelJobs: 2 };
const volume = BackupStore.existingClaim('dumps');
const encryption = BackupEncryption.libsodium(secretKey('encryption', 'key'));
const KEY: Secrets = { encryption: { key: '0123456789abcdef'.repeat(4) } };

/** What must be the same afterwards. */
const CONTENT = [
  'SELECT count(*), sum(id), md5(string_agg(text, \',\' ORDER BY id)) FROM paid',
  'SELECT md5(string_agg(encode(lo_get(oid), \'hex\'), \',\' ORDER BY oid)) FROM pg_largeobject_metadata',
  'SELECT extname FROM pg_extension WHERE extname = \'btree_gist\'',
  'SELECT tableowner FROM pg_tables WHERE tablename = \'paid\'',
  'SELECT has_table_privilege(\'reader\', \'paid\', \'SELECT\'), has_database_privilege(\'public\', current_database(), \'CONNECT\')',
  'SHOW work_mem', 'SHOW search_path',
];

const FILL = `
  CREATE EXTENSION btree_gist;
  CREATE TABLE paid (id int PRIMARY KEY, text text);
  INSERT INTO paid SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, 5000) i;
  ALTER TABLE paid OWNER TO "Shop owner";
  GRANT SELECT ON paid TO reader;
  SELECT lo_from_bytea(0, convert_to(repeat('large object ', 5000), 'UTF8')), lo_from_bytea(0, 'another');
`;

async function inDatabase(of: Member, database: string, query: string): Promise<string> {
  return (await succeed([join(POSTGRES, 'psql'), '-h', of.pod.path('/var/run/postgresql'), '-p', String(of.port), '-U', 'postgres', '-d', database,
    '-v', 'ON_ERROR_STOP=1', '-XAtq', '-f', '-'], of.pod.env, query)).trim();
}

async function content(of: Member, database: string): Promise<string[]> {
  const answers: string[] = [];
  for (const query of CONTENT) { answers.push(await inDatabase(of, database, query)); }
  return answers;
}

/** Where dumps are kept. */
interface Place {
  readonly store: BackupStore;
  readonly secrets: Secrets;
  readonly encrypted?: BackupEncryption;
  readonly env?: { [name: string]: string };
}

(WALG?.real ? describe : describe.skip)('logical dumps', () => {
  let source: Member;
  let standby: Member;
  let target: Member;
  const NAMES = ['shop', 'Web shop'];

  /** What wal-g has to be told beside what is rendered. */
  let walgEnv: { [name: string]: string } = {};

  const at = (leader: Member) => (task: any) => ({ ...task, host: '127.0.0.1', port: leader.port });
  const backup = Backup.none();

  function dump(options: LogicalDumpOptions, changes = at(source), before: string[] = []): Promise<Outcome> {
    return runJob(world, world.render('orders', { instances: 1, backup, logicalDump: options }), 'CronJob', 'orders-logical-dump', changes, { before, env: walgEnv });
  }

  function restore(store: BackupStore, options: LogicalRestoreOptions = {}, encryptedBy?: BackupEncryption): Promise<Outcome> {
    const from = { store, clusterName: 'orders', encryption: encryptedBy };
    const rendered = world.render('copy', { instances: 1, backup, logicalRestore: { source: from, ...options } });
    return runJob(world, rendered, 'Job', 'copy-logical-restore', at(target), { env: walgEnv });
  }

  async function empty(): Promise<void> {
    for (const name of [...NAMES, 'renamed', 'half']) { await target.sql(`DROP DATABASE IF EXISTS "${name}"`); }
    await target.sql('DROP ROLE IF EXISTS "Shop owner", reader, nobodys');
  }

  const logical = () => join(world.directory('claims/dumps'), 'orders/15/logical');

  beforeAll(async () => {
    [source, standby] = await world.cluster('orders', { instances: 2, backup }, 2);
    [target] = await world.cluster('copy', { instances: 1, backup });
    for (const leader of [source, target]) {
      leader.start();
      await leader.lead();
    }
    await source.sql('CREATE ROLE "Shop owner" LOGIN PASSWORD \'of-the-owner\'; CREATE ROLE reader; GRANT reader TO "Shop owner"');
    for (const name of NAMES) {
      await source.sql(`CREATE DATABASE "${name}" OWNER "Shop owner"`);
      await source.sql(`ALTER DATABASE "${name}" SET work_mem = '7MB'; ALTER DATABASE "${name}" SET search_path = public, "$user", 'Own'`);
      await source.sql(`REVOKE CONNECT ON DATABASE "${name}" FROM PUBLIC; GRANT CONNECT ON DATABASE "${name}" TO reader`);
      await inDatabase(source, name, FILL);
    }
  });

  afterEach(empty);

  const FORMATS: [string, LogicalDumpOptions, LogicalRestoreOptions][] = [
    ['custom', {}, {}],
    ['custom, restored by two processes', {}, { scratch: byTwo }],
    ['directory, by two processes', { format: DumpFormat.directory(byTwo) }, { scratch: byTwo }],
    ['plain', { format: DumpFormat.plain() }, {}],
  ];

  const KEPT_IN: { readonly [store: string]: () => Promise<Place> } = {
    'a volume': async () => ({ store: volume, secrets: {} }),
    ...Object.fromEntries(Object.entries(KINDS).filter(([name]) => name === 's3' || process.env.BACKUP_MATRIX === 'all')
      .map(([name, make]) => [`${name}, encrypted`, async () => {
        const kind = await make(world);
        return { ...kind, secrets: { ...kind.secrets, ...KEY }, encrypted: encryption };
      }])),
  };

  describe.each(Object.keys(KEPT_IN))('through %s', place => {
    let store: BackupStore;
    let encrypted: BackupEncryption | undefined;

    beforeAll(async () => {
      let secrets: Secrets;
      ({ store, secrets, encrypted, env: walgEnv = {} } = await KEPT_IN[place]());
      world.secrets = secrets;
    });

    afterAll(() => { walgEnv = {}; });

    test.each(FORMATS)('%s: rows, large objects, extensions, owners, privileges, settings and roles are the same', async (__, dumping, restoring) => {
      const dumped = await dump({ store, encryption: encrypted, ...dumping });
      expect(dumped.report).toMatchObject({ result: 'passed', failures: [], databases: ['Web shop', 'postgres', 'shop'] });
      expect(dumped.status).toBe(0);
      expect(dumped.termination).toEqual(dumped.report);
      const restored = await restore(store, restoring, encrypted);
      expect(restored.report).toMatchObject({ result: 'passed', failures: [], dump: dumped.report.dump, restored: NAMES.slice().reverse() });
      expect(restored.report.roles.sort()).toEqual(['Shop owner', 'reader']);
      for (const name of NAMES) { expect(await content(target, name)).toEqual(await content(source, name)); }
      const login = 'SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = \'Shop owner\'';
      expect(await target.sql(login)).toBe(await source.sql(login));
      expect(await target.sql('SELECT pg_has_role(\'Shop owner\', \'reader\', \'MEMBER\')')).toBe('t');
    });

    test('nothing in the store can be read without the key', async () => {
      if (!encrypted) { return; }
      world.secrets = { ...world.secrets, encryption: { key: 'f'.repeat(64) } };
      const { status, report } = await restore(store, {}, encrypted);
      world.secrets = { ...world.secrets, ...KEY };
      expect(status).toBe(1);
      expect(report.failures.join()).toMatch(/there is no finished dump .* finished are: none; not to be read, with this key at least: 2/);
    });
  });

  describe('on a volume', () => {
    beforeAll(() => {
      world.secrets = {};
      rmSync(logical(), { recursive: true, force: true });
    });

    /** As if it had been made earlier. */
    function date(dumped: Outcome, id: string): void {
      renameSync(join(logical(), dumped.report.dump), join(logical(), id));
    }

    /** One that was broken off. */
    function half(id: string): string {
      const folder = world.directory(`claims/dumps/orders/15/logical/${id}`);
      writeFileSync(join(folder, 'shop.dump.lz4'), 'half');
      return folder;
    }

    test('one database under another name, without roles: it belongs to the superuser', async () => {
      const { report: { dump: id } } = await dump({ store: volume, databases: ['shop'] });
      const { status } = await restore(volume, { dump: id, databases: [{ name: 'shop', newName: 'renamed' }], roles: false });
      expect(status).toBe(0);
      expect(await inDatabase(target, 'renamed', 'SELECT count(*), min(tableowner) FROM paid, pg_tables WHERE tablename = \'paid\'')).toBe('5000|postgres');
      expect(await target.sql('SELECT count(*) FROM pg_roles WHERE rolname = \'reader\'')).toBe('0');
    });

    test('what was restored before is left alone', async () => {
      await restore(volume);
      await inDatabase(target, 'shop', 'DELETE FROM paid WHERE id > 10');
      const { status, report } = await restore(volume);
      expect(status).toBe(0);
      expect(report).toMatchObject({ result: 'passed', restored: [] });
      expect(await inDatabase(target, 'shop', 'SELECT count(*) FROM paid')).toBe('10');
    });

    test('a database that holds something is refused, and nothing is touched', async () => {
      await dump({ store: volume });
      await target.sql('CREATE DATABASE shop');
      await inDatabase(target, 'shop', 'CREATE TABLE mine (id int)');
      const { status, report } = await restore(volume);
      expect(status).toBe(1);
      expect(report.failures).toEqual([expect.stringMatching(/^shop is not empty \(.*mine.*\): drop or rename it.*nothing was restored$/)]);
      expect(await target.sql('SELECT count(*) FROM pg_database WHERE datname = \'Web shop\'')).toBe('0');
      expect(await target.sql('SELECT count(*) FROM pg_roles WHERE rolname = \'reader\'')).toBe('0');
    });

    test('an empty database is filled', async () => {
      await target.sql('CREATE DATABASE shop TEMPLATE template0');
      expect((await restore(volume, { databases: [{ name: 'shop' }] })).status).toBe(0);
      expect(await inDatabase(target, 'shop', 'SELECT count(*) FROM paid')).toBe('5000');
    });

    test('a half-written dump is not chosen', async () => {
      const folder = half('20990101T000000Z');
      const { status, report } = await restore(volume);
      rmSync(folder, { recursive: true });
      expect(status).toBe(0);
      expect(report.dump).toBe(readdirSync(logical()).sort().pop());
    });

    test('what cannot be read to its end leaves no database behind', async () => {
      const dumped = await dump({ store: volume, databases: ['shop'] });
      const folder = join(logical(), dumped.report.dump);
      const file = join(folder, readdirSync(folder).find(name => name.startsWith('shop.dump'))!);
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length / 2));
      const { status, report } = await restore(volume, { dump: dumped.report.dump });
      rmSync(folder, { recursive: true });
      expect(status).toBe(1);
      expect(report.failures).toEqual([expect.stringMatching(/^shop: /)]);
      expect(await target.sql('SELECT count(*) FROM pg_database WHERE datname = \'shop\'')).toBe('0');
    });

    test('so many are kept, and what was never finished goes', async () => {
      rmSync(logical(), { recursive: true });
      for (const id of ['20200101T000000Z', '20200102T000000Z', '20200103T000000Z']) {
        date(await dump({ store: volume, databases: ['shop'], retain: 9 }), id);
      }
      half('20200102T120000Z');
      const { report } = await dump({ store: volume, databases: ['shop'], retain: 2 });
      expect(report).toMatchObject({ kept: 2, removed: 3 });
      const entries = readdirSync(logical(), { withFileTypes: true, recursive: true });
      const left = entries.filter(entry => entry.isFile()).map(({ parentPath }) => parentPath);
      expect([...new Set(left)].sort()).toEqual([join(logical(), '20200103T000000Z'), join(logical(), report.dump)]);
    });

    test('a database that cannot be dumped makes the dump fail, and it does not count', async () => {
      const before = await dump({ store: volume, databases: ['shop'], retain: 9 });
      await source.sql('CREATE DATABASE half');
      await inDatabase(source, 'half', 'CREATE TABLE t (id int); INSERT INTO t VALUES (1)');
      const file = await inDatabase(source, 'half', 'SELECT pg_relation_filepath(\'t\')');
      await source.sql('CHECKPOINT');
      rmSync(join(source.dataDirectory, file));
      const { status, report } = await dump({ store: volume, databases: ['half'] });
      await source.sql('DROP DATABASE half');
      expect([status, report.result]).toEqual([1, 'failed']);
      expect(report.failures).toEqual([expect.stringMatching(/^half: /)]);
      expect((await restore(volume, { databases: [{ name: 'shop' }] })).report.dump).toBe(before.report.dump);
    });

    test('a database that does not exist is said', async () => {
      const { status, report } = await dump({ store: volume, databases: ['piad'] });
      expect([status, report.failures]).toEqual([1, ['there is no database piad']]);
    });

    test('a dump that its deadline ends says so, and does not count', async () => {
      const before = await dump({ store: volume, databases: ['shop'] });
      const locked = inDatabase(source, 'shop', 'BEGIN; LOCK TABLE paid; SELECT pg_sleep(600)').catch(() => 'ended');
      const holder = 'FROM pg_stat_activity WHERE query ~ \'^SELECT pg_sleep\'';
      await until('the table is locked', async () => (await source.sql(`SELECT count(*) ${holder}`)) === '1');
      const { status, report } = await dump({ store: volume, databases: ['shop'] }, at(source), ['timeout', '--foreground', '--preserve-status', '4']);
      await source.sql(`SELECT pg_terminate_backend(pid) ${holder}`);
      await locked;
      expect([status, report.failures]).toEqual([1, [expect.stringContaining('told to end')]]);
      expect((await restore(volume, { databases: [{ name: 'shop' }] })).report.dump).toBe(before.report.dump);
    });

    test('a wrong password is said', async () => {
      world.secrets = { passwords: { 'superuser-password': 'wrong' } };
      const { status, report } = await dump({ store: volume });
      world.secrets = {};
      expect([status, report.failures]).toEqual([1, [expect.stringContaining('password authentication failed')]]);
    });

    test('a replica is read', async () => {
      standby.start();
      await standby.follow();
      expect((await dump({ store: volume, fromReplica: true }, at(standby))).report).toMatchObject({ result: 'passed', failures: [] });
      expect((await restore(volume)).status).toBe(0);
      for (const name of NAMES) { expect(await content(target, name)).toEqual(await content(source, name)); }
      await standby.kill();
    });

    test('without a replica the leader is read', async () => {
      const { status, report } = await dump({ store: volume, fromReplica: true }, task => ({ ...task, host: '127.0.0.2,127.0.0.1', port: `1,${source.port}` }));
      expect([status, report.failures]).toEqual([0, []]);
    });

    test('a dump that there is not is said, with those that there are', async () => {
      const { status, report } = await restore(volume, { dump: '20000101T000000Z' });
      expect([status, report.failures]).toEqual([1, [expect.stringMatching(/no finished dump 20000101T000000Z in .*; finished are: 2/)]]);
    });
  });
});
