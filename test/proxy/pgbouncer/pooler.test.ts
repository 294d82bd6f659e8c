import { Chart, Size } from 'cdk8s';
import { POOLER_RULES } from '../../../src/proxy/pgbouncer/rules';
import { schemaViolations } from '../../support/kubernetes-schema';
import { chart, cluster, refusal, Rendered, secretKey, synthesize } from '../../support/render';
import { ConnectionTarget, ContainerImage, Credentials, PgBouncerPooler, PgBouncerPoolerProps, PoolMode, PoolUpstream, Separation, SpiloCluster, Tls } from 'cdk8s-spilo';

const imported = (maxConnections?: number) =>
  SpiloCluster.fromClusterAttributes(chart('shop'), 'Orders', { clusterName: 'orders', maxConnections });
const secret = (name: string, key = 'password') => (secretKey(name, key));

function pooler(props: Partial<PgBouncerPoolerProps> = {}): PgBouncerPooler {
  return new PgBouncerPooler(chart('shop'), 'pooler', { cluster: imported(), authPassword: secret('pooler'), ...props });
}

const rendered = (construct: PgBouncerPooler): Rendered => synthesize(construct.node.scope as Chart);
const render = (props: Partial<PgBouncerPoolerProps> = {}) => rendered(pooler(props));
const filesOf = (result: Rendered): { [file: string]: string } => result.all('ConfigMap').find(({ metadata }) => metadata.name.endsWith('-config'))!.data;
const podOf = (result: Rendered) => (result.all('Deployment')[0] ?? result.get('StatefulSet')).spec.template.spec;
const containersOf = (result: Rendered) => [...podOf(result).initContainers, ...podOf(result).containers];
const containerOf = (result: Rendered, name: string) => containersOf(result).find(container => container.name === name);
/** The file as PgBouncer reads it: sections of keys and values. */
function ini(text: string): { [section: string]: { [key: string]: string } } {
  const sections: { [section: string]: { [key: string]: string } } = { '': {} };
  let current = '';
  for (const line of text.split('\n').filter(Boolean)) {
    const [, title] = /^\[(.*)\]$/.exec(line) ?? [];
    if (title) {
      sections[current = title] = {};
    } else {
      const [key, ...value] = line.split(line.startsWith('%') ? ' ' : ' =');
      sections[current][key] = value.join(' =').trim();
    }
  }
  return sections;
}
const iniOf = (props: Partial<PgBouncerPoolerProps> = {}) => ini(filesOf(render(props))['pgbouncer.ini']);

test('renders its objects in apply order, under ids that are contract', () => {
  expect(render().list().map(name => name.replace(/-[0-9a-f]{10}$/, '-HASH'))).toEqual([
    'ConfigMap orders-pooler-auth', 'ConfigMap orders-pooler-config', 'Service orders-pooler', 'PodDisruptionBudget orders-pooler',
    'Deployment orders-pooler', 'Job orders-pooler-auth-HASH',
  ]);
  expect(Object.keys(pooler().objects)).toEqual(['AuthSql', 'Config', 'Service', 'PodDisruptionBudget', 'Deployment', 'AuthJob']);
  expect(Object.keys(pooler({ peering: true, authBootstrap: false }).objects)).toEqual(['Config', 'Service', 'PeerService', 'PodDisruptionBudget', 'StatefulSet']);
});

test.each(Object.values(PoolUpstream))('keeps to the schema of Kubernetes with the upstream %s', upstream => {
  const result = render({ upstream, exporter: true, clientTls: { secretName: 'tls' }, serverTls: { ca: secret('ca', 'ca.crt') } });
  expect(result.objects.flatMap(schemaViolations)).toEqual([]);
  expect(render({ upstream, peering: true }).objects.flatMap(schemaViolations)).toEqual([]);
});

