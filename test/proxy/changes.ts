/** The pairs of programs that keep the tags `@changes` of the proxies true; see `test/changes.test.ts`. */
import { ApiObject, Duration, Size } from 'cdk8s';
import { followerListing, haproxyListing, poolerListing } from '../../scripts/docs/objects';
import { Objects } from '../support/effects';
import { inside, Pairs, PairsOf, PLACEMENT_PAIRS, POD_PAIRS, RESOURCES_PAIRS, SERVICE_PAIRS, within } from '../support/pairs';
import { chart, secretKey } from '../support/render';
import {
  ConnectionTarget, ContainerImage, FollowedFile, FollowedPort, FollowerLogLevel, HaproxyCheckOptions, HaproxyReadCheck, HaproxyReaderOptions,
  HaproxyWriteCheck, MemberDiscovery, PatroniConfigFollower, PatroniConfigFollowerProps, PatroniHaproxy, PatroniHaproxyProps, PatroniTlsOptions,
  PgBouncerPooler, PgBouncerPoolerProps, PoolerClientTlsOptions, PoolerHaproxyOptions, PoolMode, PoolUpstream, ProxyOptions, PullPolicy,
  ReloadSignal, SpiloCluster, TemplateEngine,
} from 'cdk8s-spilo';

const imported = (clusterName: string) => SpiloCluster.fromClusterAttributes(chart('shop'), 'Imported', { clusterName });
const orders = imported('orders');
const image = ContainerImage.of;

const COMMON: Pairs<ProxyOptions> = {
  ProxyOptions: {
    cluster: [{}, { cluster: imported('invoices') }],
    name: [{}, { name: 'gate' }],
    replicas: [{}, { replicas: 3 }],
    imagePullPolicy: [{}, { imagePullPolicy: PullPolicy.ALWAYS }],
    resources: [{}, { resources: { memory: { limit: Size.gibibytes(1) } } }],
  },
  ...within(RESOURCES_PAIRS, resources => ({ resources })),
  ...within(PLACEMENT_PAIRS, placement => ({ placement })),
  ...within(POD_PAIRS, pod => ({ pod })),
};

const HEALTH_CHECK: PairsOf<HaproxyCheckOptions> = {
  interval: [{}, { interval: Duration.seconds(1) }],
  fastInterval: [{}, { fastInterval: Duration.seconds(1) }],
  downInterval: [{}, { downInterval: Duration.seconds(1) }],
  timeout: [{}, { timeout: Duration.seconds(1) }],
  fall: [{}, { fall: 3 }],
  rise: [{}, { rise: 2 }],
};

const READERS: PairsOf<HaproxyReaderOptions> = {
  check: [{}, { check: HaproxyReadCheck.SYNC }],
  maxLag: [{}, { maxLag: Size.mebibytes(1) }],
  tags: [{}, { tags: { site: 'a' } }],
  fallbackToLeader: [{}, { fallbackToLeader: false }],
};

const PATRONI_TLS: PairsOf<PatroniTlsOptions> = {
  ca: [{ ca: secretKey('a') }, { ca: secretKey('b') }],
  verifyHost: [{ ca: secretKey('a') }, { ca: secretKey('a'), verifyHost: 'orders' }],
};

const HAPROXY: Pairs<PatroniHaproxyProps> = {
  ...COMMON,
  PatroniHaproxyProps: {
    image: [{}, { image: image('example.org/haproxy:3.4') }],
    writeCheck: [{}, { writeCheck: HaproxyWriteCheck.LEADER }],
    discovery: [{}, { discovery: MemberDiscovery.POD_NAMES }],
    maxMembers: [{}, { maxMembers: 9 }],
    clusterDomain: [{}, { clusterDomain: 'example.org' }],
    maxConnections: [{}, { maxConnections: 500 }],
    sessionTimeout: [{}, { sessionTimeout: Duration.hours(1) }],
    uncheckedLines: [{}, { uncheckedLines: { rw: ['maxconn 500'] } }],
    uncheckedConfig: [{}, { uncheckedConfig: 'listen rw\n bind :5000\nlisten health\n bind :8404' }],
  },
  ...within(SERVICE_PAIRS, readWriteService => ({ readWriteService })),
  HaproxyReadOnlyOptions: { enabled: [{}, { readOnly: { enabled: false } }] },
  HaproxyReaderOptions: inside(READERS, readOnly => ({ readOnly })),
  HaproxyCheckOptions: inside(HEALTH_CHECK, healthCheck => ({ healthCheck })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => ({ patroniTls })),
};

const haproxy = (options: PoolerHaproxyOptions): Partial<PgBouncerPoolerProps> => ({ haproxy: options });
const clientTls = (options: PoolerClientTlsOptions): Partial<PgBouncerPoolerProps> => ({ clientTls: options });
const serverTls = (ca: string, verifyFull?: boolean): Partial<PgBouncerPoolerProps> =>
  ({ upstream: PoolUpstream.SERVICE, serverTls: { ca: secretKey(ca), verifyFull } });
const listed = (name: string, password: string): Partial<PgBouncerPoolerProps> => ({ users: [{ name, password: secretKey(password) }] });

