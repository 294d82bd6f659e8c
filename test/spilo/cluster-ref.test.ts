import { Chart } from 'cdk8s';
import { Deployment, EnvValue } from 'cdk8s-plus-27';
import { environment } from '../support/kubernetes-expansion';
import { chart, cluster, render, secretKey, SHORTEST, synthesize } from '../support/render';
import { ConnectionTarget, Credentials, ISpiloCluster, SpiloCluster, SpiloClusterAttributes, SpiloImage } from 'cdk8s-spilo';

function imported(attributes: Partial<SpiloClusterAttributes> = {}, namespace?: string): ISpiloCluster {
  return SpiloCluster.fromClusterAttributes(chart(namespace), 'Orders', { clusterName: 'orders', ...attributes });
}

/** What a container of a cdk8s-plus Deployment sees. */
function containerWith(variables: { [name: string]: EnvValue }) {
  const scope = chart('shop');
  new Deployment(scope, 'App', { containers: [{ image: 'registry.example.org/app:1', envVariables: variables }] });
  return environment(synthesize(scope).get('Deployment').spec.template.spec.containers[0].env);
}

describe('connection()', () => {
  test('gives a Deployment of cdk8s-plus all that libpq needs to write', () => {
    const { PGPASSWORD, ...plain } = containerWith(cluster().superuserConnection().env);
    expect(plain).toEqual({
      PGHOST: 'orders.shop.svc',
      PGPORT: '5432',
      PGDATABASE: 'postgres',
      PGUSER: 'postgres',
      PGSSLMODE: 'require',
      PGCONNECT_TIMEOUT: '5',
      PGTARGETSESSIONATTRS: 'read-write',
    });
    expect(JSON.parse(PGPASSWORD)).toEqual({ secretKeyRef: { name: 'orders-passwords', key: 'superuser-password' } });
  });

  test('leads readers to the replicas, and lets them read from whom they find there', () => {
    const { endpoint, env } = cluster().superuserConnection({ target: ConnectionTarget.REPLICAS });
    expect(endpoint.hostname).toBe('orders-repl.shop.svc');
    expect(containerWith(env)).toMatchObject({ PGHOST: 'orders-repl.shop.svc', PGTARGETSESSIONATTRS: 'any' });
  });

  test('takes another database, and another user with a password of its own', () => {
    const { env, endpoint: { port } } = cluster().connection({ database: 'app', user: 'app', password: secretKey('app', 'pw') });
    const variables = containerWith(env);
    expect(variables).toMatchObject({ PGDATABASE: 'app', PGUSER: 'app', PGPORT: String(port) });
    expect(JSON.parse(variables.PGPASSWORD)).toEqual({ secretKeyRef: { name: 'app', key: 'pw' } });
  });

  test.each(['a$$b', '$(HOME)', '$', 'a$é'])('carries the name %j through Kubernetes\' expansion', name => {
    const { env } = cluster().connection({ database: name, user: name, password: secretKey('app', 'pw') });
    expect(containerWith({ HOME: EnvValue.fromValue('/root'), ...env })).toMatchObject({ PGDATABASE: name, PGUSER: name });
  });

  test('follows the names of users and keys that the cluster has', () => {
    const credentials = Credentials.fromSecret('mine', { superuserPasswordEntry: 'root.pw' });
    const variables = containerWith(cluster({ credentials }).superuserConnection().env);
    expect(variables.PGUSER).toBe('postgres');
    expect(JSON.parse(variables.PGPASSWORD)).toEqual({ secretKeyRef: { name: 'mine', key: 'root.pw' } });
  });
});

describe('an imported cluster', () => {
  test('renders nothing', () => {
    const scope = chart('shop');
    SpiloCluster.fromClusterAttributes(scope, 'Orders', { clusterName: 'orders' });
    expect(scope.toJson()).toEqual([]);
  });

  test('tells the same as the cluster that it stands for', () => {
    const facts = ({
      clusterName, namespace, instances, leaderServiceName, replicaServiceName, podsServiceName, leaderEndpoint, replicaEndpoint, patroniPort,
      memberLabels, leaderLabels, replicaLabels, superuserName, superuserPassword, replicationName, replicationPassword, image,
    }: ISpiloCluster) => ({
      clusterName,
      namespace,
      instances,
      leaderServiceName,
      replicaServiceName,
      podsServiceName,
      leader: `${leaderEndpoint.hostname}:${leaderEndpoint.port}`,
      replica: `${replicaEndpoint.hostname}:${replicaEndpoint.port}`,
      patroniPort,
      memberLabels,
      leaderLabels,
      replicaLabels,
      superuserName,
      superuserPassword,
      replicationName,
      replicationPassword,
      image: image.reference,
    });
    expect(facts(imported({ superuserPassword: secretKey('orders-passwords', 'superuser-password'), replicationPassword: secretKey('orders-passwords', 'replication-password') }, 'shop'))).toEqual(facts(cluster()));
  });

  test('takes what is different', () => {
    const other = imported({
      namespace: 'office',
      instances: 5,
      superuserPassword: secretKey('pw', 'key'),
      replicaServiceName: 'orders-read',
      podsServiceName: 'orders-all',
      image: SpiloImage.SPILO_15_3_0_P1,
      maxConnections: 500,
    }, 'shop');
    expect([other.leaderEndpoint.hostname, other.replicaEndpoint.hostname, other.podsServiceName]).toEqual(['orders.office.svc', 'orders-read.office.svc', 'orders-all']);
    expect([other.instances, other.superuserName, other.image.reference, other.maxConnections]).toEqual([5, 'postgres', 'ghcr.io/zalando/spilo-15:3.0-p1', 500]);
    expect(JSON.parse(containerWith(other.superuserConnection().env).PGPASSWORD)).toEqual({ secretKeyRef: { name: 'pw', key: 'key' } });
  });

  test('is in the namespace of whoever connects, where none is known', () => {
    expect([imported().leaderEndpoint.hostname, imported({}, 'shop').leaderEndpoint.hostname]).toEqual(['orders', 'orders.shop.svc']);
  });
});

test('maxConnections is that of the parameters', () => {
  expect(cluster().maxConnections).toBe(100);
  expect(cluster({ postgres: { parameters: { max_connections: '300' } } }).maxConnections).toBe(300);
});

test('labels that are given out are copies: whoever changes them changes no selector', () => {
  const made = new SpiloCluster(chart('shop'), 'orders', SHORTEST);
  made.memberLabels.application = made.leaderLabels.role = made.replicaLabels.role = 'changed';
  expect(synthesize(Chart.of(made)).yaml).toBe(render().yaml);
});
