/** The pairs of programs that keep the tags `@changes` of the proxies true; see `test/changes.test.ts`. */
import { ApiObject, Duration, Size } from 'cdk8s';
import { ImagePullPolicy } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { followerListing, haproxyListing, poolerListing } from '../../scripts/docs/objects';
import { inside, Pair, Pairs, PLACEMENT_PAIRS, SERVICE_PAIRS } from '../support/pairs';
import { chart, secretNamed } from '../support/render';
import {
  ConnectionTarget, FollowedFile, FollowedPort, FollowerLogLevel, HealthCheckOptions, MemberDiscovery, PatroniConfigFollower,
  PatroniConfigFollowerProps, PatroniHaproxy, PatroniHaproxyProps, PatroniTlsOptions, PgBouncerPooler, PgBouncerPoolerProps,
  PoolerClientTlsOptions, PoolerHaproxyOptions, PoolMode, PoolUpstream, ProxyOptions, ReadCheck, ReaderOptions, ReloadSignal, SpiloCluster,
  TemplateEngine, WriteCheck,
} from 'cdk8s-spilo';

const imported = (clusterName: string) => SpiloCluster.fromClusterAttributes(chart('shop'), 'Imported', { clusterName });
const orders = imported('orders');
const secret = (name: string, key = 'key') => ({ secret: secretNamed(name), key });

const COMMON: { readonly [property: string]: Pair<ProxyOptions> } = {
  cluster: [{}, { cluster: imported('invoices') }],
  name: [{}, { name: 'gate' }],
  replicas: [{}, { replicas: 3 }],
  imagePullPolicy: [{}, { imagePullPolicy: ImagePullPolicy.ALWAYS }],
  imagePullSecrets: [{}, { imagePullSecrets: ['registry'] }],
  resources: [{}, { resources: { memory: { limit: Size.gibibytes(1) } } }],
  gracePeriod: [{}, { gracePeriod: Duration.minutes(9) }],
  podLabels: [{}, { podLabels: { a: 'b' } }],
  podAnnotations: [{}, { podAnnotations: { a: 'b' } }],
  sidecars: [{}, { sidecars: [{ name: 'tool', image: 'example.org/tool:1' }] }],
};
const PLACEMENT = inside(PLACEMENT_PAIRS, placement => ({ placement }));

const HEALTH_CHECK: { readonly [property: string]: Pair<HealthCheckOptions> } = {
  interval: [{}, { interval: Duration.seconds(1) }],
  fastInterval: [{}, { fastInterval: Duration.seconds(1) }],
  downInterval: [{}, { downInterval: Duration.seconds(1) }],
  timeout: [{}, { timeout: Duration.seconds(1) }],
  fall: [{}, { fall: 3 }],
  rise: [{}, { rise: 2 }],
};

const READERS: { readonly [property: string]: Pair<ReaderOptions> } = {
  check: [{}, { check: ReadCheck.SYNC }],
  maxLag: [{}, { maxLag: Size.mebibytes(1) }],
  tags: [{}, { tags: { site: 'a' } }],
  fallbackToLeader: [{}, { fallbackToLeader: false }],
};

const PATRONI_TLS: { readonly [property: string]: Pair<PatroniTlsOptions> } = {
  ca: [{ ca: secret('a') }, { ca: secret('b') }],
  verifyHost: [{ ca: secret('a') }, { ca: secret('a'), verifyHost: 'orders' }],
};

