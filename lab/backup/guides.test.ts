/** Every command of the guides, run as it is written there. A command that nobody runs here fails. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { Block, blocks, commandsInProse } from './support/guides';
import { runJob } from './support/job';
import { Kubectl } from './support/kubectl';
import { Member } from './support/member';
import { start, stop, until } from './support/run';
import { POSTGRES, WALG } from './support/tools';
import { World } from './support/world';
import { Props, Rendered } from '../../test/support/render';
import { Backup, BackupStore, Bootstrap, RecoveryTarget } from 'cdk8s-spilo';

const GUIDES = ['backup.md', 'restore.md'];

test.each(GUIDES)('%s has all its commands in blocks, where they are run', guide => {
  expect(commandsInProse(guide)).toEqual([]);
});

const world = new World();
const members = new Map<string, Member>();
const programs = new Map<string, Rendered>();
const deployments = new Map<string, () => Promise<void>>();
const kubectl = new Kubectl(world, { members, deployments, job, apply, jobsWith });
afterAll(async () => {
  kubectl.close();
  await world.remove();
});

const store = BackupStore.newClaim({ size: Size.gibibytes(1) });
const source = { store, clusterName: 'orders' };
const orders: Props = {
  instances: 1, backup: Backup.to(store, { restoreDrill: { scratch: { size: Size.gibibytes(1) } } }), logicalDump: {},
};
const member = (pod: string) => members.get(pod)!;
const rows = (pod: string) => member(pod).sql('\\c shop\nSELECT count(*) FROM orders');

async function job(namespace: string, cronJob: string): Promise<{ status: number; log: string }> {
  const [name, one] = [...members].find(([pod]) => pod.startsWith(`${namespace}/`) && cronJob.startsWith(pod.replace(/^.*\/|-\d+$/g, '')))!;
  // The leader is on this machine, and has its own directories.
  const localized = cronJob.endsWith('-base-backup') && { command: one.pod.localize(JSON.parse(value(programs.get(name)!, cronJob)).command) };
  const changes = (task: any) => 'host' in task ? { ...task, host: '127.0.0.1', port: one.port, ...localized } : task;
  const { status, report } = await runJob(world, programs.get(name)!, 'CronJob', cronJob, changes);
  return { status, log: `${JSON.stringify(report)}\n` };
}

function jobsWith(namespace: string, label: string): string[] {
  const [key, wanted] = label.split('=');
  return [...programs].filter(([name]) => name.startsWith(`${namespace}/`)).flatMap(([, rendered]) => rendered.all('Job'))
    .filter(({ metadata }) => metadata.labels?.[key] === wanted).map(({ metadata }) => metadata.name);
}

/** The first variable of a CronJob's container. */
const value = (rendered: Rendered, cronJob: string): string =>
  rendered.get('CronJob', cronJob).spec.jobTemplate.spec.template.spec.containers[0].env[0].value.replace(/\$\$/g, '$');

async function apply(namespace: string, rendered: Rendered, name = `${namespace}/${rendered.env.SCOPE}-0`): Promise<void> {
  const known = members.get(name);
  const one = known ? await known.reapply(rendered) : (await world.rendered(rendered, 1, {}, `${namespace}-${rendered.env.SCOPE}`))[0];
  members.set(name, one);
  programs.set(name, rendered);
  one.start();
}

/** The manifests of the how-to, as Spilo takes them: a store in a directory, an archive command that does nothing. */
function broken(rendered: Rendered): Rendered {
  return new Rendered(rendered.yaml.replace(/archive_command: .*(\n +&& .*)*/, 'archive_command: /bin/true'));
}

const howTo = () => world.render('zalandodemo01', {
  instances: 1, backup: Backup.to(BackupStore.existingClaim('pg-wal', { mountPath: '/data/pg_wal', directory: '.' })),
});

interface Step { readonly before?: () => Promise<unknown>; readonly after?: (output: string) => unknown }

let moment: string;
let backupsBefore: string[];

