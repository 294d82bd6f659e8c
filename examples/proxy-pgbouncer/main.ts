import { App, Chart, Duration } from 'cdk8s';
import { ConnectionTarget, PgBouncerPooler, PoolMode, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'proxy-pgbouncer', { namespace: 'spilo' });

// The cluster of the how-to, which another program renders. Its members take 200 connections each.
const cluster = SpiloCluster.fromClusterAttributes(chart, 'zalandodemo01', { clusterName: 'zalandodemo01', maxConnections: 200 });

// The password of the role that looks up all other passwords. Make the Secret first:
//   kubectl -n spilo create secret generic pooler --from-literal=password=…
const authPassword = { name: 'pooler', key: 'password' };

// Writers connect to zalandodemo01-pooler: PgBouncer, and behind it HAProxy, which knows the leader.
new PgBouncerPooler(chart, 'pooler', {
  cluster,
  authPassword,
  maxServerConnections: 20,
  databases: { '*': '', 'reports': 'pool_mode=session pool_size=5' },
  pod: { terminationGracePeriod: Duration.minutes(10) },
  exporter: true,
});

// Readers connect to zalandodemo01-pooler-ro. The role is there already. Pods pass on requests to cancel a query.
new PgBouncerPooler(chart, 'pooler-ro', {
  cluster,
  authPassword,
  authBootstrap: false,
  target: ConnectionTarget.REPLICAS,
  poolMode: PoolMode.SESSION,
  peering: true,
  uncheckedSettings: { idle_transaction_timeout: '300' },
});

app.synth();
