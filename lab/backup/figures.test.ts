/**
 * Measures, and writes `docs/backup-figures.md`: FIGURES=1 npm run test:backup -- figures. On a machine without other work; what is
 * compared runs in turns, in one run on one machine.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { drill } from './support/drill';
import { Member } from './support/member';
import { POSTGRES, versions, WALG } from './support/tools';
import { World } from './support/world';
import { Backup, BackupStore } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const ROUNDS = 5;
/** What is promised: a restore takes at most this much longer than a copy, and the archive leaves at least this share of the transactions. */
const LIMIT = { restore: 1.5, archive: 0.9 };
const props = {
  instances: 1,
  // As in production: each commit waits for the disk.
  postgres: { initdb: { locale: 'C.UTF-8' }, parameters: { fsync: 'on' } },
  backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(2) }), { restoreDrill: { scratch: { size: Size.gibibytes(2) } } }),
};

const before = loadavg()[0];
const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

(WALG?.real && process.env.FIGURES ? describe : describe.skip)('figures', () => {
  let leader: Member;
  let connection: string;
  const lines: string[] = [];

  beforeAll(async () => {
    [leader] = await world.cluster('orders', props);
    leader.start();
    await leader.lead();
    connection = `-h /var/run/postgresql -p ${leader.port} -U postgres`;
    await leader.pod.succeed(`${POSTGRES}/pgbench -i -q -s 20 ${connection} postgres 2>&1`);
    await leader.sql('CHECKPOINT');
    await leader.cron('first');
    await leader.archive();
  });

  afterAll(() => {
    if (lines.length === 3) { writeFileSync(join(__dirname, '../../docs/backup-figures.md'), page(lines)); }
  });

  test('a restore from the volume store against a copy of the server', async () => {
    const times = { restore: [] as number[], copy: [] as number[] };
    const bytes = Number(await leader.sql('SELECT sum(pg_database_size(oid)) FROM pg_database'));
    for (let round = 0; round < ROUNDS; round++) {
      const folder = `/tmp/figures-${round}`;
      await leader.pod.succeed(`mkdir ${folder}`);
      times.copy.push(await seconds(() => leader.pod.succeed(`${POSTGRES}/pg_basebackup ${connection.replace('-U postgres', '-U standby')} -D ${folder}/copy -X stream -c fast`)));
      times.restore.push(await seconds(() => leader.pod.succeed(`envdir /etc/wal-g/env wal-g backup-fetch ${folder}/restored LATEST 2>&1`)));
      await leader.pod.succeed(`rm -rf ${folder}`);
    }
    const perGb = (time: number) => (time / (bytes / 2 ** 30)).toFixed(1);
    const [restore, copy] = [median(times.restore), median(times.copy)];
    lines.push(`| time to fetch a base backup, per GiB (${(bytes / 2 ** 20).toFixed(0)} MiB of data) | ${perGb(restore)} s | pg_basebackup: ${perGb(copy)} s | ${(restore / copy).toFixed(2)} x |`);
    expect(restore / copy).toBeLessThanOrEqual(LIMIT.restore);
  });

  test('a restore drill', async () => {
    let report: any;
    const whole = await seconds(async () => { ({ report } = await drill(world, world.render('orders', props))); });
    expect(report).toMatchObject({ result: 'passed' });
    lines.push(`| restore drill of ${(report.bytes / 2 ** 20).toFixed(0)} MiB | ${whole.toFixed(1)} s in all | of this fetch and replay ${report.restore_seconds} s | |`);
  });

  // The last, since it leaves gaps in the archive.
  test('transactions each second with the archive against without', async () => {
    const rates = { archive: [] as number[], without: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      // In turns: what the checkpoint or the cache of the one leaves to the other evens out.
      for (const kind of round % 2 ? ['archive', 'without'] as const : ['without', 'archive'] as const) {
        await leader.sql(kind === 'archive' ? 'ALTER SYSTEM RESET archive_command' : 'ALTER SYSTEM SET archive_command = \'/bin/true\'');
        await leader.sql('SELECT pg_reload_conf()');
        await leader.sql('CHECKPOINT');
        const output = await leader.pod.succeed(`${POSTGRES}/pgbench -c 4 -j 2 -T 10 ${connection} postgres 2>&1`);
        rates[kind].push(Number(/tps = ([\d.]+) \(without/.exec(output)![1]));
      }
    }
    const [archive, without] = [median(rates.archive), median(rates.without)];
    lines.push(`| pgbench, 4 clients, transactions each second | ${archive.toFixed(0)} with the archive | ${without.toFixed(0)} without | ${(archive / without).toFixed(2)} |`);
    expect(archive / without).toBeGreaterThanOrEqual(LIMIT.archive);
  });
});

function page(figures: string[]): string {
  return [
    '<!-- Written by lab/backup/figures.test.ts: FIGURES=1 npm run test:backup -- figures -->', '# Figures of backups', '',
    `${new Date().toISOString().slice(0, 10)}; ${versions()}; ${cpus().length} processors. Volume store on the disk of the data, lz4, no encryption, fsync on.`,
    `Medians of ${ROUNDS} rounds in turns. Load ${before.toFixed(1)} at the start: other work on the machine is in the figures too.`,
    '', '| what | ours | beside | ratio |', '|---|---|---|---|', ...figures, '',
  ].join('\n');
}
