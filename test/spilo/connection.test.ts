/** Names and types of what JavaScript and Python ask for, of every construct that gives connections. */
import { Chart } from 'cdk8s';
import { chart, cluster, refusal, secretKey } from '../support/render';
import { ConnectionOptions, ConnectionTarget, PatroniHaproxy, PgBouncerPooler, SpiloCluster } from 'cdk8s-spilo';

const orders = cluster();
const scope = orders.node.scope as Chart;
const password = secretKey('app');
const GIVING = {
  'test/orders': orders,
  'test/imported': SpiloCluster.fromClusterAttributes(chart(), 'imported', { clusterName: 'orders' }),
  'test/proxy': new PatroniHaproxy(scope, 'proxy', { cluster: orders }),
  'test/pooler': new PgBouncerPooler(scope, 'pooler', { cluster: orders, authPassword: password }),
};

const WRONG: [object | undefined, string, string][] = [
  [{ user: 'app', password, databse: 'shop' }, 'unknown-property', 'connection.databse: received "databse", allowed: did you mean \'database\'?'],
  [{ user: 'app', password, target: 'Leader' }, 'property-type', 'connection.target: received "Leader", allowed: ConnectionTarget.LEADER (\'leader\')'],
  [{ user: 'app' }, 'missing-property', 'connection.password: received undefined'],
  [{ password }, 'missing-property', 'connection.user: received undefined'],
  [undefined, 'missing-property', 'connection: received undefined'],
];

describe.each(Object.entries(GIVING))('connection() of %s', (path, giving) => {
  test.each(WRONG)('refuses %j: %s', (options, rule, said) => {
    expect(refusal(() => giving.connection(options as ConnectionOptions))).toContain(`[${rule}] ${path}: ${said}`);
  });
});

test('tells all that is wrong at once', () => {
  expect(refusal(() => orders.connection({ user: 'app', password: secretKey('App'), databse: 'shop' } as any))).toMatch(/unknown-property.*connection-password/s);
});

test.each([
  [{ databse: 'shop' }, 'unknown-property'],
  [{ target: 'Leader' }, 'property-type'],
  [{ database: ' ' }, 'connection-database'],
])('superuserConnection() refuses %j: %s', (options: object, rule) => {
  expect(refusal(() => orders.superuserConnection(options))).toContain(`[${rule}] test/orders: connection.`);
});

test('the superuser connects to the database postgres of the leader, and elsewhere when asked', () => {
  const { endpoint, env } = orders.superuserConnection({ target: ConnectionTarget.REPLICAS, database: 'shop' });
  expect([endpoint.hostname, env.PGDATABASE.value]).toEqual(['orders-repl.shop.svc', 'shop']);
  expect(orders.superuserConnection().env).toMatchObject({ PGUSER: { value: 'postgres' }, PGDATABASE: { value: 'postgres' } });
});