test('pools through HAProxy in its own pod, which listens there only', () => {
  const result = render();
  expect(ini(filesOf(result)['pgbouncer.ini']).databases).toEqual({ '*': 'host=127.0.0.1 port=5000' });
  const haproxy = filesOf(result)['haproxy.cfg'];
  expect(haproxy.match(/bind .*/g)).toEqual(['bind 127.0.0.1:5000', 'bind :::8404 v4v6']);
  expect(haproxy).not.toContain('frontend ro');
  expect(haproxy).toContain('server-template pg 5 "orders-pods.shop.svc.cluster.local:5432"');
});

test('pools for the replicas', () => {
  const result = render({ target: ConnectionTarget.REPLICAS });
  expect(result.has('Service', 'orders-pooler-ro')).toBe(true);
  expect(ini(filesOf(result)['pgbouncer.ini']).databases).toEqual({ '*': 'host=127.0.0.1 port=5001' });
  expect(filesOf(result)['haproxy.cfg']).toContain('bind 127.0.0.1:5001');
});

test('HAProxy stays until PgBouncer has let its clients finish', () => {
  const result = render();
  expect(podOf(result).shareProcessNamespace).toBe(true);
  expect(containerOf(result, 'haproxy').lifecycle.preStop.exec.command.join(' ')).toContain('pidof pgbouncer');
  expect(podOf(result).terminationGracePeriodSeconds).toBe(300);
});

test('through the Service it ends sessions that have become read-only by themselves', () => {
  const { databases, pgbouncer } = iniOf({ upstream: PoolUpstream.SERVICE });
  expect(databases).toEqual({ '*': 'host=orders.shop.svc port=5432' });
  expect(pgbouncer).toMatchObject({
    server_check_delay: '0', server_check_query: 'SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()',
  });
  expect(iniOf({ upstream: PoolUpstream.SERVICE, target: ConnectionTarget.REPLICAS }).pgbouncer.server_check_query).toBeUndefined();
});

test('with the follower the databases are a file that it writes and PgBouncer includes', () => {
  const result = render({ upstream: PoolUpstream.FOLLOWER, databases: { app: 'pool_size=5' } });
  const files = filesOf(result);
  expect(ini(files['pgbouncer.ini'])['']).toEqual({ '%include': '/run/pgbouncer/databases.ini' });
  expect(files['databases.ini']).toBe('[databases]\napp = host={{primary.host}} port={{primary.port}} pool_size=5\n');
  expect(podOf(result).initContainers.map(({ name }: { name: string }) => name)).toEqual(['userlist', 'first-configuration']);
  const options = JSON.parse(containerOf(result, 'follower').env[0].value);
  expect(options).toMatchObject({
    clusters: [{ host: 'orders-pods.shop.svc', port: 8008 }], interval: 1, reload: { process: 'pgbouncer', signal: 'HUP' },
  });
  expect(filesOf(render({ upstream: PoolUpstream.FOLLOWER, target: ConnectionTarget.REPLICAS }))['databases.ini']).toContain('host={{readers_hosts}} port=5432');
});

test('looks up passwords by a function, with SCRAM, and encrypts on both sides', () => {
  expect(iniOf().pgbouncer).toMatchObject({
    auth_type: 'scram-sha-256',
    auth_user: 'pooler',
    auth_dbname: 'postgres',
    auth_query: 'SELECT uname, phash FROM "pooler".user_lookup($1)',
    client_tls_sslmode: 'require',
    client_tls_cert_file: '/run/pgbouncer/tls.crt',
    client_tls_ca_file: '/run/pgbouncer/tls.crt',
    server_tls_sslmode: 'require',
  });
  const variables = containerOf(render(), 'userlist').env;
  expect(variables).toContainEqual({ name: 'CERTIFICATE', value: 'orders-pooler' });
  expect(variables).toContainEqual({ name: 'PASSWORD_0', valueFrom: { secretKeyRef: { name: 'pooler', key: 'password' } } });
});

