import { ApiObject, App, Chart, JsonPatch, Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import { chart, cluster, refusal, render, SHORTEST, synthesize } from '../support/render';
import { Backup, BackupStore, Credentials, Dcs, RolloutStrategy, SpiloCluster, SpiloImage } from 'cdk8s-spilo';

const renderedBy = (made: SpiloCluster) => synthesize(Chart.of(made));

test('each program is in the file once, whoever runs it', () => {
  const store = BackupStore.existingClaim('backups');
  const { objects } = render({
    backup: Backup.to(store, { restoreDrill: { scratch: { size: Size.gibibytes(5) } } }), logicalDump: {}, logicalRestore: {},
  });
  const titles = objects.flatMap(linesOf).filter(line => /^"""\w/.test(line));
  expect(titles.length).toBeGreaterThan(8);
  expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([]);
});

/** The lines of all texts, however deep. */
function linesOf(value: unknown): string[] {
  if (typeof value === 'string') { return value.split('\n'); }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linesOf) : [];
}

describe('objects', () => {
  test('of the shortest program, in the order in which they have to be applied', () => {
    expect(render().list().map(name => name.replace(/-[0-9a-f]{10}$/, '-<hash>'))).toEqual([
      'ServiceAccount orders',
      'ServiceAccount orders-rollout',
      'Role orders-endpoints',
      'Role orders-rollout',
      'RoleBinding orders-endpoints',
      'RoleBinding orders-rollout',
      'ConfigMap orders-programs',
      'Endpoints orders',
      'Service orders',
      'Service orders-pods',
      'Service orders-config',
      'Service orders-sync',
      'Service orders-failover',
      'Service orders-repl',
      'PodDisruptionBudget orders',
      'StatefulSet orders',
      'Job orders-rollout-<hash>',
    ]);
  });

  test('are reachable by ids that are contract', () => {
    const { objects } = cluster({ patroni: { bypassApiService: true }, credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b' }) });
    expect(Object.keys(objects)).toEqual(expect.arrayContaining([
      'ServiceAccount', 'Role', 'RoleBinding', 'BypassRole', 'BypassRoleBinding', 'CredentialsSecret', 'LeaderEndpoints', 'LeaderService', 'PodsService',
      'ConfigService', 'SyncService', 'FailoverService', 'ReplicaService', 'PodDisruptionBudget', 'StatefulSet', 'RolloutServiceAccount', 'RolloutRole',
      'RolloutRoleBinding', 'Programs', 'RolloutJob',
    ]));
  });

  test('are reachable by properties with the words of Kubernetes', () => {
    const made = cluster();
    const kinds = [
      made.statefulSet, made.leaderService, made.leaderEndpoints, made.replicaService, made.podsService, made.podDisruptionBudget,
      made.serviceAccount, made.role, made.roleBinding,
    ].map(object => `${object?.kind} ${object?.name}`);
    expect(kinds).toEqual([
      'StatefulSet orders', 'Service orders', 'Endpoints orders', 'Service orders-repl', 'Service orders-pods', 'PodDisruptionBudget orders',
      'ServiceAccount orders', 'Role orders-endpoints', 'RoleBinding orders-endpoints',
    ]);
  });

  test('that a program does not make are undefined', () => {
    const made = cluster({ patroni: { dcs: Dcs.configMaps() }, serviceAccount: { existingName: 'operator' } });
    expect([made.leaderEndpoints, made.serviceAccount]).toEqual([undefined, undefined]);
  });

  test('take their namespace from the chart, or leave it to kubectl', () => {
    expect(render().objects.map(({ metadata }) => metadata.namespace)).toEqual(render().objects.map(() => 'shop'));
    const without = synthesize(Chart.of(new SpiloCluster(chart(), 'orders', SHORTEST)));
    expect(without.yaml).not.toMatch(/^ +namespace: /m);
  });

  test('carry the labels of the chart beside those of the cluster', () => {
    const labelled = new Chart(new App(), 'test', { labels: { team: 'orders' } });
    const made = new SpiloCluster(labelled, 'orders', SHORTEST);
    expect(renderedBy(made).get('StatefulSet').metadata.labels).toMatchObject({ 'team': 'orders', 'spilo-cluster': 'orders' });
  });
});

describe('name', () => {
  test('is the id of the construct', () => {
    expect(new SpiloCluster(chart(), 'invoices', SHORTEST).clusterName).toBe('invoices');
  });

  test('is clusterName, whatever the id', () => {
    const made = new SpiloCluster(chart(), 'Some Id', { ...SHORTEST, clusterName: 'invoices' });
    expect(renderedBy(made).env.SCOPE).toBe('invoices');
  });

  test('does not depend on where the construct is', () => {
    const deep = new Chart(chart(), 'below', { namespace: 'shop' });
    new SpiloCluster(deep, 'orders', SHORTEST);
    expect(synthesize(deep).yaml).toBe(render().yaml);
  });

  test('a second cluster of one id is refused by cdk8s', () => {
    const scope = chart();
    new SpiloCluster(scope, 'orders', SHORTEST);
    expect(refusal(() => new SpiloCluster(scope, 'orders', SHORTEST))).toContain('orders');
  });
});

describe('defaults', () => {
  test('are three members of Spilo 4.0-p3 with its newest PostgreSQL', () => {
    const { statefulSet, database, env } = render();
    expect([statefulSet.replicas, database.image, env.PGVERSION]).toEqual([3, 'ghcr.io/zalando/spilo-17:4.0-p3', '17']);
  });

  test('may be no members at all for the time being: claims and everything else stay', () => {
    const none = render({ instances: 0 });
    expect(none.statefulSet.replicas).toBe(0);
    expect(none.list().filter(name => !name.startsWith('Job '))).toEqual(render().list().filter(name => !name.startsWith('Job ')));
  });

  test('are those that are said', () => {
    const said = render({
      clusterName: 'orders', instances: 3, image: SpiloImage.SPILO_17_4_0_P3, patroni: { dcs: Dcs.endpoints() }, rollout: { strategy: RolloutStrategy.LEADER_LAST },
    });
    expect(said.yaml).toBe(render().yaml);
  });

  test('have no backup, and say so aloud', () => {
    const warn = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(render({ backup: undefined }).yaml).toBe(render({ backup: Backup.none() }).yaml);
    expect(warn.mock.calls.flat().join('')).toContain('warning: cluster orders has no backup');
    warn.mockClear();
    render({ backup: Backup.to(BackupStore.existingClaim('backups')) });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe('patches', () => {
  test.each([
    ['StatefulSet', '/spec/volumeClaimTemplates/0/spec/resources/requests/storage', '10Gi'],
    ['StatefulSet', '/spec/volumeClaimTemplates/0/spec/volumeMode', 'Filesystem'],
    ['StatefulSet', '/spec/template/spec/containers/0/lifecycle', { preStop: { sleep: { seconds: 5 } } }],
    ['StatefulSet', '/spec/aFieldOfTomorrow', { a: [1] }],
    ['LeaderService', '/spec/clusterIP', '10.0.0.7'],
    ['LeaderService', '/metadata/annotations', { a: 'b' }],
    ['PodDisruptionBudget', '/spec/minAvailable', '50%'],
    ['Role', '/rules/0/verbs/0', 'get'],
    ['RolloutJob', '/spec/suspend', true],
  ])('reach %s%s', (id, path, value) => {
    const made = cluster();
    made.objects[id].addJsonPatch(JsonPatch.add(path, value));
    const { kind, metadata } = made.objects[id].toJson();
    const found = path.split('/').slice(1).reduce((json: any, key) => json[key], renderedBy(made).get(kind, metadata.name));
    expect(found).toEqual(value);
  });

  test('of one object change no other one', () => {
    const made = cluster();
    made.leaderService.addJsonPatch(JsonPatch.add('/metadata/labels/extra', 'x'), JsonPatch.replace('/spec/ports/0/port', 6432));
    made.replicaService.metadata.addLabel('mine', 'y');
    const [patched, others] = [renderedBy(made), render()];
    const changed = patched.objects.filter((object, index) => JSON.stringify(object) !== JSON.stringify(others.objects[index]));
    expect(changed.map(({ metadata }) => metadata.name)).toEqual(['orders', 'orders-repl']);
  });

  test('are rendered the same when the app is synthesized twice', () => {
    const made = cluster();
    made.objects.RolloutJob.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers', [{ name: 'x', image: 'x:1', env: [] }]));
    made.statefulSet.addJsonPatch(JsonPatch.add('/spec/template/metadata/annotations', { a: 'b' }));
    expect(renderedBy(made).yaml).toBe(renderedBy(made).yaml);
  });
});

describe('many clusters', () => {
  /** An app of so many clusters: how many objects, dependencies and checks it has. */
  function count(clusters: number) {
    const app = new App();
    for (let index = 0; index < clusters; index++) { new SpiloCluster(new Chart(app, `chart-${index}`), `orders-${index}`, SHORTEST); }
    const constructs = app.node.findAll();
    const dependencies = (construct: IConstruct) => construct.node.dependencies.length;
    return {
      objects: constructs.filter(ApiObject.isApiObject).length,
      dependencies: constructs.reduce((sum, construct) => sum + dependencies(construct), 0),
    };
  }

  test('grow by the same number of objects each, without dependencies, whose graph cdk8s walks exponentially', () => {
    const [one, two, ten] = [1, 2, 10].map(count);
    expect(two.objects).toBe(2 * one.objects);
    expect(ten.objects).toBe(10 * one.objects);
    expect([one.dependencies, ten.dependencies]).toEqual([0, 0]);
  });

  test('share no state: each renders as if it were alone', () => {
    const scope = chart('shop');
    new SpiloCluster(scope, 'invoices', { ...SHORTEST, instances: 5, pod: { labels: { a: 'b' } } });
    new SpiloCluster(scope, 'orders', SHORTEST);
    const ofOrders = synthesize(scope).objects.filter(({ metadata }) => metadata.name.startsWith('orders'));
    expect(ofOrders).toEqual(render().objects);
  });

  test('of one name live side by side in different namespaces, also where both watch the API servers', () => {
    const app = new App();
    for (const namespace of ['shop', 'office']) {
      new SpiloCluster(new Chart(app, namespace, { namespace }), 'orders', { ...SHORTEST, patroni: { bypassApiService: true } });
    }
    expect(app.synthYaml()).toContain('namespace: office');
  });
});

test('a Secret of the user is named, not rendered', () => {
  const rendered = render({ credentials: Credentials.fromSecret('mine') });
  expect(rendered.all('Secret')).toEqual([]);
  expect(rendered.env.PGPASSWORD_SUPERUSER).toContain('"mine"');
});
