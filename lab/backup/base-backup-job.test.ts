/** A base backup on demand: the Job asks the leader through SQL, and believes only the store. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { Outcome, runJob } from './support/job';
import { Member } from './support/member';
import { WALG } from './support/tools';
import { World } from './support/world';
import { Backup, BackupStore } from 'cdk8s-spilo';

const world = new World();
afterAll(() => world.remove());

const props = { instances: 1, backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(1) })) };

(WALG?.real ? describe : describe.skip)('a base backup on demand', () => {
  let leader: Member;

  /** The Job, with a leader that is on this machine and has its own directories. */
  function ask(command: (asked: string) => string = asked => asked, port = () => leader.port): Promise<Outcome> {
    const rendered = world.render('orders', props);
    const [{ value }] = rendered.get('CronJob', 'orders-base-backup').spec.jobTemplate.spec.template.spec.containers[0].env;
    const asked = leader.pod.localize(JSON.parse(value.replace(/\$\$/g, '$')).command);
    return runJob(world, rendered, 'CronJob', 'orders-base-backup', task => ({ ...task, host: '127.0.0.1', port: port(), command: command(asked) }));
  }

  beforeAll(async () => {
    [leader] = await world.cluster('orders', props);
    leader.start();
    await leader.lead();
    await leader.cron('first');
  });

  test('is in the store when the Job has ended, beside those that were there', async () => {
    const before = await leader.backups();
    const { status, report, termination } = await ask();
    expect(report).toMatchObject({ result: 'passed', failures: [], cluster: 'orders' });
    expect(status).toBe(0);
    expect(await leader.backups()).toEqual([...before, report.backup]);
    expect(termination).toEqual(report);
  });

  test('fails while another one is running', async () => {
    const flock = `flock ${leader.pod.path('/tmp/base-backup.lock')}`;
    const { status, report } = await ask(asked => `${flock} sh -c '${asked}'`);
    expect(status).toBe(1);
    expect(report.failures).toEqual([expect.stringContaining('another base backup is running')]);
  });

  test('fails with the words of wal-g when the leader cannot make it', async () => {
    const { status, report } = await ask(asked => asked.replace(/\S+$/, '/nowhere'));
    expect(status).toBe(1);
    expect(report.failures).toEqual([expect.stringMatching(/^the leader says: [^]*the base backup FAILED/)]);
  });

  test('does not believe a leader that says so and has stored nothing', async () => {
    const { status, report } = await ask(() => 'true');
    expect(status).toBe(1);
    expect(report.failures).toEqual(['the leader says that it made a base backup, and the store has no new one']);
  });

  test('fails when nobody leads', async () => {
    const { status, report } = await ask(asked => asked, () => 1);
    expect(status).toBe(1);
    expect(report.failures).toEqual([expect.stringContaining('the leader 127.0.0.1 was not reached')]);
  });

  test('fails when the password is another one', async () => {
    world.secrets = { passwords: { 'superuser-password': 'wrong' } };
    const { status, report } = await ask();
    world.secrets = {};
    expect(status).toBe(1);
    expect(report.failures).toEqual([expect.stringContaining('password authentication failed')]);
  });

  test('fails when the store does not answer', async () => {
    const store = join(world.directory('claims/orders-backup'), 'orders');
    renameSync(store, `${store}-away`);
    writeFileSync(store, 'no directory');
    const { status, report } = await ask();
    expect(status).toBe(1);
    expect(report.failures).toEqual([expect.stringContaining('does not answer')]);
  });
});
