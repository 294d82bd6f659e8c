import { App, Chart, Duration, Size, YamlOutputType } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { chart, program, Props, secretKey, SHORTEST } from '../support/render';
import { clusterRow, Rows, synthesized } from '../support/rule-rows';
import { Backup, BackupStore, Bootstrap, Credentials, PgBouncerPooler, ServiceType, SpiloCluster, SpiloClusterAttributes, SpiloClusterProps, SpiloImage } from 'cdk8s-spilo';

const storage = (options: Partial<SpiloClusterProps['storage']>) => ({ storage: { ...SHORTEST.storage, ...options } });
const image = (reference: string, patroniVersion = '4.0.4', postgresVersions = [17]) => ({
  image: SpiloImage.of(reference, { patroniVersion, postgresVersions }),
});
const memory = (request: Size, limit: Size) => ({ resources: { memory: { request, limit } } });
const MOUNTED_TWICE = ['/x', '/x/'].map(mountPath => ({ name: 'scratch', mountPath }));
const GIBIBYTE = Size.gibibytes(1);

const SHARED = '120 of the connections of each member of orders in shop (leader) (test/a 60, test/b 60)';

/** Two poolers before one cluster, with so many connections for each of their pods. */
function poolers(...shares: number[]): Chart {
  const scope = chart('shop');
  const cluster = new SpiloCluster(scope, 'orders', SHORTEST);
  shares.forEach((maxServerConnections, index) =>
    new PgBouncerPooler(scope, 'ab'[index], { cluster, name: 'ab'[index], authPassword: secretKey('pooler'), maxServerConnections }));
  return scope;
}