test('takes certificates from Secrets', () => {
  const props: Partial<PgBouncerPoolerProps> = {
    upstream: PoolUpstream.SERVICE,
    clientTls: { secretName: 'tls', caEntry: 'ca.crt' },
    serverTls: { ca: secret('orders-ca', 'root.pem'), verifyFull: true },
  };
  expect(iniOf(props).pgbouncer).toMatchObject({
    client_tls_sslmode: 'verify-ca',
    client_tls_cert_file: '/tls/client/tls.crt',
    client_tls_ca_file: '/tls/client/ca.crt',
    server_tls_sslmode: 'verify-full',
    server_tls_ca_file: '/tls/server/ca.crt',
  });
  expect(podOf(render(props)).volumes).toContainEqual(expect.objectContaining({ name: 'server-tls', secret: expect.objectContaining({ secretName: 'orders-ca', items: [{ key: 'root.pem', path: 'ca.crt' }] }) }));
  expect(containerOf(render(props), 'userlist').env.map(({ name }: { name: string }) => name)).not.toContain('CERTIFICATE');
  expect(iniOf({ clientTls: { allowPlaintext: true } }).pgbouncer.client_tls_sslmode).toBe('allow');
});

test('HAProxy has room for all connections that PgBouncer may open, and once more while these end', () => {
  const roomFor = (props: Partial<PgBouncerPoolerProps>) => Number(/maxconn (\d+)/.exec(filesOf(render(props))['haproxy.cfg'])?.[1]);
  for (const [connections, props] of [
    [30, {}], [7, { maxServerConnections: 7 }], [60, { databases: { a: '', b: '' } }], [500, { uncheckedSettings: { max_db_connections: '500' } }],
    [330, { databases: { a: 'max_db_connections = 300', b: '' } }],
  ] as const) {
    expect(roomFor(props)).toBe(2 * connections + 100);
  }
});

test('refuses startup parameters that it does not know: one that is dropped in silence leads to the wrong schema', () => {
  expect(iniOf().pgbouncer.ignore_startup_parameters).toBe('extra_float_digits');
});

test('quotes the schema of the look-up, which has the name of a role and may be a word of SQL', () => {
  expect(iniOf({ authUser: 'order' }).pgbouncer).toMatchObject({ auth_user: 'order', auth_query: 'SELECT uname, phash FROM "order".user_lookup($1)' });
});

test('the user has the last word on every setting', () => {
  const { pgbouncer, databases } = iniOf({
    poolMode: PoolMode.SESSION, poolSize: 7, uncheckedSettings: { pool_mode: 'statement', query_timeout: '5' }, databases: { 'a-b': 'pool_size=2' },
  });
  expect(pgbouncer).toMatchObject({ pool_mode: 'statement', default_pool_size: '7', query_timeout: '5' });
  expect(databases).toEqual({ 'a-b': 'host=127.0.0.1 port=5000 pool_size=2' });
});

test('takes a whole file', () => {
  const own = '[databases]\n* = host=127.0.0.1 port=5000\n[pgbouncer]\nauth_type = trust\n';
  expect(filesOf(render({ uncheckedConfig: own }))['pgbouncer.ini']).toBe(own);
});

test('says nothing of prepared statements to a PgBouncer that does not know them', () => {
  expect(iniOf().pgbouncer.max_prepared_statements).toBe('200');
  expect(iniOf({ image: ContainerImage.of('registry.example.org/pgbouncer:1.20.1') }).pgbouncer.max_prepared_statements).toBeUndefined();
});

test('peers know each other by names that stay', () => {
  const result = render({ peering: true, replicas: 3 });
  const file = ini(filesOf(result)['pgbouncer.ini']);
  expect(file.peers).toEqual({
    1: 'host=orders-pooler-0.orders-pooler-peers port=5432',
    2: 'host=orders-pooler-1.orders-pooler-peers port=5432',
    3: 'host=orders-pooler-2.orders-pooler-peers port=5432',
  });
  expect(file.pgbouncer['%include']).toBe('/run/pgbouncer/peer.ini');
  expect(result.get('StatefulSet').spec.serviceName).toBe('orders-pooler-peers');
  expect(result.get('Service', 'orders-pooler-peers').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
});

test('the exporter gets its password by a variable', () => {
  const exporter = containerOf(render({ exporter: true }), 'exporter');
  expect(exporter.env).toEqual([
    { name: 'PGBOUNCER_EXPORTER_CONNECTION_STRING', value: 'postgres://pooler@127.0.0.1:5432/pgbouncer?sslmode=require' },
    { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'pooler', key: 'password' } } },
  ]);
});

