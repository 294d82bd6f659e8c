import { Duration, JsonPatch, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { PGADMIN_RULES } from '../../src/pgadmin/rules';
import { RESERVED_LABELS } from '../../src/spilo/labels';
import { chart, cluster, readYaml, refusal, Rendered, secretKey, synthesize } from '../support/render';
import { ConnectionTarget, ContainerImage, Endpoint, PgAdmin, PgAdminProps, ServiceType, SpiloCluster, SslMode } from 'cdk8s-spilo';

const orders = () => SpiloCluster.fromClusterAttributes(chart('shop'), 'Orders', { clusterName: 'orders' });

/** The shortest program: only what has no default. */
const shortest = (): PgAdminProps => ({
  email: 'dba@example.org',
  password: secretKey('pgadmin-login', 'password'),
  servers: [{ cluster: orders() }],
});

function pgAdmin(props: Partial<PgAdminProps> = {}): PgAdmin {
  return new PgAdmin(chart('shop'), 'pgadmin', { ...shortest(), ...props });
}

function render(props: Partial<PgAdminProps> = {}): Rendered {
  return synthesize(pgAdmin(props).node.scope as ReturnType<typeof chart>);
}

const podOf = (rendered: Rendered) => rendered.get('Deployment').spec.template.spec;
const containerOf = (rendered: Rendered) => podOf(rendered).containers[0];
const variable = (rendered: Rendered, name: string) => containerOf(rendered).env.find((entry: { name: string }) => entry.name === name)?.value;
const serversOf = (rendered: Rendered) => JSON.parse(rendered.get('ConfigMap').data['servers.json']).Servers;

test('renders its objects in apply order', () => {
  expect(render().list()).toEqual([
    'ConfigMap pgadmin-servers', 'PersistentVolumeClaim pgadmin-data', 'Service pgadmin', 'Deployment pgadmin',
  ]);
});

test('the ids of its objects are contract', () => {
  expect(pgAdmin().node.children.map(({ node }) => node.id)).toEqual(['ServerList', 'Claim', 'Service', 'Deployment']);
});

test('names all objects after the property name', () => {
  expect(render({ name: 'admin' }).list()).toEqual([
    'ConfigMap admin-servers', 'PersistentVolumeClaim admin-data', 'Service admin', 'Deployment admin',
  ]);
});

test('lists the leader of a cluster, over TLS, as its superuser, and never a password', () => {
  expect(serversOf(render())).toEqual({
    1: {
      Name: 'orders',
      Group: 'Servers',
      Host: 'orders.shop.svc',
      Port: 5432,
      MaintenanceDB: 'postgres',
      Username: 'postgres',
      ConnectionParameters: { sslmode: 'require', connect_timeout: 10 },
    },
  });
});

test('lists a cluster of this program, and replicas, with other values', () => {
  const entries = serversOf(render({
    servers: [
      { cluster: cluster() },
      { cluster: orders(), target: ConnectionTarget.REPLICAS },
      { cluster: orders(), name: 'Reports', database: 'reports', user: 'reader', sslMode: SslMode.PREFER },
    ],
  }));
  expect(entries[1]).toMatchObject({ Name: 'orders', Host: 'orders.shop.svc' });
  expect(entries[2]).toMatchObject({ Name: 'orders (replicas)', Host: 'orders-repl.shop.svc' });
  expect(entries[3]).toMatchObject({ Name: 'Reports', MaintenanceDB: 'reports', Username: 'reader', ConnectionParameters: { sslmode: 'prefer' } });
});

test('lists a cluster of another namespace under its full name: no Secret of it is read', () => {
  const elsewhere = SpiloCluster.fromClusterAttributes(chart(), 'Elsewhere', { clusterName: 'orders', namespace: 'office' });
  expect(serversOf(render({ servers: [{ cluster: elsewhere }] }))[1].Host).toBe('orders.office.svc');
});

test('takes the password from a file of the Secret: it is neither in the manifest nor in a variable', () => {
  const rendered = render();
  expect(podOf(rendered).volumes).toContainEqual({
    name: 'login', secret: { secretName: 'pgadmin-login', defaultMode: 0o440, items: [{ key: 'password', path: 'password' }] },
  });
  expect(variable(rendered, 'PGADMIN_DEFAULT_PASSWORD_FILE')).toBe('/login/password');
  expect(rendered.all('Secret')).toEqual([]);
});

test('meets Pod Security restricted', () => {
  const pod = podOf(render());
  expect(pod.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 5050,
    runAsGroup: 5050,
    fsGroup: 5050,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(pod.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
  });
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.enableServiceLinks).toBe(false);
});

