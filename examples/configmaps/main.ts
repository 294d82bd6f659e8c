import { App, Chart, Size } from 'cdk8s';
import { Credentials, Dcs, PatroniTiming, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'invoices');

// Where nobody may write Endpoints, such as on OpenShift, Patroni keeps its state in ConfigMaps.
new SpiloCluster(chart, 'invoices', {
  instances: 2,
  credentials: Credentials.fromSecret('invoices-passwords'),
  storage: { size: Size.gibibytes(20) },
  postgres: { version: 17 },
  patroni: { dcs: Dcs.configMaps(), timing: PatroniTiming.FAST },
});

app.synth();