test('the Job logs in as the superuser of the cluster and is another one when its SQL or role changes', () => {
  const job = render().get('Job');
  expect(job.spec.template.spec.containers[0].command).toContain('auth_user=pooler');
  expect(job.spec.template.spec.containers[0].env).toContainEqual({
    name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'orders', key: 'superuser-password' } },
  });
  expect(render().get('Job').metadata.name).toBe(job.metadata.name);
  expect(render({ authUser: 'gate' }).get('Job').metadata.name).not.toBe(job.metadata.name);
});

test('another revision of the password is another Job and other pods: both read the Secret at their start only', () => {
  const read = (authPasswordRevision?: string) => {
    const result = render({ authPasswordRevision });
    return [result.get('Job').metadata.name, JSON.stringify(result.get('Deployment').spec.template)];
  };
  const all = [undefined, '1', '2'].map(read);
  for (const names of [all.map(([job]) => job), all.map(([, pods]) => pods)]) { expect(new Set(names).size).toBe(3); }
  expect(read('2')).toEqual(all[2]);
});

test('the pods of the Job are treated as those that pool: the same nodes, labels and annotations', () => {
  const nodes = { nodeSelector: { arch: 'amd64' }, tolerations: [{ key: 'db', operator: 'Exists' }], priorityClassName: 'databases' };
  const pod = { labels: { team: 'shop' }, annotations: { 'sidecar.istio.io/inject': 'false' }, imagePullSecrets: ['registry'] };
  const { metadata, spec } = render({ placement: { ...nodes, separation: Separation.requireHosts() }, pod }).get('Job').spec.template;
  expect(metadata).toMatchObject({ labels: pod.labels, annotations: pod.annotations });
  expect(spec).toMatchObject({ ...nodes, imagePullSecrets: [{ name: 'registry' }] });
  expect(spec).not.toHaveProperty('affinity');
});

