import { App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { HAPROXY_RULES } from '../../../src/proxy/haproxy/rules';
import { schemaViolations } from '../../support/kubernetes-schema';
import { chart, cluster, refusal, Rendered, secretKey, synthesize } from '../../support/render';
import {
  ConnectionTarget, ContainerImage, HaproxyReadCheck, HaproxyWriteCheck,
  ISpiloCluster, MemberDiscovery, PatroniHaproxy, PatroniHaproxyProps, SpiloCluster,
} from 'cdk8s-spilo';

const imported = (instances = 3) => SpiloCluster.fromClusterAttributes(chart('shop'), 'Orders', { clusterName: 'orders', instances });

function proxy(props: Partial<PatroniHaproxyProps> = {}): PatroniHaproxy {
  return new PatroniHaproxy(chart('shop'), 'proxy', { cluster: imported(), ...props });
}

const rendered = (construct: PatroniHaproxy): Rendered => synthesize(construct.node.scope as Chart);
const render = (props: Partial<PatroniHaproxyProps> = {}) => rendered(proxy(props));
const configOf = (result: Rendered): string => result.get('ConfigMap').data['haproxy.cfg'];
const podOf = (result: Rendered) => result.get('Deployment').spec.template.spec;
/** The lines of one section. */
const section = (config: string, title: string) => config.split(/\n(?=\S)/).find(part => part.startsWith(title))!.split('\n').slice(1).map(line => line.trim()).filter(Boolean);

test('renders its objects in apply order, under ids that are contract', () => {
  expect(render().list()).toEqual([
    'ConfigMap orders-proxy-config', 'Service orders-proxy-rw', 'Service orders-proxy-ro', 'PodDisruptionBudget orders-proxy', 'Deployment orders-proxy',
  ]);
  expect(Object.keys(proxy().objects)).toEqual(['Config', 'ReadWriteService', 'ReadOnlyService', 'PodDisruptionBudget', 'Deployment']);
});

test('keeps to the schema of Kubernetes', () => {
  const everything = render({ patroniTls: { ca: secretKey('ca', 'ca.crt'), verifyHost: 'orders' }, placement: { nodes: { a: ['b'] } } });
  expect(everything.objects.flatMap(schemaViolations)).toEqual([]);
});

test('asks every member for its role and cuts sessions of one that is out', () => {
  const config = configOf(render());
  expect(section(config, 'backend primary')).toEqual([
    'retries 0', 'balance leastconn', 'option httpchk', 'http-check send meth OPTIONS uri /primary', 'http-check expect status 200',
    'server-template pg 5 "orders-pods.shop.svc.cluster.local:5432"',
  ]);
  expect(section(config, 'backend replicas')).toContain('http-check send meth OPTIONS uri /replica?lag=16384kB');
  expect(section(config, 'frontend ro')).toEqual([
    'bind :::5001 v4v6', 'use_backend replicas if { nbsrv(replicas) gt 0 }', 'default_backend primary',
  ]);
  expect(section(config, 'defaults').pop()).toBe('default-server check port 8008 inter 2000ms fastinter 500ms downinter 500ms fall 2 rise 1 '
    + 'init-state down observe layer4 error-limit 1 on-error sudden-death on-marked-down shutdown-sessions tcp-ut 20s resolvers kube init-addr none');
});

test('listens on IPv6 and IPv4: HAProxy takes a port alone for IPv4', () => {
  expect(configOf(render()).match(/bind .*/g)).toEqual(['bind :::5000 v4v6', 'bind :::5001 v4v6', 'bind :::8404 v4v6']);
});

test('lets the pod tell its namespace where the program does not know it', () => {
  const scope = new Chart(new App(), 'test');
  const orders = SpiloCluster.fromClusterAttributes(scope, 'Orders', { clusterName: 'orders' });
  const result = synthesize(new PatroniHaproxy(scope, 'proxy', { cluster: orders }).node.scope as Chart);
  expect(configOf(result)).toContain('"orders-pods.$POD_NAMESPACE.svc.cluster.local:5432"');
  expect(podOf(result).containers[0].env).toEqual([{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }]);
});

test('is in the namespace of its cluster, also where only its chart says which that is', () => {
  const unknown = SpiloCluster.fromClusterAttributes(new Chart(new App(), 'other'), 'Orders', { clusterName: 'orders' });
  expect(proxy({ cluster: unknown }).readWriteEndpoint.hostname).toBe('orders-proxy-rw.shop.svc');
  expect(configOf(render({ cluster: unknown }))).toContain('"orders-pods.shop.svc.cluster.local:5432"');
});

test('has room for more members than there are', () => {
  expect(configOf(render({ cluster: imported(7) }))).toContain('server-template pg 9 ');
  expect(configOf(render({ maxMembers: 20 }))).toContain('server-template pg 20 ');
});

test('finds members by their names', () => {
  const config = configOf(render({ discovery: MemberDiscovery.POD_NAMES, clusterDomain: 'k8s.example' }));
  expect(section(config, 'backend primary').filter(line => line.startsWith('server '))).toEqual([0, 1, 2]
    .map(ordinal => `server orders-${ordinal} "orders-${ordinal}.orders-pods.shop.svc.k8s.example:5432"`));
});

test('follows the leader of a standby cluster', () => {
  expect(configOf(render({ writeCheck: HaproxyWriteCheck.STANDBY_LEADER }))).toContain('uri /standby-leader');
  expect(configOf(render({ writeCheck: HaproxyWriteCheck.LEADER }))).toContain('uri /leader');
});

test('chooses readers by role, lag and tags, and refuses them without replicas', () => {
  const config = configOf(render({ readOnly: { check: HaproxyReadCheck.ASYNC, maxLag: Size.mebibytes(1), tags: { site: 'a b' }, fallbackToLeader: false } }));
  expect(section(config, 'frontend ro')).toEqual(['bind :::5001 v4v6', 'default_backend replicas']);
  expect(config).toContain('uri /async?lag=1024kB&tag_site=a%20b');
});

test('does without an address for readers', () => {
  const construct = proxy({ readOnly: { enabled: false } });
  const result = rendered(construct);
  expect(result.has('Service', 'orders-proxy-ro')).toBe(false);
  expect(configOf(result)).not.toContain('replicas');
  expect(construct.readOnlyEndpoint.hostname).toBe(construct.readWriteEndpoint.hostname);
});

test('checks the members over TLS', () => {
  const result = render({ patroniTls: { ca: secretKey('orders-ca', 'root.pem'), verifyHost: 'orders.example.org' } });
  expect(section(configOf(result), 'defaults').pop()).toMatch(/ check-ssl verify required ca-file \/patroni-tls\/ca.crt verifyhost orders.example.org check-sni orders.example.org$/);
  expect(podOf(result).volumes).toContainEqual(expect.objectContaining({ name: 'patroni-tls', secret: expect.objectContaining({ secretName: 'orders-ca', items: [{ key: 'root.pem', path: 'ca.crt' }] }) }));
});

test('adds lines to a section, last, and takes a whole other configuration', () => {
  expect(section(configOf(render({ uncheckedLines: { global: ['nbthread 2'] } })), 'global').pop()).toBe('nbthread 2');
  const own = 'frontend rw\n    bind :5000\nfrontend metrics\n    bind :8404\n    monitor-uri /healthz';
  expect(configOf(render({ uncheckedConfig: own }))).toBe(`${own}\n`);
});

test('says nothing of init-state to a HAProxy that does not know it', () => {
  expect(configOf(render({ image: ContainerImage.of('registry.example.org/haproxy:2.8.5') }))).not.toContain('init-state');
  expect(configOf(render({ image: ContainerImage.of(`registry.example.org/haproxy@sha256:${'0'.repeat(64)}`, { version: '3.3.1' }) }))).toContain('init-state');
});

test('runs without privileges, token and writable root, and spreads its pods', () => {
  const pod = podOf(render());
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 99, runAsGroup: 99, seccompProfile: { type: 'RuntimeDefault' } },
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100 }] } },
    terminationGracePeriodSeconds: 60,
  });
  expect(pod.containers[0].securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
});