/** Rules of what a member is: name, image, volume, resources, ServiceAccount. */
export const rows: Rows = {
  'cluster-name': clusterRow([{ clusterName: 'a' }, { clusterName: 'a'.repeat(52) }], [
    [{ clusterName: 'a'.repeat(53) }, 'clusterName', `"${'a'.repeat(53)}"`],
    [{ clusterName: 'Orders' }, 'clusterName', '"Orders"'],
    [{ clusterName: '1st' }, 'clusterName', '"1st"'],
    [{ clusterName: 'or_ders' }, 'clusterName', '"or_ders"'],
    [{ clusterName: 'orders-' }, 'clusterName', '"orders-"'],
    [{ clusterName: '' }, 'clusterName', '""'],
  ]),
  'instances': clusterRow([{ instances: 1 }, { instances: 0 }], [
    [{ instances: -1 }, 'instances', '-1'],
    [{ instances: 2.5 }, 'instances', '2.5'],
    [{ instances: NaN }, 'instances', 'NaN', 'manifest-value', 'rollout-max-unavailable'],
  ]),
  'image-reference': clusterRow([
    image('a__b/c.d-e:1'), image('[fd00::1]:5000/spilo:1'), image('registry.example.org:5000/spilo:1'), image(`registry.example.org/spilo@sha256:${'0'.repeat(64)}`),
  ], [
    [image('registry.example.org/spilo:latest'), 'image', '"registry.example.org/spilo:latest"'],
    [image('registry.example.org:5000/spilo'), 'image', '"registry.example.org:5000/spilo"'],
    [image('registry.example.org/spilo@sha256:0'), 'image', '"registry.example.org/spilo@sha256:0"'],
    ...['two words:1', 'spilo', 'spilo:', 'spilo:1:2', 'a..b:1', 'a___b:1', 'a//b:1', 'a-:1', 'registry.example.org:x/spilo:1', ' spilo:1'].map(name => [image(name), 'image', `"${name}"`] as const),
    [image('https://registry.example.org/spilo:1'), 'image', '"https://registry.example.org/spilo:1"'],
    [image('registry.example.org/Spilo:1'), 'image', '"registry.example.org/Spilo:1"'],
  ]),
  'image-patroni': clusterRow([{ ...image('spilo:1', '3.0.0') }], [
    [{ ...image('spilo:1', '1.6.5'), patroni: { failsafeMode: false } }, 'image', '"1.6.5"'],
    [{ ...image('spilo:1', 'newest'), patroni: { failsafeMode: false } }, 'image', '"newest"'],
  ]),
  'image-postgres': clusterRow([image('spilo:1', '4.0.4', [9, 17])], [
    [image('spilo:1', '4.0.4', []), 'image', '[]', 'postgres-version'],
    [image('spilo:1', '4.0.4', [9.6]), 'image', '[9.6]', 'postgres-version'],
  ]),
  'storage-size': clusterRow([storage({ size: Size.kibibytes(1) })], [
    [storage({ size: Size.gibibytes(0) }), 'storage.size', '"0Pi"'],
    [storage({ size: Size.gibibytes(NaN) }), 'storage.size', '"NaNKi"'],
    [storage({ size: Size.kibibytes(0.5) }), 'storage.size', '"0.5Ki"'],
  ]),
  'storage-class-name': clusterRow([storage({ storageClassName: 'local-path' }), storage({ storageClassName: 'v1.fast' })], [
    [storage({ storageClassName: 'Fast' }), 'storage.storageClassName', '"Fast"'],
    [storage({ storageClassName: '' }), 'storage.storageClassName', '""'],
  ]),
  'storage-labels': clusterRow([storage({ labels: { 'example.org/tier': 'gold', 'tier': '' } })], [
    [storage({ labels: { 'a b': 'c' } }), 'storage.labels', '{"a b":"c"}'],
    [storage({ labels: { tier: 'a b' } }), 'storage.labels', '{"tier":"a b"}'],
    [storage({ labels: { tier: 'a'.repeat(64) } }), 'storage.labels', `{"tier":"${'a'.repeat(64)}"}`],
    [storage({ labels: { 'Example.org/tier': 'gold' } }), 'storage.labels', '{"Example.org/tier":"gold"}'],
  ]),
  'storage-labels-reserved': clusterRow([storage({ labels: { 'my-application': 'x' } })], [
    [storage({ labels: { application: 'x' } }), 'storage.labels', '{"application":"x"}'],
    [storage({ labels: { 'spilo-cluster': 'orders' } }), 'storage.labels', '{"spilo-cluster":"orders"}'],
  ]),
  'storage-annotations': clusterRow([storage({ annotations: { 'example.org/note': 'any text: really' } })], [
    [storage({ annotations: { 'a/b/c': 'x' } }), 'storage.annotations', '{"a/b/c":"x"}'],
    [storage({ annotations: { 'cdk8s-spilo/patroni-store': 'x' } }), 'storage.annotations', '{"cdk8s-spilo/patroni-store":"x"}'],
  ]),
  'resources-amount': clusterRow([memory(Size.kibibytes(1), GIBIBYTE)], [
    [memory(Size.mebibytes(0), GIBIBYTE), 'resources.memory.request', '"0Pi"'],
    [{ resources: { cpu: { request: Cpu.millis(-1) }, memory: { limit: GIBIBYTE } } }, 'resources.cpu.request', '"-1m"'],
    [{ resources: { cpu: { limit: Cpu.millis(0.5) }, memory: { limit: GIBIBYTE } } }, 'resources.cpu.limit', '"0.5m"'],
    [{ resources: { ephemeralStorage: { limit: Size.gibibytes(NaN) }, memory: { limit: GIBIBYTE } } }, 'resources.ephemeralStorage.limit', '"NaNKi"'],
  ]),
  'resources-request-over-limit': clusterRow([memory(GIBIBYTE, GIBIBYTE)], [
    [memory(Size.gibibytes(2), GIBIBYTE), 'resources.memory.request', '"2Gi"'],
    [{ resources: { cpu: { request: Cpu.units(2), limit: Cpu.millis(1999) }, memory: { limit: GIBIBYTE } } }, 'resources.cpu.request', '"2"'],
  ]),
  'resources-memory-limit': clusterRow([{ resources: {}, postgres: { parameters: { shared_buffers: '1GB' } } }], [
    [{ resources: {} }, 'resources.memory.limit', 'undefined'],
    [{ resources: { memory: { request: GIBIBYTE } } }, 'resources.memory.limit', 'undefined'],
  ]),
  'shared-memory-size': clusterRow([{ sharedMemory: Size.mebibytes(64) }, { sharedMemory: Size.mebibytes(1023) }], [
    [{ sharedMemory: Size.mebibytes(63) }, 'sharedMemory', '"63Mi"'],
    [{ sharedMemory: GIBIBYTE }, 'sharedMemory', '"1Gi"'],
    [{ sharedMemory: Size.mebibytes(NaN) }, 'sharedMemory', '"NaNKi"'],
    [{ sharedMemory: Size.mebibytes(Infinity), resources: {}, postgres: { parameters: { shared_buffers: '1GB' } } }, 'sharedMemory', '"InfinityKi"'],
  ]),
  'service-account-name': clusterRow([{ serviceAccount: { existingName: 'operator' } }], [
    [{ serviceAccount: { existingName: 'Operator' } }, 'serviceAccount.existingName', '"Operator"'],
  ]),
  'service-account-annotations': clusterRow([{ serviceAccount: { annotations: { 'example.org/identity': 'orders' } } }], [
    [{ serviceAccount: { annotations: { '-': 'x' } } }, 'serviceAccount.annotations', '{"-":"x"}'],
  ]),
  'service-account-annotations-existing': clusterRow([{ serviceAccount: { existingName: 'operator' } }], [
    [{ serviceAccount: { existingName: 'operator', annotations: { a: 'b' } } }, 'serviceAccount.annotations', '{"a":"b"}'],
  ]),
  'rollout-min-ready': clusterRow([{ rollout: { minReady: Duration.seconds(0) } }], [
    [{ rollout: { minReady: Duration.millis(1500) } }, 'rollout.minReady', '1.5'],
  ]),
  'rollout-deadline': clusterRow([{ rollout: { deadline: Duration.seconds(60) } }], [
    [{ rollout: { deadline: Duration.seconds(59) } }, 'rollout.deadline', '59'],
  ]),
  'rollout-job-ttl': clusterRow([{ rollout: { jobTtl: Duration.seconds(0) } }], [
    [{ rollout: { jobTtl: Duration.millis(1) } }, 'rollout.jobTtl', '0.001'],
  ]),
  'rollout-max-unavailable': clusterRow([{ rollout: { maxUnavailable: 3 } }], [
    [{ rollout: { maxUnavailable: 0 } }, 'rollout.maxUnavailable', '0'],
    [{ rollout: { maxUnavailable: 4 } }, 'rollout.maxUnavailable', '4'],
  ]),
  // Every variable that the library sets is reserved, which is told first: the other side is in kernel/model-rules.test.ts.
  'clash-env': clusterRow([{ pod: { env: { TZ: 'UTC' } } }], []),
  'clash-container': clusterRow([{ pod: { sidecars: [{ name: 'exporter', image: 'x:1' }], initContainers: [{ name: 'prepare', image: 'x:1' }] } }], [
    [{ pod: { sidecars: [{ name: 'postgres', image: 'x:1' }] } }, 'pod.sidecars', '"postgres"'],
    [{ pod: { sidecars: [{ name: 'x', image: 'x:1' }], initContainers: [{ name: 'x', image: 'x:1' }] } }, 'pod.sidecars', '"x"'],
  ]),
  'clash-volume': clusterRow([{ pod: { volumes: [{ name: 'scratch', emptyDir: {} }] } }], [
    [{ pod: { volumes: [{ name: 'shm', emptyDir: {} }] } }, 'pod.volumes', '"shm"'],
    [{ pod: { volumes: [{ name: 'pgdata', emptyDir: {} }] } }, 'pod.volumes', '"pgdata"'],
  ]),
  'clash-mount-path': clusterRow([mount('/scratch')], [
    [mount('/dev/shm'), 'pod.volumeMounts', '"/dev/shm"'],
    ...['/dev//shm/', '/dev/./shm', '/x/../dev/shm', 'dev/shm'].map(path => [mount(path), 'pod.volumeMounts', '"/dev/shm"'] as const),
    [{ pod: { ...mount('/scratch').pod, sidecars: [{ name: 'x', image: 'x:1', volumeMounts: MOUNTED_TWICE }] } }, 'pod.sidecars', '"/x"'],
    [{ pod: { ...mount('/scratch').pod, initContainers: [{ name: 'x', image: 'x:1', volumeMounts: MOUNTED_TWICE }] } }, 'pod.initContainers', '"/x"'],
  ]),
  // No property of today reaches a field that another one sets: the other side is in kernel/contribution.test.ts.
  'clash-field': clusterRow([{ pod: { labels: { app: 'x' } } }], []),
  'mount-without-volume': clusterRow([
    mount('/scratch'), { pod: { initContainers: [{ name: 'look', image: 'x:1', volumeMounts: [{ name: 'pgdata', mountPath: '/pgdata' }] }] } },
  ], [
    [{ pod: { volumeMounts: [{ name: 'none', mountPath: '/x' }] } }, 'pod.volumeMounts', '"none"'],
    [{ pod: { sidecars: [{ name: 'x', image: 'x:1', volumeMounts: [{ name: 'none', mountPath: '/x' }] }] } }, 'pod.sidecars', '"none"'],
    [{ pod: { initContainers: [{ name: 'x', image: 'x:1', volumeMounts: [{ name: 'none', mountPath: '/x' }] }] } }, 'pod.initContainers', '"none"'],
  ]),
  'duplicate-object': {
    accepted: [() => synthesized(twoClusters('orders', 'invoices'))],
    refused: [
      { program: () => synthesized(twoClusters('orders', 'orders-repl')), path: 'test/orders-repl/LeaderService', property: 'name', received: 'Service orders-repl in namespace shop' },
      { program: () => synthesized(twoClusters('orders', 'again', {}, { clusterName: 'orders' })), path: 'test/again/ServiceAccount', property: 'name', received: 'ServiceAccount orders in namespace shop and 16 more objects' },
    ],
  },
  'duplicate-node-port': {
    accepted: [() => synthesized(twoClusters('orders', 'invoices', { leaderService: nodePort(30000) }, { leaderService: nodePort(30001) }))],
    refused: [{
      program: () => synthesized(twoClusters('orders', 'invoices', { leaderService: nodePort(30000) }, { replicaService: nodePort(30000) })),
      path: 'test/invoices',
      property: 'nodePort',
      received: '30000',
    }],
  },
  'duplicate-file': {
    accepted: [() => perResource('orders', 'invoices')],
    refused: [{ program: () => perResource('orders', 'orders'), path: 'prod/cluster/ServiceAccount', property: 'name', received: 'ServiceAccount orders' }],
  },
  'shared-limit': {
    accepted: [() => synthesized(poolers(15, 15))],
    refused: [{
      program: () => synthesized(poolers(20, 20)), path: 'test/a', property: 'maxServerConnections', received: SHARED,
    }],
  },
  'duplicate-place': {
    accepted: [() => synthesized(twoClusters('orders', 'invoices', archivingTo('a'), archivingTo('b')))],
    refused: [{
      program: () => synthesized(twoClusters('orders', 'invoices', archivingTo('a'), archivingTo('a'))),
      path: 'test/invoices',
      property: 'backup',
      received: 'claim shop/backups: a/x',
    }],
  },
  'jobs-labels': clusterRow([{ jobs: { labels: { team: 'a' } } }], [[{ jobs: { labels: { team: 'a b' } } }, 'jobs.labels', '{"team":"a b"}']]),
  'jobs-labels-reserved': clusterRow([{ jobs: { labels: { app: 'a' } } }], [[{ jobs: { labels: { role: 'a' } } }, 'jobs.labels', '{"role":"a"}']]),
  'jobs-annotations': clusterRow([{ jobs: { annotations: { 'sidecar.istio.io/inject': 'false' } } }], [
    [{ jobs: { annotations: { 'a b': 'c' } } }, 'jobs.annotations', '{"a b":"c"}'],
    [{ jobs: { annotations: { 'cdk8s-spilo/program': 'c' } } }, 'jobs.annotations', '{"cdk8s-spilo/program":"c"}'],
  ]),
  'imported-name': {
    accepted: [() => imported({ clusterName: 'orders', namespace: 'shop' })],
    refused: [
      { program: () => imported({ clusterName: 'Orders' }), path: 'test/orders', property: 'clusterName', received: '"Orders"' },
      { program: () => imported({ clusterName: 'orders', podsServiceName: 'a b' }), path: 'test/orders', property: 'podsServiceName', received: '"a b"' },
      { program: () => imported({ clusterName: 'orders', namespace: 'a.b' }), path: 'test/orders', property: 'namespace', received: '"a.b"' },
      { program: () => imported({ clusterName: 'orders', namespace: 'a'.repeat(64) }), path: 'test/orders', property: 'namespace', received: `"${'a'.repeat(64)}"` },
      { program: () => imported({ clusterName: 'a'.repeat(53) }), path: 'test/orders', property: 'clusterName', received: `"${'a'.repeat(53)}"` },
    ],
  },
  'imported-user': {
    accepted: [() => imported({ clusterName: 'orders', replicationName: 'Streamer' })],
    refused: ['', 'a\nb'].map(replicationName => (
      { program: () => imported({ clusterName: 'orders', replicationName }), path: 'test/orders', property: 'replicationName', received: JSON.stringify(replicationName) })),
  },
  'imported-image': {
    accepted: [() => imported({ clusterName: 'orders', image: SpiloImage.SPILO_17_4_0_P3 })],
    refused: [{
      program: () => imported({ clusterName: 'orders', image: SpiloImage.of('https://a/spilo:1', { patroniVersion: '4.0.4', postgresVersions: [17] }) }),
      path: 'test/orders',
      property: 'image',
      received: '"https://a/spilo:1"',
    }],
  },
  'imported-number': {
    accepted: [() => imported({ clusterName: 'orders', instances: 0, maxConnections: 100 })],
    refused: [
      { program: () => imported({ clusterName: 'orders', instances: 1.5 }), path: 'test/orders', property: 'instances', received: '1.5' },
      { program: () => imported({ clusterName: 'orders', maxConnections: 0 }), path: 'test/orders', property: 'maxConnections', received: '0' },
    ],
  },
  'imported-secret': {
    accepted: [() => imported({ clusterName: 'orders', superuserPassword: { name: 'a', key: 'b' } })],
    refused: [{
      program: () => imported({ clusterName: 'orders', superuserPassword: { name: 'A', key: 'b' } }), path: 'test/orders', property: 'superuserPassword.name', received: '"A"',
    }],
  },
  'unknown-property': clusterRow([{}], [
    [{ instance: 3 } as Props, 'instance', '"instance"'],
    // Spilo's scripts know the superuser by the name postgres only.
    [{ credentials: Credentials.fromSecret('a', { superuserName: 'dba' } as object) }, 'credentials.superuserName', '"superuserName"'],
  ]),
  'missing-property': clusterRow([{}], [
    [{ storage: undefined }, 'storage', 'undefined'],
    // A factory that got nothing is no other factory: Backup.none() or an empty cluster would come of it.
    [{ backup: Backup.to(undefined as any) }, 'backup.store', 'undefined'],
    [{ bootstrap: Bootstrap.fromCluster(undefined as any) }, 'bootstrap.cluster', 'undefined'],
    [{ bootstrap: Bootstrap.fromBackups(undefined as any) }, 'bootstrap.source', 'undefined'],
    [{ bootstrap: Bootstrap.standby(undefined as any) }, 'bootstrap', 'undefined'],
    [{ credentials: Credentials.fromSecret(undefined as any) }, 'credentials.secretName', 'undefined'],
    [{ backup: Backup.to(BackupStore.gcs({} as any)) }, 'backup.store.bucket', 'undefined'],
    // The newest of the image would be another one after an update of the image.
    [{ postgres: { version: undefined } }, 'postgres.version', 'undefined'],
  ]),
  'property-type': clusterRow([{}], [
    [{ instances: '3' as unknown as number }, 'instances', '"3"'],
    [{ patroni: { synchronous: 'Strict' as any } }, 'patroni.synchronous', '"(a string)"'],
    [{ imagePullPolicy: 'always' as any }, 'imagePullPolicy', '"always"'],
    [{ leaderService: { type: 'Nodeport' as any } }, 'leaderService.type', '"Nodeport"'],
    [{ backup: Backup.to(BackupStore.existingClaim('backups'), { compression: 'gzip' as any }) }, 'backup.compression', '"gzip"'],
    [{ backup: Backup.to('backups' as any) }, 'backup.store', '"(a string)"'],
  ]),
};

function imported(attributes: SpiloClusterAttributes) {
  return SpiloCluster.fromClusterAttributes(chart('shop'), 'orders', attributes);
}

function archivingTo(directory: string): Props {
  return { backup: Backup.to(BackupStore.existingClaim('backups', { directory: `${directory}/x` })) };
}

/** The same cluster in two charts of an app that writes a file for each object. */
function perResource(first: string, second: string): string {
  const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
  new SpiloCluster(new Chart(app, 'dev', { namespace: 'dev' }), 'cluster', program({ clusterName: first }));
  return synthesized(new SpiloCluster(new Chart(app, 'prod', { namespace: 'prod' }), 'cluster', program({ clusterName: second })));
}

function mount(mountPath: string): Props {
  return { pod: { volumes: [{ name: 'scratch', emptyDir: {} }], volumeMounts: [{ name: 'scratch', mountPath }] } };
}

function nodePort(port: number) {
  return { type: ServiceType.NODE_PORT, nodePort: port };
}

function twoClusters(first: string, second: string, ofFirst: Props = {}, ofSecond: Props = {}) {
  const scope = chart('shop');
  new SpiloCluster(scope, first, program(ofFirst));
  return new SpiloCluster(scope, second, program(ofSecond));
}
