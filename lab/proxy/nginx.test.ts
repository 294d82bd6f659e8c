import { ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, Server } from 'node:http';
import { AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { components } from './support/run';
import { readYaml } from '../../test/support/render';

const EXAMPLE = join(__dirname, '../../examples/proxy-follower/dist/proxy-follower.k8s.yaml');
const FOLLOWER = join(__dirname, '../../src/proxy/follower/programs/follower.py');
/** In a pod they stand beside the program. */
const MODULES = join(__dirname, '../../src/kit/programs');
/** In Debian the module is a file of its own; the image of the example has it built in. */
const MODULE = 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n';

/** Members that say their name to whoever connects, on loopback addresses of their own, and a Patroni that says who leads. */
const MEMBERS: { readonly [name: string]: string } = { a: '127.0.0.2', b: '127.0.0.3' };
let leader = 'a';

let directory: string;
let servers: { close(): unknown }[];
let children: ChildProcess[];
let patroni: Server;
let postgres: number;
let ports: { rw: number; ro: number };

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const freePort = () => new Promise<number>(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => { const port = portOf(server); server.close(() => resolve(port)); });
});

/** What the first bytes from a port say; nothing, when it takes no connection. */
const heard = (port: number) => new Promise<string>(resolve => {
  const socket = connect(port, '127.0.0.1');
  const done = (text: string) => { socket.destroy(); resolve(text); };
  socket.on('data', data => done(data.toString())).on('error', () => done('')).setTimeout(2000, () => done(''));
});

async function until(port: number, said: string): Promise<void> {
  for (const deadline = Date.now() + 30000; Date.now() < deadline;) {
    if (await heard(port) === said) { return; }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  expect(await heard(port)).toBe(said);
}

beforeAll(async () => {
  const { venv } = components();
  directory = mkdtempSync(join(tmpdir(), 'nginx-'));
  chmodSync(directory, 0o755);
  postgres = await freePort();
  servers = await Promise.all(Object.entries(MEMBERS).map(([name, host]) => new Promise<{ close(): unknown }>(resolve => {
    const server = createServer(socket => { socket.on('error', () => undefined).write(name); }).listen(postgres, host, () => resolve(server));
  })));
  patroni = createHttpServer((_, response) => response.end(JSON.stringify({
    scope: 'orders',
    members: Object.entries(MEMBERS).map(([name, host]) => (
      { name, host, port: postgres, ...name === leader ? { role: 'leader', state: 'running' } : { role: 'replica', state: 'streaming', lag: 0 } })),
  })));
  await new Promise<void>(resolve => patroni.listen(0, () => resolve()));
  children = [];
  const objects = readYaml(readFileSync(EXAMPLE, 'utf8'));
  const template: string = objects.find(({ data }) => data?.['nginx.conf'])!.data['nginx.conf'];
  const [rw, ro] = [await freePort(), await freePort()];
  writeFileSync(join(directory, 'nginx.conf.template'), MODULE + template.replace('listen 5000;', `listen ${rw};`).replace('listen 5001;', `listen ${ro};`)
    .replace('/tmp/nginx.pid', join(directory, 'pid')));
  const options = objects.find(({ kind }) => kind === 'Deployment')!.spec.template.spec.containers
    .flatMap(({ env = [] }: any) => env).find(({ name }: any) => name === 'FOLLOWER').value;
  const own = {
    clusters: [{ host: MEMBERS.a, port: portOf(patroni) }],
    files: [{ template: join(directory, 'nginx.conf.template'), destination: join(directory, 'nginx.conf') }],
    // By its pid: there may be another nginx on the machine.
    reload: { command: `kill -HUP $(cat ${join(directory, 'pid')})` },
    healthPort: 0,
  };
  const env = { ...process.env, PYTHONPATH: MODULES, PYTHONDONTWRITEBYTECODE: '1', FOLLOWER: JSON.stringify({ ...JSON.parse(options), ...own }) };
  const run = promisify(execFile); // Patroni answers in this process
  await run(join(venv, 'bin/python'), [FOLLOWER, '--init'], { env, timeout: 60000 });
  // A file for what it says: it opens /dev/stderr by name, which a socket of node's does not let it.
  const nginx = `exec nginx -c ${join(directory, 'nginx.conf')} 2>${join(directory, 'log')}`;
  await run('sh', ['-c', `${nginx} -t`], { timeout: 60000 });
  children.push(spawn('sh', ['-c', `${nginx} -g 'daemon off;'`], { stdio: 'ignore' }));
  children.push(spawn(join(venv, 'bin/python'), [FOLLOWER], { env, stdio: 'ignore' }));
  ports = { rw, ro };
}, 20 * 60 * 1000);

afterAll(async () => {
  for (const child of children ?? []) {
    const ended = new Promise(resolve => child.on('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  for (const server of [...servers ?? [], patroni]) { server?.close(); }
  rmSync(directory, { recursive: true, force: true });
});

test('nginx of the example leads writers to the leader and readers to the replica, and follows', async () => {
  await until(ports.rw, 'a');
  await until(ports.ro, 'b');
  leader = 'b';
  await until(ports.rw, 'b');
  await until(ports.ro, 'a');
}, 120000);
