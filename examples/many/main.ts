import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Size } from 'cdk8s';
import { Credentials, SpiloCluster } from 'cdk8s-spilo';

/** A line of clusters.json: what teams may choose. */
interface Order {
  readonly name: string;
  readonly namespace: string;
  readonly instances: number;
  readonly gibibytes: number;
}

const orders: Order[] = JSON.parse(readFileSync(join(__dirname, 'clusters.json'), 'utf8'));
const app = new App();

// One chart, and so one file to review, for each cluster.
for (const { name, namespace, instances, gibibytes } of orders) {
  const chart = new Chart(app, `${namespace}-${name}`, { namespace });
  new SpiloCluster(chart, name, {
    instances,
    credentials: Credentials.fromSecret(`${name}-passwords`),
    storage: { size: Size.gibibytes(gibibytes) },
    postgres: { version: 17 },
  });
}

app.synth();
