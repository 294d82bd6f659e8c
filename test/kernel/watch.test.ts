import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { refusal, secretKey, SHORTEST } from '../support/render';
import { Backup, BackupStore, Dcs, PgAdmin, PgBouncerPooler, S3Credentials, ServiceType, SpiloCluster, StorePrefix } from 'cdk8s-spilo';

const NODE_PORT = { type: ServiceType.NODE_PORT, nodePort: 30000 };

function appWith(...charts: ((chart: Chart) => unknown)[]): App {
  const app = new App();
  charts.forEach((fill, index) => fill(new Chart(app, `chart-${index}`, { namespace: 'shop' })));
  return app;
}

test('clusters of different names get on', () => {
  const app = appWith(chart => new SpiloCluster(chart, 'orders', SHORTEST), chart => new SpiloCluster(chart, 'invoices', SHORTEST));
  expect(app.synthYaml()).toContain('invoices');
});

test('a cluster twice in one namespace is refused: one finding, with both places and what to do', () => {
  const app = appWith(chart => {
    new SpiloCluster(chart, 'orders', SHORTEST);
    new SpiloCluster(chart, 'again', { ...SHORTEST, clusterName: 'orders' });
  });
  const message = refusal(() => app.synthYaml());
  expect(message).toMatch(/\[duplicate-object\] chart-0\/again\/\w+: name: received ServiceAccount orders in namespace shop and \d+ more objects/);
  expect(message).toContain('(chart-0/orders/ServiceAccount has it too: give one of them another clusterName');
  expect(message.match(/\[duplicate-object\]/g)).toHaveLength(1);
});

test('one chart for each Kubernetes cluster is a usual layout: the same name in two of them is accepted, and said aloud', () => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const app = appWith(chart => new SpiloCluster(chart, 'orders', SHORTEST), chart => new SpiloCluster(chart, 'orders', SHORTEST));
  app.synthYaml();
  const text = said.mock.calls.flat().join('');
  said.mockRestore();
  expect(text).toContain('StatefulSet orders in namespace shop is in the charts chart-0 and chart-1: right if they go to different Kubernetes clusters');
});

test('equal names in two charts without namespace make one place in a bucket, whose WAL would be that of two clusters', () => {
  const archiving = (bucket: string, generation?: string) => (chart: Chart) => new SpiloCluster(chart, 'orders', {
    ...SHORTEST,
    backup: Backup.to(BackupStore.s3({ bucket, region: 'eu-central-1', credentials: S3Credentials.fromNode(), ...generation === undefined ? {} : { prefix: StorePrefix.generation(generation) } })),
  });
  const app = (...fill: ((chart: Chart) => unknown)[]) => {
    const made = new App();
    fill.forEach((one, index) => one(new Chart(made, `chart-${index}`)));
    return made;
  };
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const message = refusal(() => app(archiving('backups'), archiving('backups')).synthYaml());
  expect(message).toMatch(/\[duplicate-place\] chart-1\/orders: backup: received s3:\/\/backups\/\S*orders\S*, allowed: .*\(chart-0\/orders: backup has it too\)/);
  expect(message.match(/\[duplicate-/g)).toHaveLength(1);
  expect(app(archiving('backups'), archiving('others')).synthYaml()).toContain('name: orders');
  expect(app(archiving('backups'), archiving('backups', '2')).synthYaml()).toContain('name: orders');
  said.mockRestore();
});

test('in one file for the whole app, both charts go to one Kubernetes cluster', () => {
  const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_APP });
  for (const id of ['a', 'b']) { new SpiloCluster(new Chart(app, id, { namespace: 'shop' }), 'orders', SHORTEST); }
  expect(refusal(() => app.synthYaml())).toContain('[duplicate-object] b/orders/');
});

test('with one file for each resource, equal names in two charts are one file', () => {
  const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
  for (const id of ['dev', 'prod']) { new SpiloCluster(new Chart(app, id, { namespace: id }), 'orders', SHORTEST); }
  expect(refusal(() => app.synthYaml())).toContain('[duplicate-file] prod/orders/');
});