test('no password is in any object', () => {
  expect(render({ users: [{ name: 'app', password: secret('app') }] }).yaml).not.toMatch(/password: ['"]?\w/);
});

test('runs without privileges and token', () => {
  const result = render({ exporter: true });
  expect(podOf(result)).toMatchObject({
    automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 998, runAsGroup: 996, fsGroup: 996 },
  });
  for (const container of [...podOf(result).initContainers, ...podOf(result).containers]) {
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
  }
});

test('checks its budget against a cluster of this program, whose members take 100', () => {
  const orders = cluster();
  const build = (id: string, maxServerConnections: number) =>
    new PgBouncerPooler(orders.node.scope as Chart, id, { cluster: orders, name: id, authPassword: secret('pooler'), maxServerConnections });
  expect(() => build('fits', 30)).not.toThrow();
  expect(refusal(() => build('exceeds', 31))).toContain('received 31, allowed: at most 90 for all pods');
});

test('tells applications how to connect', () => {
  expect(pooler().connection({ user: 'app', password: secret('app') })).toMatchObject({
    endpoint: { hostname: 'orders-pooler.shop.svc', port: 5432 }, env: { PGHOST: { value: 'orders-pooler.shop.svc' }, PGUSER: { value: 'app' } },
  });
});

/** Wrong programs, by the rule that refuses each. */
const REFUSED: [string, Partial<PgBouncerPoolerProps>][] = [
  ['pod-labels-reserved', { pod: { labels: { 'application': 'spilo', 'spilo-cluster': 'orders' } } }],
  ['pooler-auth-user', { authUser: 'postgres' }],
  ['pooler-auth-user', { authUser: 'pg_pooler' }],
  ['pooler-auth-user', { authUser: 'user' }],
  ['pooler-auth-user', { authUser: 'zalandos' }],
  ['pooler-auth-user', { authUser: 'a; DROP TABLE b' }],
  ['pooler-auth-user', { authUser: 'streamer', cluster: cluster({ credentials: Credentials.generated({ replicationName: 'streamer' }) }) }],
  ['pooler-hba', { cluster: cluster({ postgres: { hba: ['hostssl shop shop 10.0.0.0/8 scram-sha-256'] } }) }],
  ['pooler-secret', { authPassword: secret('a', 'b c') }],
  ['pooler-client-ca', { clientTls: { secretName: 'tls', caEntry: 'ca\nauth_type = trust' } }],
  ['pooler-secret', { serverTls: { ca: secret('ca', '..') } }],
  ['patroni-tls-ca', { haproxy: { patroniTls: { ca: secret('ca', 'a/b') } } }],
  ['pooler-users', { users: [{ name: 'pooler', password: secret('a') }] }],
  ['pooler-users', { users: [{ name: 'a\nb', password: secret('a') }] }],
  ['pooler-version', { image: ContainerImage.of('docker.io/edoburu/pgbouncer:v1.18.0-p0') }],
  ['pooler-version', { image: ContainerImage.of('docker.io/edoburu/pgbouncer:latest') }],
  ['image-user', { image: ContainerImage.of('registry.example.org/x:3.3.1', { uid: 0 }) }],
  ['pooler-max-client-connections', { maxClientConnections: 0 }],
  ['pooler-pool-size', { poolSize: 1.5 }],
  ['pooler-max-server-connections', { maxServerConnections: -1 }],
  ['pooler-connection-budget', { cluster: imported(100), maxServerConnections: 31 }],
  ['pooler-connection-budget', { cluster: imported(100), databases: { a: '', b: '' } }],
  ['pooler-connection-budget', { cluster: imported(100), uncheckedSettings: { max_db_connections: '50' } }],
  ['pooler-connection-budget', { cluster: imported(100), databases: { a: 'max_db_connections=31' } }],
  ['pooler-connection-budget', { cluster: imported(100), uncheckedSettings: { max_db_connections: '0' } }],
  ['pooler-settings', { uncheckedSettings: { pool_mode: 'session\n[users]' } }],
  ['pooler-settings', { uncheckedSettings: { '[databases]\nevil': 'a' } }],
  ['pooler-databases', { databases: { 'a\n[pgbouncer]': '' } }],
  ['pooler-databases', { databases: { app: 'host=elsewhere' } }],
  ['pooler-databases', { databases: { pgbouncer: '' } }],
  ['pooler-databases', { databases: { app: 'application_name={{a' }, upstream: PoolUpstream.FOLLOWER }],
  ['pooler-databases', { databases: {} }],
  ...['a b', 'ä', '"a"', 'a=b', '', 'a;b', '#a', '%a', 'a*', 'a'.repeat(64)].map(name => ['pooler-databases', { databases: { [name]: '' } }] as [string, Partial<PgBouncerPoolerProps>]),
  ...['HOST=x', 'host = x', 'port=1', 'dbname=', 'dbname=\'a', 'dbname=\'a\'x', 'nonsense', 'poolsize=5', 'POOL_SIZE=5', 'pool_mode=never', '# x', '; x', 'dbname=a\tpool_size=5'].map(more =>
    ['pooler-databases', { databases: { app: more } }] as [string, Partial<PgBouncerPoolerProps>]),
  ...['public', 'none', 'zalandos', 'information_schema', 'metric_helpers'].map(authUser => ['pooler-auth-user', { authUser }] as [string, Partial<PgBouncerPoolerProps>]),
  ...['listen_addr', 'auth_hba_file', 'conffile'].map(name => ['pooler-settings', { uncheckedSettings: { [name]: 'x' } }] as [string, Partial<PgBouncerPoolerProps>]),
  ['pooler-config', { uncheckedConfig: '[pgbouncer]' }],
  ['pooler-ignored', { uncheckedConfig: '[databases]\n[pgbouncer]', poolSize: 3 }],
  ['pooler-client-ca', { clientTls: { caEntry: 'ca.crt' } }],
  ['pooler-verify-full', { serverTls: { ca: secret('ca'), verifyFull: true } }],
  ['pooler-verify-full', { serverTls: { ca: secret('ca'), verifyFull: true }, upstream: PoolUpstream.FOLLOWER }],
  ['clash-container', { pod: { sidecars: [{ name: 'haproxy', image: 'a:1' }] } }],
  ['clash-container', { pod: { initContainers: [{ name: 'userlist', image: 'a:1' }] } }],
  ['clash-volume', { pod: { volumes: [{ name: 'run', emptyDir: {} }] } }],
  ['mount-without-volume', { pod: { volumeMounts: [{ name: 'none', mountPath: '/x' }] } }],
  ['mount-without-volume', { pod: { sidecars: [{ name: 'x', image: 'a:1', volumeMounts: [{ name: 'none', mountPath: '/x' }] }] } }],
  ['proxy-namespace', { cluster: SpiloCluster.fromClusterAttributes(chart(), 'Elsewhere', { clusterName: 'orders', namespace: 'office' }) }],
  ['pooler-ignored', { haproxy: {}, upstream: PoolUpstream.SERVICE }],
  ['pooler-ignored', { haproxy: { readOnly: { maxLag: Size.mebibytes(1) } } }],
  ['haproxy-version', { haproxy: { image: ContainerImage.of('docker.io/library/haproxy:3.2.0') } }],
  ['pooler-ignored', { exporterImage: ContainerImage.of('a:1') }],
  ['pooler-exporter', { exporter: true, clientTls: { secretName: 'tls', caEntry: 'ca.crt' } }],
  ['haproxy-fall', { haproxy: { healthCheck: { fall: 0 } } }],
  ['pooler-auth-password-revision', { authPasswordRevision: 'a b\n' }],
  ['pooler-peering-name', { peering: true, name: 'p'.repeat(60) }],
  ['service-node-port', { service: { nodePort: 1 } }],
];

test.each(REFUSED)('%s refuses %j', (rule, props) => {
  expect(refusal(() => pooler(props))).toContain(`[${rule}] test/pooler: `);
});

/** Each was read by PgBouncer 1.24.1. */
test.each<[string, Partial<PgBouncerPoolerProps>]>([
  ...['*', 'a-b', 'a.b', '-a', '.', '9', 'true', 'PGBOUNCER', 'a'.repeat(63)].map(name => [name, { databases: { [name]: '' } }] as [string, Partial<PgBouncerPoolerProps>]),
  ...['dbname=\'it\'\'s\'', 'dbname = a  pool_size =5', 'connect_query=\'SELECT 1; host=2\'', 'password=\'a=b\' user=app', 'load_balance_hosts=disable'].map(more =>
    [more, { databases: { app: more } }] as [string, Partial<PgBouncerPoolerProps>]),
  ['a setting of a newer version', { image: ContainerImage.of('a:1.99.0'), databases: { app: 'unheard_of=1' } }],
  ['max_db_connections in a query', { cluster: imported(100), databases: { app: 'connect_query=\'SELECT $$max_db_connections=99$$\'' } }],
  ['a role that SQL has as a word', { authUser: 'table' }],
  ['a certificate for the server', {
    uncheckedSettings: { server_tls_cert_file: '/tls/crt', server_tls_key_file: '/tls/key' },
    cluster: cluster({ postgres: { hba: ['hostssl all all all scram-sha-256 clientcert=verify-ca'] }, tls: Tls.fromSecret('tls', { caEntry: 'ca.crt' }) }),
  }],
])('accepts %s', (_, props) => expect(() => render(props)).not.toThrow());

test('every rule of its own has a wrong program above', () => {
  const ids = new Set(POOLER_RULES.map(({ id }) => id).filter(id => id.startsWith('pooler-')));
  expect([...ids].filter(id => !REFUSED.some(([refused]) => refused === id))).toEqual([]);
});