test('everything that the image writes lies on a volume', () => {
  const rendered = render();
  const { volumeMounts } = containerOf(rendered);
  const writable = volumeMounts.filter((mount: { readOnly?: boolean }) => !mount.readOnly).map((mount: { mountPath: string }) => mount.mountPath);
  expect(writable).toEqual(['/var/lib/pgadmin', '/run/pgadmin', '/tmp']);
  expect(variable(rendered, 'PGADMIN_CUSTOM_CONFIG_DISTRO_FILE')).toMatch(/^\/run\/pgadmin\//);
  expect(variable(rendered, 'PGADMIN_DISABLE_POSTFIX')).toBe('True');
});

test('every mount has its volume, and every volume its object or Secret', () => {
  const rendered = render({ name: 'admin' });
  const { volumes, containers: [{ volumeMounts }] } = podOf(rendered);
  const names = (entries: { name: string }[]) => entries.map(({ name }) => name).sort();
  expect(names(volumeMounts)).toEqual(names(volumes));
  expect(rendered.has('ConfigMap', volumes.find((volume: any) => volume.configMap).configMap.name)).toBe(true);
  expect(rendered.has('PersistentVolumeClaim', volumes.find((volume: any) => volume.persistentVolumeClaim).persistentVolumeClaim.claimName)).toBe(true);
});

test('listens above 1024, and Service and probes go there', () => {
  const rendered = render();
  const { ports, startupProbe, readinessProbe, livenessProbe } = containerOf(rendered);
  expect(ports).toEqual([{ name: 'http', containerPort: 8080, protocol: 'TCP' }]);
  expect(variable(rendered, 'PGADMIN_LISTEN_PORT')).toBe('8080');
  expect(rendered.get('Service').spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }]);
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    expect(probe.httpGet).toEqual({ path: '/misc/ping', port: 'http', scheme: 'HTTP' });
  }
});

test('never has two pods on the volume', () => {
  const { spec } = render().get('Deployment');
  expect(spec.replicas).toBe(1);
  expect(spec.strategy).toEqual({ type: 'Recreate' });
});

test('its pod is no member of any cluster, and the Service selects just this pod', () => {
  const rendered = render();
  const { labels } = rendered.get('Deployment').spec.template.metadata;
  for (const key of Object.keys(orders().memberLabels)) { expect(labels).not.toHaveProperty([key]); }
  expect(labels).toMatchObject(rendered.get('Service').spec.selector);
  expect(labels).toMatchObject(rendered.get('Deployment').spec.selector.matchLabels);
  expect(rendered.get('Service').spec.selector).toMatchObject({ 'app.kubernetes.io/instance': 'pgadmin' });
});

test('a user cannot label its Service as a part of a cluster', () => {
  for (const key of RESERVED_LABELS) {
    expect(refusal(() => pgAdmin({ service: { labels: { [key]: 'x' } } }))).toContain('[service-labels-reserved] test/pgadmin: service.labels');
  }
});

test('the Service can be a NodePort', () => {
  const { spec } = render({ service: { type: ServiceType.NODE_PORT, nodePort: 32080 } }).get('Service');
  expect(spec.type).toBe('NodePort');
  expect(spec.ports[0].nodePort).toBe(32080);
});