/** What is there before the commands of a block, and what they must have done. */
const STEPS: { readonly [guide: string]: { readonly [title: string]: Step } } = {
  'backup.md': {
    'Is it working?': {
      before: () => member('shop/orders-0').archive(),
      after: output => {
        expect(output).toMatch(/^base_[0-9A-F]{24} /m);
        expect(output).toMatch(/OK/);
        expect(output).toContain('last_archived_wal');
        expect(output).toMatch(/Wrote backup with name base_/);
      },
    },
    'Is it working? 2': {
      before: async () => { backupsBefore = await member('shop/orders-0').backups(); },
      after: async output => {
        const { result, backup } = JSON.parse(output.trim().split('\n').pop()!);
        expect(result).toBe('passed');
        expect(await member('shop/orders-0').backups()).toEqual([...backupsBefore, backup]);
      },
    },
    'The restore drill': {
      before: () => member('shop/orders-0').archive(),
      after: output => expect(JSON.parse(output.trim().split('\n').pop()!)).toMatchObject({ result: 'passed', failures: [] }),
    },
    'Logical dumps': {
      before: async () => {
        programs.set('shop/copy-0', world.render('copy', { instances: 1, backup: Backup.none(), logicalRestore: { source } }));
      },
      after: output => {
        expect(JSON.parse(/^\{.*\}$/m.exec(output)![0])).toMatchObject({ result: 'passed', failures: [] });
        expect(output).toMatch(/^copy-logical-restore/m);
      },
    },
    "Moving from the how-to's backup": {
      before: async () => {
        await apply('spilo', broken(howTo()));
        await member('spilo/zalandodemo01-0').lead();
        await member('spilo/zalandodemo01-0').cron('scheduled');
      },
      after: output => {
        expect(output).toMatch(/^\/bin\/true$/m);
        expect(output).toContain('basebackups_005');
        expect(output).not.toContain('wal_005');
      },
    },
    "Moving from the how-to's backup 2": {
      before: async () => { writeFileSync(join(world.directory('shell/dist'), 'zalandodemo01.k8s.yaml'), howTo().yaml); },
      after: output => expect(output).toContain('wal-g wal-push'),
    },
    "Moving from the how-to's backup 3": {
      after: output => expect(JSON.parse(output.trim().split('\n').pop()!)).toMatchObject({ result: 'passed' }),
    },
    "Moving from the how-to's backup 4": {
      before: () => member('spilo/zalandodemo01-0').archive(),
      after: output => {
        expect(output.match(/^base_/gm)).toHaveLength(2);
        expect(output).toMatch(/OK/);
      },
    },
    "Moving from the how-to's backup 5": {
      before: async () => { backupsBefore = await member('spilo/zalandodemo01-0').backups(); },
      after: async () => expect(await member('spilo/zalandodemo01-0').backups()).toEqual(backupsBefore.slice(1)),
    },
  },
  'restore.md': {
    'Step by step': { after: output => expect(output).toMatch(/^base_[0-9A-F]{24} [^]*OK/m) },
    'Step by step 2': {
      before: async () => {
        const bootstrap = Bootstrap.fromBackups(source, RecoveryTarget.time(moment, { pause: true }));
        const restored = world.render('orders-restored', { instances: 1, backup: Backup.to(store), bootstrap });
        writeFileSync(join(world.directory('shell/dist'), 'orders-restored.k8s.yaml'), restored.yaml);
      },
    },
    'Step by step 3': {
      before: async () => {
        const restored = member('shop/orders-restored-0');
        await until('recovery pauses', async () => (await restored.sql('SELECT pg_is_wal_replay_paused()')) === 't', 90);
        expect((await kubectl.run('kubectl -n shop logs orders-restored-0 -c postgres')).stdout).toMatch(/fetching base_[0-9A-F]{24}/);
      },
      after: output => expect(output).toMatch(/^ +2000$/m),
    },
    'Step by step 4': { after: output => expect(output).toMatch(/^ +2000$/m) },
    'Step by step 5': {
      before: () => member('shop/orders-restored-0').cron('first'),
      after: output => expect(output).toMatch(/^base_00000002/m),
    },
    'One table': {
      before: () => member('shop/orders-0').sql('\\c shop\nTRUNCATE orders'),
      after: async () => expect(await rows('shop/orders-0')).toBe('2000'),
    },
    'One table 2': { after: () => expect(existsSync(member('shop/orders-restored-0').dataDirectory)).toBe(false) },
    'A standby cluster': {
      before: async () => {
        await member('shop/orders-0').archive();
        await apply('dr', world.render('orders', { instances: 1, bootstrap: Bootstrap.standby({ hosts: ['127.0.0.1'], port: member('shop/orders-0').port }) }));
        await until('the standby has the rows', async () => (await rows('dr/orders-0')) === '2000', 90);
      },
      after: async () => {
        await member('dr/orders-0').lead();
        await member('dr/orders-0').sql('CREATE TABLE it_writes ()');
      },
    },
    'Disaster day': {
      before: async () => {
        const { pod, port } = member('shop/orders-0');
        const write = `while sleep 0.2; do ${POSTGRES}/psql -h ${pod.path('/var/run/postgresql')} -p ${port} -U postgres -d shop -c 'INSERT INTO orders VALUES (0)'; done`;
        const application = start(['bash', '-c', write], pod.env, pod.path('/application.log'));
        deployments.set('shop/shop', () => stop(application));
        await until('the application writes', async () => Number(await rows('shop/orders-0')) > 2000);
      },
      after: async () => {
        const before = await rows('shop/orders-0');
        await new Promise(resolve => setTimeout(resolve, 1000));
        expect(await rows('shop/orders-0')).toBe(before);
      },
    },
    'Disaster day 2': {
      before: async () => { moment = await member('shop/orders-0').sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())'); },
      after: () => until('the last segment is archived', async () => (await member('shop/orders-0').segments()).includes(moment)),
    },
    'Disaster day 3': { after: output => expect(output).toMatch(/^base_[0-9A-F]{24} [^]*OK/m) },
  },
};