const HAPROXY: Pairs<PatroniHaproxyProps> = {
  ProxyOptions: COMMON,
  Placement: PLACEMENT,
  PatroniHaproxyProps: {
    image: [{}, { image: 'example.org/haproxy:3.4' }],
    version: [{}, { version: '3.0.11' }],
    uid: [{}, { uid: 1000 }],
    writeCheck: [{}, { writeCheck: WriteCheck.LEADER }],
    discovery: [{}, { discovery: MemberDiscovery.POD_NAMES }],
    maxMembers: [{}, { maxMembers: 9 }],
    clusterDomain: [{}, { clusterDomain: 'example.org' }],
    maxConnections: [{}, { maxConnections: 500 }],
    sessionTimeout: [{}, { sessionTimeout: Duration.hours(1) }],
    extraLines: [{}, { extraLines: { rw: ['maxconn 500'] } }],
    config: [{}, { config: 'listen rw\n bind :5000\nlisten health\n bind :8404' }],
  },
  ServiceOptions: inside(SERVICE_PAIRS, readWriteService => ({ readWriteService })),
  ReadOnlyOptions: { enabled: [{}, { readOnly: { enabled: false } }] },
  ReaderOptions: inside(READERS, readOnly => ({ readOnly })),
  HealthCheckOptions: inside(HEALTH_CHECK, healthCheck => ({ healthCheck })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => ({ patroniTls: patroniTls as PatroniTlsOptions })),
};

const haproxy = (options: PoolerHaproxyOptions): Partial<PgBouncerPoolerProps> => ({ haproxy: options });
const clientTls = (options: PoolerClientTlsOptions): Partial<PgBouncerPoolerProps> => ({ clientTls: options });
const serverTls = (ca: string, verifyFull?: boolean): Partial<PgBouncerPoolerProps> =>
  ({ upstream: PoolUpstream.SERVICE, serverTls: { ca: secret(ca), verifyFull } });
const listed = (name: string, password: string): Partial<PgBouncerPoolerProps> => ({ users: [{ name, password: secret(password) }] });

const POOLER: Pairs<PgBouncerPoolerProps> = {
  ProxyOptions: COMMON,
  Placement: PLACEMENT,
  PgBouncerPoolerProps: {
    authPassword: [{}, { authPassword: secret('other') }],
    authUser: [{}, { authUser: 'gate' }],
    authBootstrap: [{}, { authBootstrap: false }],
    target: [{}, { target: ConnectionTarget.REPLICAS }],
    upstream: [{}, { upstream: PoolUpstream.FOLLOWER }],
    image: [{}, { image: 'example.org/pgbouncer:1.25' }],
    version: [{}, { version: '1.20' }],
    uid: [{}, { uid: 1000 }],
    gid: [{}, { gid: 1000 }],
    poolMode: [{}, { poolMode: PoolMode.SESSION }],
    maxClientConnections: [{}, { maxClientConnections: 500 }],
    poolSize: [{}, { poolSize: 5 }],
    maxServerConnections: [{}, { maxServerConnections: 20 }],
    databases: [{}, { databases: { app: '' } }],
    settings: [{}, { settings: { query_timeout: '5' } }],
    config: [{}, { config: '[databases]\n[pgbouncer]' }],
    exporter: [{}, { exporter: true }],
    exporterImage: [{ exporter: true }, { exporter: true, exporterImage: 'example.org/exporter:1' }],
    peering: [{}, { peering: true }],
  },
  PoolerUser: { name: [listed('a', 'a'), listed('b', 'a')], password: [listed('a', 'a'), listed('a', 'b')] },
  PoolerClientTlsOptions: {
    secret: [{}, clientTls({ secret: secretNamed('tls') })],
    caKey: [clientTls({ secret: secretNamed('tls') }), clientTls({ secret: secretNamed('tls'), caKey: 'ca.crt' })],
    allowPlaintext: [{}, clientTls({ allowPlaintext: true })],
  },
  PoolerServerTlsOptions: { ca: [serverTls('a'), serverTls('b')], verifyFull: [serverTls('a'), serverTls('a', true)] },
  PoolerHaproxyOptions: {
    image: [{}, haproxy({ image: 'example.org/haproxy:3.4' })],
    version: [{}, haproxy({ version: '3.0.11' })],
    clusterDomain: [{}, haproxy({ clusterDomain: 'example.org' })],
  },
  ServiceOptions: inside(SERVICE_PAIRS, service => ({ service })),
  ReaderOptions: inside(READERS, readOnly => ({ target: ConnectionTarget.REPLICAS, haproxy: { readOnly } })),
  HealthCheckOptions: inside(HEALTH_CHECK, healthCheck => haproxy({ healthCheck })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => haproxy({ patroniTls: patroniTls as PatroniTlsOptions })),
};