test('the volume takes size and class', () => {
  const { spec } = render({ storage: { size: Size.gibibytes(5), storageClassName: 'local-path' } }).get('PersistentVolumeClaim');
  expect(spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'local-path', resources: { requests: { storage: '5Gi' } } });
});

test('a changed list reaches a running pgAdmin only with replaceServers', () => {
  const template = (props: Partial<PgAdminProps>) => render(props).get('Deployment').spec.template;
  const other = { servers: [{ cluster: orders(), database: 'other' }] };
  expect(template(other)).toEqual(template({}));
  expect(template({ ...other, replaceServers: true })).not.toEqual(template({ replaceServers: true }));
  expect(variable(render({ replaceServers: true }), 'PGADMIN_REPLACE_SERVERS_ON_STARTUP')).toBe('True');
  expect(variable(render(), 'PGADMIN_REPLACE_SERVERS_ON_STARTUP')).toBeUndefined();
});

test('every field of every object can be patched', () => {
  const admin = pgAdmin();
  admin.deployment.addJsonPatch(JsonPatch.add('/spec/template/spec/priorityClassName', 'tools'));
  const rendered = synthesize(admin.node.scope as ReturnType<typeof chart>);
  expect(podOf(rendered).priorityClassName).toBe('tools');
  expect([admin.serverList, admin.claim, admin.service, admin.deployment].map(({ kind }) => kind))
    .toEqual(['ConfigMap', 'PersistentVolumeClaim', 'Service', 'Deployment']);
});

test('its NodePort must differ from those of the clusters in the app', () => {
  const scope = chart('shop');
  const service = { type: ServiceType.NODE_PORT, nodePort: 32080 };
  new PgAdmin(scope, 'one', { ...shortest(), service });
  new PgAdmin(scope, 'two', { ...shortest(), service });
  expect(refusal(() => synthesize(scope))).toContain('[duplicate-node-port] test/two');
});

test('all violations are in one error, and nothing is made', () => {
  const scope = chart('shop');
  const message = refusal(() => new PgAdmin(scope, 'PgAdmin', { ...shortest(), email: 'dba@db.local', servers: [] }));
  expect(message).toContain('test/PgAdmin is refused: 3 violations, nothing was written');
  expect(message).toContain('[pgadmin-name] test/PgAdmin: name: received "PgAdmin"');
  expect(message).toContain('[pgadmin-email] test/PgAdmin: email: received "dba@db.local"');
  expect(message).toContain('[pgadmin-servers] test/PgAdmin: servers: received []');
  expect(scope.node.children).toEqual([]);
});

test('the same program renders the same bytes', () => {
  expect(render().yaml).toBe(render().yaml);
  expect(readYaml(render().yaml)).toHaveLength(4);
});

const withServer = (server: Partial<PgAdminProps['servers'][number]>): Partial<PgAdminProps> => ({ servers: [{ cluster: orders(), ...server }] });
const password = (key: string): Partial<PgAdminProps> => ({ password: secretKey('pgadmin-login', key) });