/** What runs the suites; this very test is part of the first. */
const isSuite = ({ text }: Block) => text.trim().split('\n').every(line => /^([A-Z_]+=\S+ )*npm run test:(backup|cluster)( -- backup)?$/.test(line));

test.each(GUIDES)('%s and the steps here name the same commands', guide => {
  expect(blocks(guide).filter(block => !isSuite(block)).map(({ title }) => title)).toEqual(Object.keys(STEPS[guide]));
});

test('suites that the guides name exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  const names = GUIDES.flatMap(blocks).filter(isSuite).flatMap(({ text }) => [...text.matchAll(/npm run (\S+)/g)].map(([, name]) => name));
  expect(names.filter(name => !(name in scripts))).toEqual([]);
  expect(existsSync(join(__dirname, '../cluster/backup.test.ts'))).toBe(true);
});

(WALG?.real ? describe : describe.skip)('the commands of', () => {
  beforeAll(async () => {
    await apply('shop', world.render('orders', orders));
    const leader = await member('shop/orders-0').lead();
    await leader.sql('CREATE DATABASE shop');
    await leader.cron('first');
    await leader.sql('\\c shop\nCREATE TABLE orders AS SELECT generate_series(1, 2000) AS id');
    moment = await leader.sql('SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')');
    await leader.sql('SELECT pg_sleep(0.2)');
    await leader.sql('\\c shop\nINSERT INTO orders SELECT generate_series(2001, 3000)');
    await leader.archive();
  });

  const commands = GUIDES.flatMap(blocks).filter(block => !isSuite(block)).map(block => [block.guide, block.title, block] as const);
  test.each(commands)('%s: %s', async (guide, title, { text }) => {
    const step = STEPS[guide][title];
    await step.before?.();
    const { status, stdout, stderr } = await kubectl.run(text);
    if (status !== 0) { throw new Error(`${text}\nstatus ${status}\n${stdout}\n${stderr}`); }
    await step.after?.(stdout);
  });
});