test('duplicates among objects of other people are theirs', () => {
  const app = appWith(chart => {
    new SpiloCluster(chart, 'orders', SHORTEST);
    for (const id of ['a', 'b']) { new ApiObject(chart, id, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }); }
  });
  expect(app.synthYaml()).toContain('kind: Namespace');
});

test('an object of the user\'s own that takes the name of one of the cluster\'s is refused', () => {
  const app = appWith(chart => {
    new SpiloCluster(chart, 'orders', SHORTEST);
    new ApiObject(chart, 'Mine', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders-repl' } });
  });
  expect(refusal(() => app.synthYaml())).toContain('received Service orders-repl in namespace shop');
});

test.each([
  [Dcs.endpoints(), 'Endpoints', ['orders-config', 'orders-sync', 'orders-failover']],
  [Dcs.configMaps(), 'ConfigMap', ['orders-config', 'orders-sync', 'orders-failover', 'orders-leader']],
] as const)('what Patroni makes by itself has a name as well: %#', (dcs, kind, names) => {
  for (const name of names) {
    const app = appWith(chart => {
      new SpiloCluster(chart, 'orders', { ...SHORTEST, patroni: { dcs } });
      new ApiObject(chart, 'Mine', { apiVersion: 'v1', kind, metadata: { name } });
    });
    expect(refusal(() => app.synthYaml())).toContain(`received ${kind} ${name} in namespace shop`);
  }
});

test('the same name for another kind, or in another namespace, is no other object\'s', () => {
  const app = appWith(chart => {
    new SpiloCluster(chart, 'orders', SHORTEST);
    new ApiObject(chart, 'Kind', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'orders-repl' } });
    new ApiObject(chart, 'Namespace', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders-repl', namespace: 'office' } });
    new ApiObject(chart, 'Group', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'orders-repl' } });
  });
  expect(app.synthYaml()).toContain('office');
});

test('a port of the nodes belongs to one Service of the whole app, whatever construct it is of', () => {
  const password = secretKey('login', 'password');
  const app = appWith(chart => {
    const cluster = new SpiloCluster(chart, 'orders', { ...SHORTEST, leaderService: NODE_PORT });
    new PgAdmin(chart, 'pgadmin', { email: 'dba@example.org', password, service: NODE_PORT, servers: [{ cluster }] });
  });
  expect(refusal(() => app.synthYaml())).toContain('[duplicate-node-port] chart-0/pgadmin: nodePort: received 30000');
});

test('poolers of different charts share the connections of one cluster', () => {
  let orders: SpiloCluster;
  const pooler = (maxServerConnections: number) => (chart: Chart) =>
    new PgBouncerPooler(chart, 'pooler', { cluster: orders, name: chart.node.id, authPassword: secretKey('pooler'), maxServerConnections });
  const build = (...most: number[]) => appWith(chart => { orders = new SpiloCluster(chart, 'orders', SHORTEST); }, ...most.map(pooler));
  expect(build(15, 15).synthYaml()).toContain('name: chart-2');
  expect(refusal(() => build(20, 20).synthYaml())).toContain('[shared-limit] chart-1/pooler: maxServerConnections: received 120 of the connections');
});

test('two apps know nothing of each other', () => {
  const fill = (chart: Chart) => new SpiloCluster(chart, 'orders', { ...SHORTEST, leaderService: NODE_PORT });
  expect(appWith(fill).synthYaml()).toBe(appWith(fill).synthYaml());
});

test('a warning is said once, however many charts there are', () => {
  const warn = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  appWith(chart => new SpiloCluster(chart, 'orders', { ...SHORTEST, backup: undefined }), () => {}, () => {}).synthYaml();
  const said = warn.mock.calls.flat().join('').match(/has no backup/g);
  warn.mockRestore();
  expect(said).toHaveLength(1);
});

test('the objects of an app are walked once, however many charts there are: it stays linear', () => {
  const app = appWith(...Array.from({ length: 10 }, (_, index) => (chart: Chart) => new SpiloCluster(chart, `orders-${index}`, SHORTEST)));
  const [object] = app.node.findAll().filter(ApiObject.isApiObject) as ApiObject[];
  let looks = 0;
  Object.defineProperty(object, 'kind', { get: () => { looks++; return 'ServiceAccount'; } });
  app.synthYaml();
  expect(looks).toBeLessThanOrEqual(2);
});
