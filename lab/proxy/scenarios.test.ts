import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ratio, writeEvidence } from './support/evidence';
import { haproxyConfiguration } from './support/manifests';
import { components, Components, Results, runBed, SCENARIOS, Seen, versionOf, WRITE_PATHS } from './support/run';
import { readYaml, secretKey } from '../../test/support/render';
import { HaproxyReadCheck, HaproxyWriteCheck, MemberDiscovery, PatroniHaproxyProps } from 'cdk8s-spilo';

/** `npm run test:proxy` tests once; with ROUNDS it repeats, and then writes docs/proxy-evidence.md. */
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const SAMPLE = 'HAProxy, sample of Patroni';
const OPERATOR = 'PgBouncer, defaults of the operator';
const HAPROXY = 'PatroniHaproxy';
const POOLER = 'PgBouncerPooler, HAProxy in the pod';
const OURS = WRITE_PATHS.map(({ name }) => name).slice(3);

let programs: Components;
let results: Results;

beforeAll(() => { programs = components(); }, 20 * 60 * 1000);

/** The best of all rounds: what else runs on the machine only makes it worse. */
const seen = (scenario: string, path: string): readonly Seen[] => results.scenarios[scenario].map(round => round[path]);
const outage = (scenario: string, path: string) => Math.min(...seen(scenario, path).map(({ outage: seconds }) => seconds));

/** What PgBouncer says until it listens or ends. */
async function saidUntilUp(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd });
  let said = '';
  await new Promise<void>(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        said += text;
        if (said.includes('process up')) { child.kill('SIGINT'); }
      });
    }
    child.on('close', () => resolve());
  });
  return said;
}

describe('the real programs take every configuration', () => {
  const examples = join(__dirname, '../../examples');
  const configurations = readdirSync(examples).filter(name => name.startsWith('proxy-')).flatMap(name =>
    readYaml(readFileSync(join(examples, name, 'dist', `${name}.k8s.yaml`), 'utf8')).filter(({ kind }) => kind === 'ConfigMap'));
  let directory: string;

  beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'configuration-')); });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const haproxies = configurations.filter(({ data }) => data['haproxy.cfg']).map(({ metadata, data }) => [metadata.name, data['haproxy.cfg']]);
  test.each(haproxies)('HAProxy takes that of %s', (_, text) => {
    const [major, minor] = versionOf(programs.haproxy, '-v').split('.').map(Number);
    const known = major * 1000 + minor >= 3001 ? text : text.replace('init-state down ', '');
    writeFileSync(join(directory, 'haproxy.cfg'), known);
    execFileSync(programs.haproxy, ['-c', '-f', join(directory, 'haproxy.cfg')], { env: { ...process.env, POD_NAMESPACE: 'shop' } });
  });

  const variants: [string, Partial<PatroniHaproxyProps>][] = [
    ['members by name', { discovery: MemberDiscovery.POD_NAMES }],
    ['a standby cluster', { writeCheck: HaproxyWriteCheck.STANDBY_LEADER }],
    ['tags and no way back to the leader', { readOnly: { check: HaproxyReadCheck.ASYNC, tags: { site: 'a b' }, fallbackToLeader: false } }],
    ['no readers', { readOnly: { enabled: false } }],
    ['checks over TLS', { patroniTls: { ca: secretKey('ca', 'ca.crt'), verifyHost: 'orders.example.org' } }],
    ['lines of the user', { uncheckedLines: { global: ['nbthread 2'], rw: ['maxconn 500'], primary: ['timeout server 1h'] } }],
  ];
  test.each(variants)('HAProxy takes %s', (_, props) => {
    const authority = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=a', '-keyout', '/dev/null', '-out', join(directory, 'ca.crt')];
    execFileSync('openssl', authority, { stdio: 'ignore' });
    const text = haproxyConfiguration(versionOf(programs.haproxy, '-v'), props);
    writeFileSync(join(directory, 'haproxy.cfg'), text.replace('/patroni-tls/', `${directory}/`));
    execFileSync(programs.haproxy, ['-c', '-f', join(directory, 'haproxy.cfg')], { env: { ...process.env, POD_NAMESPACE: 'shop' } });
  });

  const poolers = configurations.filter(({ data }) => data['pgbouncer.ini']).map(({ metadata, data }) => [metadata.name, data['pgbouncer.ini']]);
  test.each(poolers)('PgBouncer takes that of %s', async (_, text) => {
    // It has no option to check only: it must get as far as listening, on a socket of its own.
    const here = text.replace(/\/run\/pgbouncer/g, directory).replace('listen_addr = *', 'listen_addr =')
      .replace('unix_socket_dir =', `unix_socket_dir = ${directory}`);
    writeFileSync(join(directory, 'pgbouncer.ini'), here);
    const certificate = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=a', '-keyout', join(directory, 'tls.key'), '-out', join(directory, 'tls.crt')];
    execFileSync('openssl', certificate, { stdio: 'ignore' });
    writeFileSync(join(directory, 'userlist.txt'), '"pooler" "a"\n');
    writeFileSync(join(directory, 'peer.ini'), 'peer_id = 1\n');
    execFileSync('chown', ['-R', 'postgres', directory]);
    execFileSync('cp', [programs.pgbouncer, join(directory, 'program')]);
    execFileSync('chmod', ['755', directory, join(directory, 'program')]);
    const said = await saidUntilUp('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', './program', 'pgbouncer.ini'], directory);
    expect(said).toContain('process up');
    expect(said).not.toMatch(/ERROR|FATAL|unknown|syntax/i);
  }, 60000);
});