const port = (options: Partial<FollowedPort>): Partial<PatroniConfigFollowerProps> => ({ ports: [{ name: 'rw', containerPort: 5000, ...options }] });
const file = (options: Partial<FollowedFile>) => ({ files: [{ template: 'to {{primary.host}}', destination: '/run/proxy/proxy.conf', ...options }] });
const reload = (options: Partial<ReloadSignal>) => ({ reloadSignal: { process: 'proxy', ...options } });

const FOLLOWER: Pairs<PatroniConfigFollowerProps> = {
  ProxyOptions: COMMON,
  Placement: PLACEMENT,
  PatroniConfigFollowerProps: {
    proxy: [{}, { proxy: { name: 'proxy', image: 'example.org/proxy:2' } }],
    furtherClusters: [{}, { furtherClusters: [imported('stock')] }],
    reloadCommand: [{}, { reloadCommand: 'true' }],
    uid: [{}, { uid: 1000 }],
    engine: [{ followerImage: 'example.org/jinja:1' }, { followerImage: 'example.org/jinja:1', engine: TemplateEngine.JINJA2 }],
    followerImage: [{}, { followerImage: 'example.org/follower:1' }],
    interval: [{}, { interval: Duration.seconds(5) }],
    maxLag: [{}, { maxLag: Size.mebibytes(1) }],
    logLevel: [{}, { logLevel: FollowerLogLevel.DEBUG }],
  },
  FollowedFile: { template: [file({}), file({ template: 'now {{primary.host}}' })], destination: [file({}), file({ destination: '/run/proxy/other.conf' })] },
  FollowedPort: {
    name: [port({}), port({ name: 'db' })],
    containerPort: [port({}), port({ containerPort: 5001 })],
    port: [port({}), port({ port: 6432 })],
  },
  ReloadSignal: { process: [reload({}), reload({ process: 'other' })], signal: [reload({}), reload({ signal: 'USR2' })] },
  ServiceOptions: inside(SERVICE_PAIRS, service => port({ service })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => ({ patroniTls: patroniTls as PatroniTlsOptions })),
};

const objects = (construct: Construct): { [id: string]: any } =>
  Object.fromEntries(construct.node.children.filter(ApiObject.isApiObject).map(child => [child.node.id, (child as ApiObject).toJson()]));
const ids = (listing: readonly { readonly id: string }[]) => listing.map(({ id }) => id);

export const PROXY_TABLES = [
  {
    root: 'PatroniHaproxyProps',
    pairs: HAPROXY,
    objects: (props: Partial<PatroniHaproxyProps>) => objects(new PatroniHaproxy(chart('shop'), 'proxy', { cluster: orders, ...props })),
    ids: ids(haproxyListing()),
  },
  {
    root: 'PgBouncerPoolerProps',
    pairs: POOLER,
    objects: (props: Partial<PgBouncerPoolerProps>) =>
      objects(new PgBouncerPooler(chart('shop'), 'pooler', { cluster: orders, authPassword: secret('pooler'), ...props })),
    ids: ids(poolerListing()),
  },
  {
    root: 'PatroniConfigFollowerProps',
    pairs: FOLLOWER,
    objects: (props: Partial<PatroniConfigFollowerProps>) => objects(new PatroniConfigFollower(chart('shop'), 'proxy', {
      cluster: orders, proxy: { name: 'proxy', image: 'example.org/proxy:1' }, ...file({}) as { files: FollowedFile[] }, ports: port({}).ports!, ...props,
    })),
    ids: ids(followerListing()),
  },
];
