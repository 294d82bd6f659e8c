import { Size } from 'cdk8s';
import { workloads } from '../support/pods';
import { chart, program, secretKey, synthesize } from '../support/render';
import { Backup, BackupStore, PatroniConfigFollower, PatroniHaproxy, PgAdmin, PgBouncerPooler, PodOptions, PoolUpstream, Resources, SpiloCluster } from 'cdk8s-spilo';

/** Pods of members, proxies and pgAdmin, one of each kind. */
function pods(pod?: PodOptions, resources?: Resources) {
  const scope = chart('shop');
  const cluster = new SpiloCluster(scope, 'orders', program({ pod, resources, backup: Backup.to(BackupStore.existingClaim('backups')) }));
  const common = { cluster, pod, resources };
  const pooler = { ...common, authPassword: secretKey('pooler'), maxServerConnections: 5 };
  new PatroniHaproxy(scope, 'haproxy', common);
  new PgBouncerPooler(scope, 'pooler', { ...pooler, exporter: true });
  new PgBouncerPooler(scope, 'followed', { ...pooler, name: 'followed', upstream: PoolUpstream.FOLLOWER });
  new PatroniConfigFollower(scope, 'follower', {
    ...common,
    name: 'nginx',
    proxy: { name: 'nginx', image: 'nginx:1.28.0' },
    files: [{ template: '{{primary.host}}', destination: '/run/proxy/nginx.conf' }],
    ports: [{ name: 'rw', containerPort: 5000 }],
  });
  new PgAdmin(scope, 'pgadmin', { servers: [{ cluster }], email: 'dba@example.org', password: secretKey('pgadmin'), pod, resources });
  return workloads(synthesize(scope)).filter(({ owner }) => /^(Deployment|StatefulSet)$/.test(owner.kind));
}

const SAFE = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

describe('the cluster autoscaler', () => {
  test('may remove a node with any of the pods: nothing in their local volumes outlives them', () => {
    for (const { owner, spec } of pods()) {
      const local = spec.volumes.filter(({ emptyDir }: any) => emptyDir).map(({ name }: any) => name);
      expect([owner.metadata.name, owner.spec.template.metadata.annotations[SAFE].split(',').sort()]).toEqual([owner.metadata.name, local.sort()]);
    }
  });

  test('may remove what the user says, who may have volumes of another kind', () => {
    for (const { owner } of pods({ annotations: { [SAFE]: 'mine' } })) { expect(owner.spec.template.metadata.annotations[SAFE]).toBe('mine'); }
  });
});

test('what is given twice alike is there once, in every pod: the API server refuses it otherwise', () => {
  const [volume, mount] = [{ name: 'scratch', emptyDir: {} }, { name: 'scratch', mountPath: '/scratch' }];
  for (const { spec, containers } of pods({ volumes: [volume, { ...volume }], volumeMounts: [mount, { ...mount }] })) {
    expect(spec.volumes.filter(({ name }: any) => name === 'scratch')).toEqual([volume]);
    expect(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.filter(({ name }: any) => name === 'scratch'))).toEqual([mount]);
  }
});

test('where the main container has a limit of CPU, all beside it have one: a quota may ask it of all', () => {
  const memory = { request: Size.mebibytes(512), limit: Size.gibibytes(1) };
  for (const { containers } of pods(undefined, { cpu: { request: '100m', limit: '1' }, memory })) {
    for (const { resources: { limits } } of containers) { expect(limits).toEqual({ cpu: expect.any(String), memory: expect.any(String) }); }
  }
});
