import { App, Chart, Duration, Size } from 'cdk8s';
import { PatroniHaproxy, ServiceType, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'proxy-haproxy', { namespace: 'spilo' });

// The cluster of the how-to, which another program renders.
const cluster = SpiloCluster.fromClusterAttributes(chart, 'zalandodemo01', { clusterName: 'zalandodemo01' });

// Writers connect to zalandodemo01-proxy-rw, readers to zalandodemo01-proxy-ro, both on port 5432.
new PatroniHaproxy(chart, 'proxy', {
  cluster,
  readWriteService: { type: ServiceType.NODE_PORT, nodePort: 32346 },
  readOnly: { maxLag: Size.mebibytes(64) },
  sessionTimeout: Duration.hours(12),
  uncheckedLines: { global: ['nbthread 2'] },
});

app.synth();