test('ends its sessions before the kubelet ends it', () => {
  expect(configOf(render({ pod: { terminationGracePeriod: Duration.minutes(5) } }))).toContain('hard-stop-after 290s');
});

test('keeps readiness apart from the leader', () => {
  expect(podOf(render()).containers[0].readinessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 8404 }, initialDelaySeconds: 3 });
});

test('another configuration, a patched one included, is another pod template', () => {
  const stamp = (construct: PatroniHaproxy) => rendered(construct).get('Deployment').spec.template.metadata.annotations['cdk8s-spilo/config'];
  const patched = proxy();
  patched.objects.Config.addJsonPatch(JsonPatch.add('/data/haproxy.cfg', 'global\n'));
  expect(new Set([stamp(proxy()), stamp(proxy({ maxConnections: 3000 })), stamp(patched)]).size).toBe(3);
  expect(stamp(proxy())).toBe(stamp(proxy()));
});

test('its pods are never members: no selector of the cluster matches them', () => {
  const labels = render().get('Deployment').spec.template.metadata.labels;
  expect(Object.entries(imported().memberLabels).some(([key, value]) => labels[key] === value)).toBe(false);
});

test('tells applications how to connect', () => {
  const through = proxy();
  const user = { user: 'app', password: secretKey('app') };
  expect(through.connection(user)).toMatchObject({ endpoint: { hostname: 'orders-proxy-rw.shop.svc', port: 5432 }, env: { PGHOST: { value: 'orders-proxy-rw.shop.svc' } } });
  expect(through.connection({ ...user, target: ConnectionTarget.REPLICAS }).endpoint.hostname).toBe('orders-proxy-ro.shop.svc');
});

