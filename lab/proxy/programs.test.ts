import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROGRAMS = join(__dirname, '../../src/proxy');
/** In a pod they stand beside the program. */
const MODULES = join(__dirname, '../../src/kit/programs');

/** Enough of Mustache for these templates; the scenario suite runs the real library. */
const PYSTACHE = `
import re
class Renderer:
    def __init__(self, missing_tags, escape): pass
    def render(self, text, view):
        loop = lambda m: ''.join(self.render(m.group(2), {**view, **item}) for item in view[m.group(1)])
        text = re.sub(r'{{#(\\w+)}}(.*?){{/\\1}}', loop, text, flags=re.S)
        def value(m):
            found = view
            for part in m.group(1).split('.'): found = found[part]
            return str(found)
        return re.sub(r'{{([\\w.]+)}}', value, text)
`;

/** Programs start slowly on a busy machine. */
jest.setTimeout(60000);

let directory: string;
let patroni: Server;
let port: number;
let members: object[];
let confirms: boolean;
const children: ChildProcess[] = [];

const leader = (name: string) => ({ name, role: 'leader', state: 'running', host: '127.0.0.1', port: 5432, timeline: 1 });
const replica = (name: string, more: object = {}) => ({ name, role: 'replica', state: 'streaming', host: '127.0.0.1', port: 5433, lag: 0, ...more });
const path = (file: string) => join(directory, file);
const read = (file: string) => existsSync(path(file)) ? readFileSync(path(file), 'utf8') : undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'follower-'));
  writeFileSync(path('pystache.py'), PYSTACHE);
  writeFileSync(path('template'), 'to {{master.name}} {{primary.port}} from {{#slaves}}{{name}},{{/slaves}}');
  members = [leader('a'), replica('b')];
  confirms = true;
  patroni = createServer((request, response) => {
    response.statusCode = request.url === '/leader' && !confirms ? 503 : 200;
    response.end(JSON.stringify({ scope: 'orders', members }));
  });
  await new Promise<void>(resolve => patroni.listen(0, '127.0.0.1', resolve));
  port = (patroni.address() as AddressInfo).port;
});

afterEach(() => {
  children.splice(0).forEach(child => child.kill('SIGKILL'));
  patroni.close();
  rmSync(directory, { recursive: true, force: true });
});

function follow(more: object = {}, ...args: string[]): ChildProcess & { done: Promise<number | null> } {
  const options = {
    clusters: [{ host: '127.0.0.1', port }],
    files: [{ template: path('template'), destination: path('out') }],
    interval: 0.05,
    reload: { command: `echo reload >> ${path('reloads')}` },
    ...more,
  };
  const env = { ...process.env, FOLLOWER: JSON.stringify(options), PYTHONPATH: [directory, MODULES].join(delimiter), PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn('python3', [join(PROGRAMS, 'follower/programs/follower.py'), ...args], { env, stdio: 'ignore' });
  children.push(child);
  return Object.assign(child, { done: new Promise<number | null>(resolve => child.on('exit', resolve)) });
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20000; !condition();) {
    if (Date.now() > deadline) { throw new Error(`still not: ${condition}`); }
    await pause(20);
  }
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
const reloads = () => read('reloads')?.trim().split('\n').length ?? 0;

test('writes the first file as soon as there is a leader, without a reload, and ends', async () => {
  members = [replica('a'), replica('b')];
  const first = follow({}, '--init');
  await pause(300);
  expect(read('out')).toBeUndefined();
  members = [leader('a'), replica('b')];
  expect(await first.done).toBe(0);
  expect(read('out')).toBe('to a 5432 from b,');
  expect(reloads()).toBe(0);
});

test('reloads once for a new leader, and never for what only comes in another order', async () => {
  await follow({}, '--init').done;
  follow();
  await pause(300);
  expect(reloads()).toBe(0);
  members = [replica('a'), leader('b')];
  await until(() => reloads() === 1);
  expect(read('out')).toBe('to b 5432 from a,');
  const { ino } = statSync(path('out'));
  members = [leader('b'), replica('a')];
  await pause(300);
  expect([statSync(path('out')).ino, reloads()]).toEqual([ino, 1]);
});

test('takes only replicas that may serve: by state, lag and noloadbalance', async () => {
  members = [leader('a'), replica('b'), replica('c', { state: 'stopped' }), replica('d', { lag: 2000 }), replica('e', { lag: 'unknown' }),
    replica('f', { tags: { noloadbalance: true } })];
  await follow({ maxLag: 1000 }, '--init').done;
  expect(read('out')).toBe('to a 5432 from b,');
});

test('keeps the file while there is no leader, and when the leader does not confirm', async () => {
  await follow({}, '--init').done;
  follow();
  confirms = false;
  members = [replica('a'), leader('b')];
  await pause(300);
  expect(read('out')).toBe('to a 5432 from b,');
  confirms = true;
  await until(() => read('out') === 'to b 5432 from a,');
});

test('looks more often while there is no leader', async () => {
  await follow({}, '--init').done;
  members = [replica('a'), replica('b')];
  follow({ interval: 600 });
  await pause(300);
  members = [replica('a'), leader('b')];
  await until(() => read('out') === 'to b 5432 from a,');
});

test('tries a reload again until it succeeds', async () => {
  await follow({}, '--init').done;
  follow({ reload: { command: `echo try >> ${path('reloads')}; test -e ${path('open')}` } });
  members = [replica('a'), leader('b')];
  await until(() => reloads() >= 3);
  writeFileSync(path('open'), '');
  await pause(300);
  const tries = reloads();
  await pause(300);
  expect(reloads()).toBe(tries);
});

test('a follower that died before the reload leaves it to the next one', async () => {
  await follow({}, '--init').done;
  const first = follow({ reload: { command: 'false' } });
  members = [replica('a'), leader('b')];
  await until(() => read('out') === 'to b 5432 from a,');
  first.kill('SIGKILL');
  await first.done;
  follow();
  await until(() => reloads() === 1);
});

test('reads a changed template, and keeps the file when it does not render', async () => {
  await follow({}, '--init').done;
  follow();
  writeFileSync(path('template'), 'now {{primary.name}}');
  await until(() => read('out') === 'now a');
  writeFileSync(path('template'), 'now {{primary.missing}}');
  await pause(300);
  expect(read('out')).toBe('now a');
});

test('signals the processes of a name', async () => {
  copyFileSync(spawnSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).stdout.trim(), path('fake-proxy'));
  spawnSync('chmod', ['755', path('fake-proxy')]);
  const proxy = spawn(path('fake-proxy'), ['60']);
  children.push(proxy);
  const ended = new Promise(resolve => proxy.on('exit', (_, signal) => resolve(signal)));
  await follow({}, '--init').done;
  follow({ reload: { process: 'fake-proxy', signal: 'HUP' } });
  members = [replica('a'), leader('b')];
  expect(await ended).toBe('SIGHUP');
});