const POOLER: Pairs<PgBouncerPoolerProps> = {
  ...COMMON,
  PgBouncerPoolerProps: {
    authPassword: [{}, { authPassword: secretKey('other') }],
    authPasswordRevision: [{}, { authPasswordRevision: '2' }],
    authUser: [{}, { authUser: 'gate' }],
    authBootstrap: [{}, { authBootstrap: false }],
    target: [{}, { target: ConnectionTarget.REPLICAS }],
    upstream: [{}, { upstream: PoolUpstream.FOLLOWER }],
    image: [{}, { image: image('example.org/pgbouncer:1.25') }],
    poolMode: [{}, { poolMode: PoolMode.SESSION }],
    maxClientConnections: [{}, { maxClientConnections: 500 }],
    poolSize: [{}, { poolSize: 5 }],
    maxServerConnections: [{}, { maxServerConnections: 20 }],
    databases: [{}, { databases: { app: '' } }],
    uncheckedSettings: [{}, { uncheckedSettings: { query_timeout: '5' } }],
    uncheckedConfig: [{}, { uncheckedConfig: '[databases]\n[pgbouncer]' }],
    exporter: [{}, { exporter: true }],
    exporterImage: [{ exporter: true }, { exporter: true, exporterImage: image('example.org/exporter:1') }],
    peering: [{}, { peering: true }],
  },
  PoolerUser: { name: [listed('a', 'a'), listed('b', 'a')], password: [listed('a', 'a'), listed('a', 'b')] },
  PoolerClientTlsOptions: {
    secretName: [{}, clientTls({ secretName: 'tls' })],
    caEntry: [clientTls({ secretName: 'tls' }), clientTls({ secretName: 'tls', caEntry: 'ca.crt' })],
    allowPlaintext: [{}, clientTls({ allowPlaintext: true })],
  },
  PoolerServerTlsOptions: { ca: [serverTls('a'), serverTls('b')], verifyFull: [serverTls('a'), serverTls('a', true)] },
  PoolerHaproxyOptions: {
    image: [{}, haproxy({ image: image('example.org/haproxy:3.4') })],
    clusterDomain: [{}, haproxy({ clusterDomain: 'example.org' })],
  },
  ...within(SERVICE_PAIRS, service => ({ service })),
  HaproxyReaderOptions: inside(READERS, readOnly => ({ target: ConnectionTarget.REPLICAS, haproxy: { readOnly } })),
  HaproxyCheckOptions: inside(HEALTH_CHECK, healthCheck => haproxy({ healthCheck })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => haproxy({ patroniTls })),
};

const port = (options: Partial<FollowedPort>): Partial<PatroniConfigFollowerProps> => ({ ports: [{ name: 'rw', containerPort: 5000, ...options }] });
const file = (options: Partial<FollowedFile>) => ({ files: [{ template: 'to {{primary.host}}', destination: '/run/proxy/proxy.conf', ...options }] });
const reload = (options: Partial<ReloadSignal>) => ({ reloadSignal: { process: 'proxy', ...options } });

const FOLLOWER: Pairs<PatroniConfigFollowerProps> = {
  ...COMMON,
  PatroniConfigFollowerProps: {
    proxy: [{}, { proxy: { name: 'proxy', image: 'example.org/proxy:2' } }],
    furtherClusters: [{}, { furtherClusters: [imported('stock')] }],
    reloadCommand: [{}, { reloadCommand: 'true' }],
    uid: [{}, { uid: 1000 }],
    engine: [{ image: image('example.org/jinja:1') }, { image: image('example.org/jinja:1'), engine: TemplateEngine.JINJA2 }],
    image: [{}, { image: image('example.org/follower:1') }],
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
  ...within(SERVICE_PAIRS, service => port({ service })),
  PatroniTlsOptions: inside(PATRONI_TLS, patroniTls => ({ patroniTls })),
};

const rendered = ({ objects }: { readonly objects: { readonly [id: string]: ApiObject } }): Objects =>
  Object.fromEntries(Object.entries(objects).map(([id, object]) => [id, object.toJson()]));
const ids = (listing: readonly { readonly id: string }[]) => listing.map(({ id }) => id);

export const PROXY_TABLES = [
  {
    root: 'PatroniHaproxyProps',
    pairs: HAPROXY,
    objects: (props: Partial<PatroniHaproxyProps>) => rendered(new PatroniHaproxy(chart('shop'), 'proxy', { cluster: orders, ...props })),
    ids: ids(haproxyListing()),
  },
  {
    root: 'PgBouncerPoolerProps',
    pairs: POOLER,
    objects: (props: Partial<PgBouncerPoolerProps>) =>
      rendered(new PgBouncerPooler(chart('shop'), 'pooler', { cluster: orders, authPassword: secretKey('pooler'), ...props })),
    ids: ids(poolerListing()),
  },
  {
    root: 'PatroniConfigFollowerProps',
    pairs: FOLLOWER,
    objects: (props: Partial<PatroniConfigFollowerProps>) => rendered(new PatroniConfigFollower(chart('shop'), 'proxy', {
      cluster: orders, proxy: { name: 'proxy', image: 'example.org/proxy:1' }, ...file({}) as { files: FollowedFile[] }, ports: port({}).ports!, ...props,
    })),
    ids: ids(followerListing()),
  },
];