test('stands before a cluster of this program', () => {
  const orders = cluster();
  const result = synthesize(new PatroniHaproxy(orders.node.scope as Chart, 'proxy', { cluster: orders }).node.scope as Chart);
  expect(result.get('ConfigMap', 'orders-proxy-config').data['haproxy.cfg']).toContain(`${result.get('StatefulSet').spec.serviceName}.shop.svc.cluster.local:5432`);
});

/** A cluster of somebody's own making, which says another thing of itself. */
const saying = (orders: ISpiloCluster, member: keyof ISpiloCluster, value: unknown): ISpiloCluster =>
  Object.create(orders, { [member]: { value, enumerable: true } });

/** Wrong programs, by the rule that refuses each. */
const REFUSED: [string, Partial<PatroniHaproxyProps>][] = [
  ['proxy-name', { name: 'Proxy' }],
  ['proxy-replicas', { replicas: 0 }],
  ['proxy-grace-period', { pod: { terminationGracePeriod: Duration.seconds(10) } }],
  ['pod-pull-secret', { pod: { imagePullSecrets: ['no name'] } }],
  ['proxy-memory-limit', { resources: {} }],
  ['pod-labels', { pod: { labels: { 'no key': 'a' } } }],
  ['pod-labels-reserved', { pod: { labels: { application: 'spilo' } } }],
  ['pod-labels-reserved', { pod: { labels: { 'application': 'spilo', 'spilo-cluster': 'orders' } } }],
  ['pod-annotations', { pod: { annotations: { 'no key': 'a' } } }],
  ['clash-container', { pod: { sidecars: [{ name: 'haproxy' }] } }],
  ['haproxy-version', { image: ContainerImage.of('docker.io/library/haproxy:3.2.0') }],
  ['haproxy-version', { image: ContainerImage.of('docker.io/library/haproxy:3.2-alpine') }],
  ['haproxy-version', { image: ContainerImage.of('docker.io/library/haproxy:latest') }],
  ['haproxy-version', { image: ContainerImage.of('docker.io/library/haproxy:2.2.9') }],
  ['image-user', { image: ContainerImage.of('registry.example.org/x:3.3.1', { uid: 0 }) }],
  ['haproxy-init-state', { image: ContainerImage.of('docker.io/library/haproxy:3.0.11'), uncheckedLines: { defaults: ['default-server init-state down'] } }],
  ['haproxy-extra-section', { uncheckedLines: { peers: ['a'] } }],
  ['haproxy-extra-line', { uncheckedLines: { global: ['nbthread 2\nfrontend evil'] } }],
  ...['backend other', '\tlisten x', '"frontend" x', 'front\'end\' x', '"${NIL}"defaults', '.if defined(X)', ' .endif', '".else"', '.alert x'].map(line =>
    ['haproxy-extra-line', { uncheckedLines: { rw: [line] } }] as [string, Partial<PatroniHaproxyProps>]),
  ['haproxy-config', { uncheckedConfig: 'global\n' }],
  ['haproxy-ignored', { uncheckedConfig: 'bind :5000\nbind :8404', maxConnections: 100 }],
  ['haproxy-health-check-time', { healthCheck: { interval: Duration.millis(10) } }],
  ['haproxy-fall', { healthCheck: { fall: 0 } }],
  ['haproxy-rise', { healthCheck: { rise: 11 } }],
  ['haproxy-max-members', { maxMembers: 2 }],
  ['haproxy-max-members', { maxMembers: 9, discovery: MemberDiscovery.POD_NAMES }],
  ['haproxy-cluster-domain', { clusterDomain: 'cluster.local.' }],
  ['haproxy-max-connections', { maxConnections: 1 }],
  ['haproxy-session-timeout', { sessionTimeout: Duration.seconds(1) }],
  ['haproxy-max-lag', { readOnly: { maxLag: Size.kibibytes(NaN) } }],
  ['haproxy-tags', { readOnly: { tags: { 'a&b': 'c' } } }],
  ['haproxy-ignored', { readOnly: { enabled: false }, readOnlyService: {} }],
  ['haproxy-read-check-fallback', { readOnly: { check: HaproxyReadCheck.READ_ONLY, fallbackToLeader: false } }],
  ['patroni-tls-ca', { patroniTls: { ca: secretKey('a', '../b') } }],
  ['patroni-tls-host', { patroniTls: { ca: secretKey('a', 'b'), verifyHost: 'a b' } }],
  ...['orders', 'orders-pods', 'orders-repl', 'orders-config', 'orders-sync', 'orders-programs', 'orders-lb', 'orders-repl-nodeport'].map(name =>
    ['proxy-name-taken', { name }] as [string, Partial<PatroniHaproxyProps>]),
  ['proxy-name-taken', { name: 'db', cluster: SpiloCluster.fromClusterAttributes(chart('shop'), 'Named', { clusterName: 'orders', leaderServiceName: 'db' }) }],
  ['pod-env-name', { pod: { env: { 'no name': 'a' } } }],
  ['pod-env-value', { pod: { env: { A: 5 } } }],
  ['pod-part-image', { pod: { sidecars: [{ name: 'a', image: 'https://x' }] } }],
  ['pod-part-name', { pod: { sidecars: [{ image: 'a:1' }] } }],
  ['pod-mount-path', { pod: { volumes: [{ name: 'x', emptyDir: {} }], volumeMounts: [{ name: 'x', mountPath: 'a:b' }] } }],
  ['pod-mount-hides', { pod: { volumes: [{ name: 'x', emptyDir: {} }], volumeMounts: [{ name: 'x', mountPath: '/usr/local' }] } }],
  ['pod-volume-source', { pod: { volumes: [{ name: 'x', emptyDir: {}, secret: { secretName: 'x' } }] } }],
  ['proxy-namespace', { cluster: SpiloCluster.fromClusterAttributes(chart(), 'Elsewhere', { clusterName: 'orders', namespace: 'office' }) }],
  ['pod-part-type', { pod: { sidecars: [{ name: 'a', image: 'a:1', ports: 'all' }] } }],
  ['image-reference', { image: ContainerImage.of('https://example.org/haproxy:3.3.1') }],
  ['clash-env', { pod: { env: { POD_NAMESPACE: 'a', A: 'b' } } }],
  ['clash-volume', { pod: { volumes: [{ name: 'config', emptyDir: {} }] } }],
  ['clash-mount-path', { pod: { volumes: [{ name: 'x', emptyDir: {} }], volumeMounts: [{ name: 'x', mountPath: '/usr/local/etc/haproxy' }] } }],
  ['mount-without-volume', { pod: { volumeMounts: [{ name: 'nothing', mountPath: '/x' }] } }],
  ['image-version', { image: ContainerImage.of('registry.example.org/x:3.3.1', { version: 'newest' }) }],
  ['cluster-reference', { cluster: saying(imported(), 'podsServiceName', 'a\nserver evil') }],
  ['service-node-port', { readWriteService: { nodePort: 32346 } }],
];

test.each(REFUSED)('%s refuses %j', (rule, props) => {
  expect(refusal(() => proxy(props))).toContain(`[${rule}] test/proxy: `);
});

test('every rule of its own has a wrong program above', () => {
  const shared = /^(service|resources|placement)-/;
  const ids = new Set(HAPROXY_RULES.map(({ id }) => id).filter(id => !shared.test(id)));
  expect([...ids].filter(id => !REFUSED.some(([refused]) => refused === id))).toEqual([]);
});
