import { join } from 'node:path';
import { App, Chart, YamlOutputType } from 'cdk8s';
import { chart, cluster, SHORTEST } from '../support/render';
import { Access, Backup, BackupStore, Credentials, ServiceType, SpiloCluster, SpiloClusterProps } from 'cdk8s-spilo';

const described = (props: Partial<SpiloClusterProps> = {}) => cluster(props).describe();
const commands = (text: string) => text.split('\n').map(line => line.trim()).filter(line => /^(kubectl|PGPASSWORD)/.test(line));

test('says what was made', () => {
  expect(described({ instances: 2 })).toMatch(/^Cluster orders: 2 members, 17 objects\n/);
  expect(described()).toMatch(/^ {2}StatefulSet +orders$/m);
});

test('gives the commands to go on with, in the namespace of the cluster', () => {
  expect(commands(described())).toEqual([
    'kubectl create namespace shop',
    'kubectl -n shop apply -f dist/',
    'kubectl -n shop get pods -l application=spilo,spilo-cluster=orders -L role -w',
    'kubectl -n shop wait --for=jsonpath=\'{.status.availableReplicas}\'=3 statefulset/orders --timeout=10m',
    'kubectl -n shop exec -it orders-0 -c postgres -- patronictl list',
    expect.stringContaining('psql "host=orders port=5432 user=postgres dbname=postgres sslmode=require"'),
    'kubectl -n shop exec -it orders-0 -c postgres -- patronictl switchover orders',
  ]);
});

test('says how to get a base backup at once, since a suspended CronJob looks as if backups were off', () => {
  const store = BackupStore.existingClaim('backups');
  const create = 'kubectl -n shop create job --from=cronjob/orders-base-backup NAME';
  expect(commands(described({ backup: Backup.to(store) }))).toContain(create);
  expect(commands(described({ backup: Backup.to(store, { onDemand: false }) }))).not.toContain(create);
});

test.each([
  [{ outdir: 'manifests/prod' }, '-f manifests/prod/'],
  [{ outdir: '.' }, '-f ./'],
  [{ outdir: join(process.cwd(), '../elsewhere') }, '-f ../elsewhere/'],
  [{ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE }, '-R -f dist/'],
])('applies what the app writes, from where the user stands: %#', (props, manifests) => {
  const text = new SpiloCluster(new Chart(new App(props), 'test', { namespace: 'shop' }), 'orders', SHORTEST).describe();
  expect(commands(text)).toContain(`kubectl -n shop apply ${manifests}`);
});

test('leaves the namespace out where the chart has none', () => {
  const text = new SpiloCluster(chart(), 'orders', SHORTEST).describe();
  expect(text).toContain('kubectl apply -f dist/');
  expect(text).not.toMatch(/namespace| -n /);
});

test('reads the password out of the Secret that the cluster uses, also where its key has a dot', () => {
  const credentials = Credentials.fromSecret('mine', { superuserPasswordEntry: 'root.pw' });
  const text = described({ credentials });
  expect(text).toContain('kubectl -n shop get secret mine -o jsonpath=\'{.data.root\\.pw}\' | base64 -d');
});

test('shows no password', () => {
  expect(described({ credentials: Credentials.plainTextInManifest({ superuser: 'geheim-1', replication: 'geheim-2' }) })).not.toContain('geheim');
});

test('leads through every port of the nodes that reaches the leader, and through no other', () => {
  const text = described({
    leaderService: { type: ServiceType.NODE_PORT, nodePort: 30001 }, access: [Access.leaderNodePort(30002), Access.replicaNodePort(30003)],
  });
  expect(text.match(/port=3\d+/g)).toEqual(['port=30001', 'port=30002']);
});