describe('the real template engines', () => {
  const answer = {
    scope: 'orders',
    members: [
      { name: 'b', role: 'replica', state: 'streaming', host: '127.0.0.1', port: 5433, lag: 0 },
      { name: 'a', role: 'leader', state: 'running', host: '127.0.0.1', port: 5432 },
      { name: 'c', role: 'sync_standby', state: 'streaming', host: '127.0.0.1', port: 5434, lag: 0 },
    ],
  };

  test.each([
    ['mustache', '{{master.hostname}}:{{master.port}} {{#slaves}}{{name}}{{^last}},{{/last}}{{/slaves}} & "{{scope}}"'],
    ['jinja2', '{{ master.hostname }}:{{ master.port }} {% for s in slaves %}{{ s.name }}{% if not loop.last %},{% endif %}{% endfor %} & "{{ scope }}"'],
  ])('%s knows the names of pc4patroni', async (engine, template) => {
    const server = createServer((_, response) => response.end(JSON.stringify(answer)));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const directory = mkdtempSync(join(tmpdir(), 'engine-'));
    try {
      const [from, to] = [join(directory, 'template'), join(directory, 'out')];
      writeFileSync(from, template);
      const clusters = [{ host: '127.0.0.1', port: (server.address() as AddressInfo).port }];
      const FOLLOWER = JSON.stringify({ clusters, files: [{ template: from, destination: to }], engine });
      // In a pod the modules stand beside the program.
      const env = { FOLLOWER, PYTHONPATH: join(__dirname, '../../src/kit/programs'), PYTHONDONTWRITEBYTECODE: '1' };
      await promisify(execFile)(join(programs.venv, 'bin/python'), [join(__dirname, '../../src/proxy/follower/programs/follower.py'), '--init'], { env });
      expect(readFileSync(to, 'utf8')).toBe('127.0.0.1:5432 b,c & "orders"');
    } finally {
      server.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('before real members', () => {
  beforeAll(() => {
    results = runBed(programs, SCENARIOS, ROUNDS);
    if (ROUNDS > 1) { writeEvidence(results, ROUNDS); }
  }, 60 * 60 * 1000);

  test('metrics come from both proxies', () => {
    expect(results.features.metrics).toEqual({ pgbouncer: true, haproxy: ['1'], leader: 200 });
  });

  test('a request to cancel a query gets through by the other pod of the pooler', () => {
    expect(results.features.cancel).toEqual({ result: 'QueryCanceled', within: true, connections: [1, 1] });
  });

  test('certificates are verified on both sides of the pooler', () => {
    expect(results.features.certificates).toEqual({
      'both verified': 'app',
      'no client certificate': 'OperationalError',
      'other authority for the client': 'OperationalError',
      'other authority for the member': 'OperationalError',
    });
  });

  test('poolers are replaced one by one without the loss of a transaction', () => {
    expect(results.features.drain).toEqual({ failures: [], lost: 0, busy: true });
  });

  test('the leader of a standby cluster is found, over TLS, by those who trust it and look for it', () => {
    expect(results.features.standby).toEqual({
      'through HAProxy': true,
      'through the follower\'s proxy': true,
      'standby-haproxy': 200,
      'standby-stranger': 503,
      'standby-primary': 503,
    });
  });

  test.each(OURS)('after a switchover %s waits at most 0.4 times as long as Patroni\'s sample', path => {
    expect(outage('switchover', path)).toBeLessThanOrEqual(0.4 * outage('switchover', SAMPLE));
  });

  test.each(OURS)('after a switchover %s waits at most 0.4 times as long as the operator\'s pooler', path => {
    expect(outage('switchover', path)).toBeLessThanOrEqual(0.4 * outage('switchover', OPERATOR));
  });

  test.each(SCENARIOS.flatMap(scenario => OURS.map(path => [scenario, path])))('%s: %s is never stuck and sends no write to a replica', (scenario, path) => {
    for (const { stuck, misrouted } of seen(scenario, path)) { expect({ stuck, misrouted }).toEqual({ stuck: false, misrouted: 0 }); }
  });

  test.each(OURS)('%s loses no acknowledged write to a switchover', path => {
    expect(seen('switchover', path).map(({ lost }) => lost)).toEqual(seen('switchover', path).map(() => 0));
  });

  test.each([HAPROXY, POOLER])('%s writes nothing to a leader whose Patroni hangs', path => {
    expect(seen('API of the leader hangs', path).map(({ lost }) => lost)).toEqual(seen('API of the leader hangs', path).map(() => 0));
  });

  test('readers go on at the leader when all replicas are gone', () => {
    expect(seen('no replicas', 'reads: PatroniHaproxy').every(({ stuck }) => !stuck)).toBe(true);
  });

  test('HAProxy carries at least 0.6 of the transactions, PgBouncer at least 1.3 times the reconnecting clients', () => {
    expect(ratio(results, HAPROXY, 'kept')).toBeGreaterThanOrEqual(0.6);
    expect(ratio(results, POOLER, 'anew')).toBeGreaterThanOrEqual(1.3);
  });
});
