import { Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { FOLLOWER_RULES } from '../../../src/proxy/follower/rules';
import { mustacheError } from '../../../src/proxy/follower/template';
import { schemaViolations } from '../../support/kubernetes-schema';
import { chart, refusal, Rendered, secretKey, synthesize } from '../../support/render';
import { ContainerImage, FollowerLogLevel, PatroniConfigFollower, PatroniConfigFollowerProps, SpiloCluster, TemplateEngine } from 'cdk8s-spilo';

const imported = (clusterName: string) => SpiloCluster.fromClusterAttributes(chart('shop'), clusterName, { clusterName });

const elsewhere = SpiloCluster.fromClusterAttributes(chart(), 'Elsewhere', { clusterName: 'orders', namespace: 'office' });

const shortest = (): PatroniConfigFollowerProps => ({
  cluster: imported('orders'),
  proxy: { name: 'nginx', image: 'docker.io/library/nginx:1.28.0', args: ['-c', '/run/proxy/nginx.conf'] },
  files: [{ template: 'proxy_pass {{master.hostname}};\n', destination: '/run/proxy/nginx.conf' }],
  ports: [{ name: 'rw', containerPort: 5000 }],
  reloadSignal: { process: 'nginx' },
});

function follower(props: Partial<PatroniConfigFollowerProps> = {}): PatroniConfigFollower {
  return new PatroniConfigFollower(chart('shop'), 'proxy', { ...shortest(), ...props });
}

const rendered = (construct: PatroniConfigFollower): Rendered => synthesize(construct.node.scope as Chart);
const render = (props: Partial<PatroniConfigFollowerProps> = {}) => rendered(follower(props));
const podOf = (result: Rendered) => result.get('Deployment').spec.template.spec;
const containersOf = (result: Rendered) => [...podOf(result).initContainers, ...podOf(result).containers];
const containerOf = (result: Rendered, name: string) => containersOf(result).find(container => container.name === name);
const optionsOf = (result: Rendered) => JSON.parse(containerOf(result, 'follower').env[0].value);

test('renders its objects in apply order, under ids that are contract', () => {
  expect(render().list()).toEqual([
    'ConfigMap orders-proxy-follower', 'ConfigMap orders-proxy-templates', 'Service orders-proxy-rw', 'PodDisruptionBudget orders-proxy', 'Deployment orders-proxy',
  ]);
  expect(Object.keys(follower().objects)).toEqual(['Program', 'Templates', 'Service-rw', 'PodDisruptionBudget', 'Deployment']);
});

test('keeps to the schema of Kubernetes', () => {
  expect(render({ patroniTls: { ca: secretKey('ca', 'ca.crt') } }).objects.flatMap(schemaViolations)).toEqual([]);
});

test('writes the first files before the proxy starts, by the same program', () => {
  const result = render();
  const [first] = podOf(result).initContainers;
  expect(first.command).toEqual(['python3', '/follower/follower.py', '--init']);
  expect(first.env).toEqual(containerOf(result, 'follower').env);
  expect(result.get('ConfigMap', 'orders-proxy-templates').data).toEqual({ 'nginx.conf': 'proxy_pass {{master.hostname}};\n' });
  expect(result.get('ConfigMap', 'orders-proxy-follower').data['follower.py']).toContain('def processes(');
});

test('tells the program what to follow, at its defaults', () => {
  expect(optionsOf(render())).toEqual({
    clusters: [{ host: 'orders-pods.shop.svc', port: 8008 }],
    files: [{ template: '/templates/nginx.conf', destination: '/run/proxy/nginx.conf' }],
    interval: 1,
    reload: { process: 'nginx', signal: 'HUP' },
    healthPort: 8405,
  });
});

test('tells it all else that a user may say', () => {
  expect(optionsOf(render({
    furtherClusters: [imported('stock')],
    engine: TemplateEngine.JINJA2,
    image: ContainerImage.of('registry.example.org/jinja:1'),
    interval: Duration.millis(500),
    maxLag: Size.mebibytes(1),
    reloadCommand: 'kill -HUP "$(cat /run/proxy/pid)"',
    logLevel: FollowerLogLevel.DEBUG,
    patroniTls: { ca: secretKey('ca', 'root.pem'), verifyHost: 'orders' },
  }))).toMatchObject({
    clusters: [{ host: 'orders-pods.shop.svc', ca: '/patroni-tls/ca.crt', verifyHost: 'orders' }, { host: 'stock-pods.shop.svc' }],
    engine: 'jinja2',
    interval: 0.5,
    maxLag: 1048576,
    // The kubelet makes one dollar sign of two.
    reload: { command: 'kill -HUP "$$(cat /run/proxy/pid)"', process: 'nginx', signal: 'HUP' },
    logLevel: 'DEBUG',
  });
});

test('proxy and follower share processes, user and the volume', () => {
  const result = render({ uid: 101 });
  expect(podOf(result)).toMatchObject({
    shareProcessNamespace: true, automountServiceAccountToken: false, securityContext: { runAsUser: 101, runAsGroup: 101 },
  });
  for (const name of ['nginx', 'follower']) {
    expect(containerOf(result, name).volumeMounts).toContainEqual({ name: 'configuration', mountPath: '/run/proxy' });
    expect(containerOf(result, name).securityContext.readOnlyRootFilesystem).toBe(true);
  }
});

test('a proxy keeps what the user says of its container', () => {
  const own = { securityContext: { readOnlyRootFilesystem: false }, volumeMounts: [{ name: 'tmp', mountPath: '/var/cache' }] };
  const result = render({ proxy: { ...shortest().proxy, ...own } });
  expect(containerOf(result, 'nginx').securityContext).toEqual({ readOnlyRootFilesystem: false });
  expect(containerOf(result, 'nginx').volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(['/run/proxy', '/tmp', '/var/cache']);
});

test('another template is no other pod, another program is', () => {
  const stamp = (construct: PatroniConfigFollower) => rendered(construct).get('Deployment').spec.template.metadata.annotations['cdk8s-spilo/config'];
  const patched = follower();
  patched.objects.Program.addJsonPatch(JsonPatch.add('/data/follower.py', 'pass'));
  expect(stamp(follower({ files: [{ template: '{{scope}}', destination: '/run/proxy/nginx.conf' }] }))).toBe(stamp(follower()));
  expect(stamp(patched)).not.toBe(stamp(follower()));
});

test('tells the endpoints of its Services', () => {
  expect(follower().endpoints.rw.hostname).toBe('orders-proxy-rw.shop.svc');
});

test.each([
  ['a {{b}} {{{c}}} {{&d}} {{! any {text }} {{#e}}x{{/e}} {{^e}}y{{/e}}', undefined],
  ['{{a', '{{a is not closed'],
  ['{{#a}}', '{{#a}} is not closed'],
  ['{{/a}}', '{{/a}} closes no section that is open'],
  ['{{#a}}{{#b}}{{/a}}{{/b}}', '{{/a}} closes no section that is open'],
  ['{{>a}}', '{{>a}}: partials and other delimiters are not supported'],
  ['{{ }}', '{{}} names nothing'],
])('of the Mustache template %j it says %j', (template, error) => {
  expect(mustacheError(template)).toBe(error);
});

test('a template for Jinja2 arrives as it is, also with raw text that no Mustache would be; the Python tests of the follower render it', () => {
  const template = '{% raw %}{{#replicas}} {{ }} {{> a}}{% endraw %}{{ master.hostname }}\n';
  const jinja = { engine: TemplateEngine.JINJA2, image: ContainerImage.of('registry.example.org/jinja:1'), ...file(template) };
  expect(render(jinja).get('ConfigMap', 'orders-proxy-templates').data).toEqual({ a: template });
  expect(refusal(() => follower(file(template)))).toContain('[follower-template]');
});

test('may follow a cluster of another namespace beside its own: Patroni answers there, and no Secret is read', () => {
  expect(optionsOf(render({ furtherClusters: [elsewhere] })).clusters[1]).toEqual({ host: 'orders-pods.office.svc', port: 8008 });
});

/** Wrong programs, by the rule that refuses each. */
const file = (template: string, destination = '/run/proxy/a') => ({ files: [{ template, destination }] });
const REFUSED: [string, Partial<PatroniConfigFollowerProps>][] = [
  ['follower-template', file('{{#replicas}}')],
  ['follower-cluster', { furtherClusters: [Object.create(imported('b'), { leaderServiceName: { value: 'no host' }, podsServiceName: { value: 'no host' } })] }],
  ['follower-files', { files: [] }],
  ['follower-files', { files: [...file('a').files, ...file('b').files] }],
  ['follower-destination', file('a', '/etc/passwd')],
  ['follower-destination', file('a', '/run/proxy/../a')],
  ['clash-container', { proxy: { name: 'follower', image: 'a:1' } }],
  ['clash-container', { pod: { sidecars: [{ name: 'nginx', image: 'a:1' }] } }],
  ['clash-env', { proxy: { name: 'a', image: 'a:1', env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }] } }],
  ['clash-mount-path', { proxy: { name: 'a', image: 'a:1', volumeMounts: [{ name: 'tmp', mountPath: '/run/proxy' }] } }],
  ['mount-without-volume', { proxy: { name: 'a', image: 'a:1', volumeMounts: [{ name: 'none', mountPath: '/x' }] } }],
  ['proxy-namespace', { cluster: elsewhere }],
  ['follower-proxy-name', { proxy: { name: 'No Name', image: 'a:1' } }],
  ['follower-proxy-type', { proxy: { name: 'a', image: 'a:1', ports: 'all' } }],
  ['follower-image', { image: ContainerImage.of('https://example.org/x:1') }],
  ['follower-service-name', { ports: [{ name: 'readers', containerPort: 5000 }], name: 'n'.repeat(56) }],
  ['follower-proxy-image', { proxy: { name: 'a' } }],
  ['follower-ports', { ports: [] }],
  ['follower-ports', { ports: [{ name: 'rw', containerPort: 80 }] }],
  ['follower-ports', { ports: [{ name: 'rw', containerPort: 8405 }] }],
  ['follower-signal', { reloadSignal: { process: 'a', signal: 'SIGHUP' } }],
  ['follower-process', { reloadSignal: { process: '/usr/sbin/nginx' } }],
  ['follower-command', { reloadCommand: ' ' }],
  ['follower-uid', { uid: 0 }],
  ['follower-jinja-image', { engine: TemplateEngine.JINJA2 }],
  ['follower-interval', { interval: Duration.millis(10) }],
  ['follower-max-lag', { maxLag: Size.kibibytes(NaN) }],
  ['patroni-tls-host', { patroniTls: { ca: secretKey('a', 'b'), verifyHost: 'a b' } }],
  ['service-node-port', { ports: [{ name: 'rw', containerPort: 5000, service: { nodePort: 1 } }] }],
];

test.each(REFUSED)('%s refuses %j', (rule, props) => {
  expect(refusal(() => follower(props))).toContain(`[${rule}] test/proxy: `);
});

test('every rule of its own has a wrong program above', () => {
  const ids = new Set(FOLLOWER_RULES.map(({ id }) => id).filter(id => id.startsWith('follower-')));
  expect([...ids].filter(id => !REFUSED.some(([refused]) => refused === id))).toEqual([]);
});
