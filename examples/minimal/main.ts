import { App, Chart, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-27';
import { Credentials, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders');
const passwords = Secret.fromSecretName(chart, 'Passwords', 'orders-passwords');

new SpiloCluster(chart, 'orders', {
  credentials: Credentials.fromSecret(passwords),
  storage: { size: Size.gibibytes(50) },
});

app.synth();
