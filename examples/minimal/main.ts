import { App, Chart, Size } from 'cdk8s';
import { SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders');

new SpiloCluster(chart, 'orders', {
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
});

app.synth();