test('knows several clusters', async () => {
  writeFileSync(path('template'), '{{#clusters}}{{scope}} {{readers_hosts}};{{/clusters}}');
  await follow({ clusters: [{ host: '127.0.0.1', port }, { host: 'localhost', port }] }, '--init').done;
  expect(read('out')).toBe('orders 127.0.0.1;orders 127.0.0.1;');
});

test('tells its state, and ends by itself when it is told to', async () => {
  await follow({}, '--init').done;
  const healthPort = port === 18405 ? 18406 : 18405;
  const follower = follow({ healthPort });
  const ask = (what: string) => fetch(`http://127.0.0.1:${healthPort}${what}`).catch(() => undefined);
  let state: Response | undefined;
  for (let n = 0; n < 400 && state?.status !== 200; n++) {
    await pause(50);
    state = await ask('/healthz');
  }
  expect(await state!.json()).toMatchObject({ leaders: ['a'], reloaded: true, trouble: null });
  expect((await ask('/livez'))!.status).toBe(200);
  expect((await ask('/'))!.status).toBe(404);
  follower.kill('SIGTERM');
  expect(await follower.done).toBe(0);
});

test('the callback of the guide tells the balancer who leads, and nothing else', async () => {
  const guide = readFileSync(join(__dirname, '../../docs/proxy.md'), 'utf8');
  const told: string[] = [];
  const balancer = createServer((request, response) => {
    request.on('data', body => told.push(`${request.method} ${request.url} ${body}`));
    request.on('end', () => response.end());
  });
  await new Promise<void>(resolve => balancer.listen(0, '127.0.0.1', resolve));
  writeFileSync(path('callback'), /```bash\n(#!.*?)```/s.exec(guide)![1].replace('balancer.example.org', `127.0.0.1:${(balancer.address() as AddressInfo).port}`));
  for (const args of [['on_start', 'replica'], ['on_role_change', 'replica'], ['on_role_change', 'primary'], ['on_role_change', 'master'], ['on_stop', 'primary']]) {
    const child = spawn('bash', [path('callback'), ...args, 'orders'], { env: { ...process.env, POD_IP: '10.0.0.7' }, stdio: 'ignore' });
    expect(await new Promise(resolve => child.on('exit', resolve))).toBe(0);
  }
  balancer.close();
  expect(told).toEqual(['PUT /pools/orders address=10.0.0.7', 'PUT /pools/orders address=10.0.0.7']);
});

/** Runs what writes the secret files of a pooler. */
function start(env: { [name: string]: string }) {
  return spawnSync('python3', [join(PROGRAMS, 'pgbouncer/programs/pooler-start.py')], { env: { PATH: process.env.PATH!, DIRECTORY: directory, ...env }, encoding: 'utf8' });
}

test('writes passwords as PgBouncer reads them, for its own user only', () => {
  expect(start({ USERS: '["pooler", "a\\"b"]', PASSWORD_0: 'p"o\'o\\', PASSWORD_1: 'ä $(x)', PEER: 'orders-pooler-4' }).stderr).toBe('');
  expect(read('userlist.txt')).toBe('"pooler" "p""o\'o\\"\n"a""b" "ä $(x)"\n');
  expect(statSync(path('userlist.txt')).mode % 0o1000).toBe(0o600);
  expect(read('peer.ini')).toBe('peer_id = 5\n');
});

test('refuses a password that PgBouncer cannot read, without telling it', () => {
  const { status, stderr } = start({ USERS: '["pooler"]', PASSWORD_0: 'hidden\n' });
  expect(status).toBe(1);
  expect(stderr).toContain('password of user pooler is empty or has a line feed');
  expect(stderr).not.toContain('hidden');
});
