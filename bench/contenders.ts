/** Three ways to the same YAML. Each call renders `count` clusters from scratch and returns the text. */
import { resolve } from 'node:path';
import { ApiObject, ApiObjectProps, App, Chart, Cron, Size, Yaml } from 'cdk8s';
import type { Resources } from 'cdk8s-spilo';

/** A chart is a file. cdk8s validates the whole app once more for each, so that many charts are quadratic for everyone. */
export type Layout = 'one chart' | 'a chart each';

export type Contender = (count: number) => string;

export interface Contenders {
  /** The floor: data that is ready, straight to YAML. */
  readonly plainData: Contender;
  /** What a user would write without the library; its data is ready too, which favours it. */
  readonly apiObjects: Contender;
  readonly spiloCluster: Contender;
}

/** The contenders for up to `maximum` clusters. */
export function contenders(maximum: number, layout: Layout): Contenders {
  const clusters = render(maximum, layout, addSpiloCluster).node.findAll().filter(node => node instanceof spilo.SpiloCluster);
  const objects: ApiObjectProps[][] = clusters.map(cluster =>
    cluster.node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson()));

  return {
    // `yaml.stringify` in the version and with the options of cdk8s, so that the text is the same.
    plainData: count => Yaml.stringify(...objects.slice(0, count).flat()),
    apiObjects: count => render(count, layout, (chart, name, index) =>
      objects[index].forEach((object, i) => new ApiObject(chart, `${name}-${i}`, object))).synthYaml(),
    spiloCluster: count => render(count, layout, addSpiloCluster).synthYaml(),
  };
}

function render(count: number, layout: Layout, addCluster: (chart: Chart, name: string, index: number) => void): App {
  const app = new App();
  const shared = layout === 'one chart' ? new Chart(app, 'orders') : undefined;
  for (let index = 0; index < count; index++) {
    const name = `orders-${index}`;
    addCluster(shared ?? new Chart(app, name), name, index);
  }
  return app;
}

/** What users run: the source would be measured with the helpers that a transpiler puts in. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const spilo: typeof import('cdk8s-spilo') = require(resolve(__dirname, '../lib'));

const RESOURCES: Resources = {
  cpu: { request: '500m' },
  memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) },
};

function addSpiloCluster(chart: Chart, name: string, index: number): void {
  new spilo.SpiloCluster(chart, name, {
    storage: { size: Size.gibibytes(50), storageClassName: 'local-path' },
    credentials: spilo.Credentials.fromSecret(`${name}-passwords`),
    postgres: { version: 17 },
    resources: RESOURCES,
    backup: spilo.Backup.to(
      spilo.BackupStore.newClaim({ size: Size.gibibytes(200), storageClassName: 'managed-nfs-storage' }),
      { schedule: Cron.schedule({ hour: '1', minute: '0' }) },
    ),
    access: [spilo.Access.leaderNodePort(30000 + index)],
  });
}