/** For every rule what it lets pass and what it refuses. */
const RULES: { [id: string]: { accepts: Partial<PgAdminProps>[]; refuses: Partial<PgAdminProps>[] } } = {
  'pgadmin-name': {
    accepts: [{ name: 'pg-admin-4' }, { name: 'a'.repeat(55) }],
    refuses: [{ name: '' }, { name: '4pgadmin' }, { name: 'pgadmin-' }, { name: 'pg_admin' }, { name: 'a'.repeat(64) }],
  },
  'pgadmin-image': {
    accepts: [
      { image: ContainerImage.of('docker.io/dpage/pgadmin4:9.16') }, { image: ContainerImage.of('dpage/pgadmin4:10.0') },
      { image: ContainerImage.of('registry.example.org:5000/mirror/pgadmin4:9.17') },
      { image: ContainerImage.of(`dpage/pgadmin4@sha256:${'0'.repeat(64)}`) }, { image: ContainerImage.of('registry.example.org/our-pgadmin:7') },
    ],
    refuses: [
      { image: ContainerImage.of('dpage/pgadmin4:9.15') }, { image: ContainerImage.of('dpage/pgadmin4:8.14') },
    ],
  },
  'pgadmin-name-taken': { accepts: [{ name: 'admin' }], refuses: [{ name: 'orders' }, { name: 'orders-repl' }, { name: 'orders-lb' }] },
  'pgadmin-grace-period': {
    accepts: [{ pod: { terminationGracePeriod: Duration.seconds(60) } }], refuses: [{ pod: { terminationGracePeriod: Duration.millis(1500) } }],
  },
  'image-reference': {
    accepts: [],
    refuses: ['dpage/pgadmin4:latest', 'dpage/pgadmin4', 'registry.example.org/our-pgadmin:latest', 'two words:1', '', 'https://example.org/a:1']
      .map(reference => ({ image: ContainerImage.of(reference) })),
  },
  'pgadmin-email': {
    accepts: [{ email: 'dba@example.org' }, { email: 'first.last+pg@mail.example.co.uk' }, { email: 'DBA@EXAMPLE.ORG' }],
    refuses: ['', 'dba', 'dba@localhost', 'dba@db.local', 'dba@db.LOCAL', 'dba@x.test', '.dba@example.org', 'd..a@example.org', 'd\'a@example.org', 'a@b@example.org', '$(A)@example.org']
      .map(email => ({ email })),
  },
  'pgadmin-password': { accepts: [password('admin.password')], refuses: [password(''), password('a/b')] },
  'pgadmin-servers': { accepts: [withServer({})], refuses: [{ servers: [] }] },
  'pgadmin-server': {
    accepts: [withServer({ name: 'Orders, EU', database: 'orders', user: 'dba' })],
    refuses: [withServer({ name: ' ' }), withServer({ database: '' }), withServer({ user: '' }), withServer({ name: 'two\nlines' })],
  },
  'pgadmin-server-address': {
    accepts: [withServer({})],
    refuses: [withServer({ cluster: Object.create(orders(), { leaderEndpoint: { value: new Endpoint('no host', 5432) } }) })],
  },
  'pgadmin-server-name': {
    accepts: [{ servers: [{ cluster: orders() }, { cluster: orders(), name: 'again' }] }],
    refuses: [{ servers: [{ cluster: orders() }, { cluster: orders(), database: 'other' }] }],
  },
  'pgadmin-storage-size': {
    accepts: [{ storage: { size: Size.mebibytes(500) } }],
    refuses: [{ storage: { size: Size.gibibytes(0) } }, { storage: { size: Size.gibibytes(NaN) } }],
  },
  'pgadmin-storage-class': { accepts: [{ storage: { storageClassName: 'fast.ssd' } }], refuses: [{ storage: { storageClassName: 'Fast' } }] },
  'resources-amount': {
    accepts: [{ resources: { cpu: { request: Cpu.units(1) }, memory: { limit: Size.gibibytes(2) } } }],
    refuses: [{ resources: { cpu: { request: Cpu.millis(0) }, memory: { limit: Size.gibibytes(2) } } }],
  },
  'resources-request-over-limit': {
    accepts: [{ resources: { memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } } }],
    refuses: [{ resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(1) } } }],
  },
  'pgadmin-memory-limit': {
    accepts: [{ resources: { memory: { limit: Size.gibibytes(1) } } }],
    refuses: [{ resources: { cpu: { request: Cpu.units(1) } } }],
  },
};

test('every rule of its own has its rows', () => {
  const own = PGADMIN_RULES.map(({ id }) => id).filter(id => id.startsWith('pgadmin-'));
  expect(Object.keys(RULES)).toEqual(expect.arrayContaining(own));
});

describe.each(Object.entries(RULES))('%s', (id, { accepts, refuses }) => {
  if (accepts.length > 0) { test.each(accepts)('accepts row %#', props => { expect(render(props).objects).toHaveLength(4); }); }
  test.each(refuses)('refuses row %#', props => { expect(refusal(() => pgAdmin(props))).toContain(`[${id}] test/pgadmin: `); });
});
