import { App, Chart } from 'cdk8s';
import { ConnectionTarget, PgAdmin, ServiceType, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'pgadmin', { namespace: 'spilo' });

// The cluster of the how-to, which another program renders.
const cluster = SpiloCluster.fromClusterAttributes(chart, 'zalandodemo01', { clusterName: 'zalandodemo01' });

// The password to log in to pgAdmin is in a Secret. Make it first:
//   kubectl -n spilo create secret generic pgadmin-login --from-literal=password=…
new PgAdmin(chart, 'pgadmin', {
  email: 'dba@example.org',
  password: { name: 'pgadmin-login', key: 'password' },
  servers: [{ cluster }, { cluster, target: ConnectionTarget.REPLICAS }],
  service: { type: ServiceType.NODE_PORT, nodePort: 32080 },
});

app.synth();
