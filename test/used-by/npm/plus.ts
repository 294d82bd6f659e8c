/**
 * What a user takes from cdk8s-plus and gives to the library, and what he gives of the library to cdk8s-plus. This program is
 * made once for each version of cdk8s-plus, and must render the same cluster with each.
 */
import { deepStrictEqual } from 'node:assert';
import { ApiObject, App, Chart, Size } from 'cdk8s';
import { Cpu, Deployment, EnvFieldPaths, EnvValue, k8s, Secret } from 'cdk8s-plus-27';
import { SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'orders', { namespace: 'shop' });

const toleration: k8s.Toleration = { key: 'databases', operator: 'Exists', effect: 'NoSchedule' };
const spread: k8s.TopologySpreadConstraint = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' };
const volume: k8s.Volume = { name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('10Gi') } };
const mount: k8s.VolumeMount = { name: 'scratch', mountPath: '/scratch' };
const sidecar: k8s.Container = {
  name: 'exporter',
  image: 'registry.example.org/exporter:1.0',
  ports: [{ name: 'metrics', containerPort: 9187, hostIp: '127.0.0.1' }],
  resources: { requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') } },
  readinessProbe: { httpGet: { path: '/', port: k8s.IntOrString.fromString('metrics') } },
  volumeMounts: [mount],
};
const first: k8s.Container = { name: 'first', image: 'registry.example.org/tool:1.0', env: [{ name: 'TZ', value: 'Etc/UTC' }] };

const cluster = new SpiloCluster(chart, 'orders', {
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  resources: {
    cpu: { request: Cpu.millis(500), limit: Cpu.units(2) },
    memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) },
  },
  placement: { tolerations: [toleration], topologySpread: [spread] },
  pod: {
    env: {
      TZ: EnvValue.fromValue('Etc/UTC'),
      TOKEN: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'Token', 'token'), key: 'token' }),
      NODE: EnvValue.fromFieldRef(EnvFieldPaths.NODE_NAME),
    },
    sidecars: [sidecar],
    initContainers: [first],
    volumes: [volume],
    volumeMounts: [mount],
  },
});

const connection = cluster.connection({ user: 'shop', password: { name: 'shop-password', key: 'password' } });
const application = new Deployment(new Chart(app, 'shop'), 'Shop', {
  containers: [{ name: 'given', image: 'registry.example.org/shop:1.0', envVariables: connection.env }],
});
connection.connect(application.addContainer({ name: 'connected', image: 'registry.example.org/shop:1.0' }));

app.synth();
const { containers } = ApiObject.of(application).toJson().spec.template.spec;
deepStrictEqual(containers.map(({ env }: { env: unknown }) => env), [connection.envList, connection.envList]);
