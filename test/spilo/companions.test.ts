import { Size } from 'cdk8s';
import { workloads } from '../support/pods';
import { Props, render } from '../support/render';
import { Backup, BackupStore, Separation } from 'cdk8s-spilo';

/** Pods of every Job that a cluster can have. */
const jobs = (props: Props) => workloads(render({
  credentials: undefined,
  backup: Backup.to(BackupStore.existingClaim('backups'), { restoreDrill: { scratch: { size: Size.gibibytes(60) } } }),
  logicalDump: {},
  logicalRestore: {},
  ...props,
})).filter(({ owner }) => /Job$/.test(owner.kind));

test('the Jobs of a cluster are these', () => {
  expect(jobs({}).map(({ labels }) => labels['cdk8s-spilo/component']).sort()).toEqual([
    'base-backup', 'credentials', 'logical-dump', 'logical-restore', 'restore-drill', 'rollout',
  ]);
});

describe('every Job', () => {
  const nodes = { nodeSelector: { arch: 'amd64' }, tolerations: [{ key: 'db', operator: 'Exists' }], priorityClassName: 'databases', schedulerName: 'mine' };

  test('runs where the members run: on tainted nodes no change would arrive otherwise', () => {
    for (const { spec } of jobs({ placement: { ...nodes, nodes: { disk: ['nvme'] } } })) {
      expect(spec).toMatchObject(nodes);
      expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions)
        .toEqual([{ key: 'disk', operator: 'In', values: ['nvme'] }]);
    }
  });

  test('keeps no distance from the members, which may take every node', () => {
    const topologySpread = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }];
    for (const { spec } of jobs({ placement: { separation: Separation.requireHosts(), topologySpread } })) {
      expect(spec).not.toHaveProperty('affinity');
      expect(spec).not.toHaveProperty('topologySpreadConstraints');
    }
  });

  test('may run elsewhere', () => {
    for (const { spec } of jobs({ placement: nodes, jobs: { placement: { nodeSelector: { jobs: 'yes' } } } })) {
      expect(spec.nodeSelector).toEqual({ jobs: 'yes' });
      expect(spec).not.toHaveProperty('tolerations');
    }
  });

  test('has the labels and annotations of the user, with which a sidecar can be kept out: the Job would never end', () => {
    for (const { labels, owner } of jobs({ jobs: { labels: { team: 'shop' }, annotations: { 'sidecar.istio.io/inject': 'false' } } })) {
      expect(labels.team).toBe('shop');
      expect((owner.spec.jobTemplate?.spec ?? owner.spec).template.metadata.annotations['sidecar.istio.io/inject']).toBe('false');
    }
  });

  test('has limits of memory and, where the database has one, of CPU: a quota may ask it of all', () => {
    const memory = { request: Size.gibibytes(1), limit: Size.gibibytes(1) };
    for (const { containers } of jobs({ resources: { cpu: { request: '1', limit: '2' }, memory } })) {
      for (const { resources: { limits } } of containers) { expect(limits).toEqual({ cpu: expect.any(String), memory: expect.any(String) }); }
    }
  });
});
