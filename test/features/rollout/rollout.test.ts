import { Duration, JsonPatch } from 'cdk8s';
import { environment } from '../../support/kubernetes-expansion';
import { matches } from '../../support/pods';
import { cluster, render, Rendered, SHORTEST, synthesize, chart } from '../../support/render';
import { RolloutOptions, RolloutStrategy, SpiloCluster, SpiloClusterProps } from 'cdk8s-spilo';

const withRollout = (rollout: RolloutOptions) => render({ rollout });
const jobName = (props: Partial<SpiloClusterProps> = {}) => render(props).get('Job').metadata.name;
const jobPod = (rendered: Rendered) => rendered.get('Job').spec.template;

test.each([
  [RolloutStrategy.LEADER_LAST, 'OnDelete', 1],
  [RolloutStrategy.ROLLING_UPDATE, 'RollingUpdate', 0],
  [RolloutStrategy.ON_DELETE, 'OnDelete', 0],
])('%s: the StatefulSet has %s, and there are %i Jobs', (strategy, type, jobs) => {
  const rendered = withRollout({ strategy });
  expect(rendered.statefulSet.updateStrategy).toEqual({ type });
  expect(rendered.all('Job')).toHaveLength(jobs);
  expect(rendered.list().filter(name => name.includes('rollout')).length > 0).toBe(jobs > 0);
});

describe('the Job of a change', () => {
  test('has another name after a change of the members', () => {
    expect(jobName({ pod: { annotations: { a: 'b' } } })).not.toBe(jobName());
  });

  test('has another name after a change of Patroni\'s dynamic configuration', () => {
    expect(jobName({ patroni: { failsafeMode: false } })).not.toBe(jobName());
  });

  test('has another name after a patch of the pods', () => {
    const patched = cluster();
    patched.statefulSet.addJsonPatch(JsonPatch.add('/spec/template/spec/hostname', 'x'));
    expect(patched.objects.RolloutJob.toJson().metadata.name).not.toBe(jobName());
  });

  test('keeps its name where members do not change', () => {
    expect(jobName({ leaderService: { annotations: { a: 'b' } }, storage: { ...SHORTEST.storage } })).toBe(jobName());
  });

  test('keeps its name within the 63 characters that its pods carry as a label, and tells clusters apart', () => {
    const names = ['a', 'b'].map(end => jobName({ clusterName: 'c'.repeat(51) + end }));
    expect(names.every(name => name.length <= 63)).toBe(true);
    expect(new Set(names).size).toBe(2);
  });

  test('knows the template that it waits for: the hash in the annotation of the pods', () => {
    const rendered = render();
    const stamp = rendered.statefulSet.template.metadata.annotations['cdk8s-spilo/template'];
    expect(Object.values(environment(jobPod(rendered).spec.containers[0].env))).toContain(stamp);
  });

  test('finds its predecessors by labels that nobody else sets: Argo CD writes its own into app.kubernetes.io/instance', () => {
    const job = render().get('Job');
    const labels = JSON.parse(environment(jobPod(render()).spec.containers[0].env).JOB_LABELS);
    expect(labels).toEqual({ 'cdk8s-spilo/cluster': 'orders', 'cdk8s-spilo/component': 'rollout' });
    expect(job.metadata.labels).toMatchObject(labels);
    expect(render({ clusterName: 'invoices' }).get('Job').metadata.labels).not.toMatchObject(labels);
  });

  test('is no member: no selector of a member matches its pod', () => {
    const rendered = render();
    expect(matches(rendered.statefulSet.selector.matchLabels, jobPod(rendered).metadata.labels)).toBe(false);
  });

  test('may evict the members of this cluster by name, and read their StatefulSet', () => {
    const { rules } = render({ instances: 2 }).get('Role', 'orders-rollout');
    expect(rules).toEqual(expect.arrayContaining([
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['orders'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods/eviction'], resourceNames: ['orders-0', 'orders-1'], verbs: ['create'] },
    ]));
  });

  test('runs the image of the members under a ServiceAccount of its own', () => {
    const { spec } = jobPod(render());
    expect(spec.serviceAccountName).toBe('orders-rollout');
    expect(spec.containers[0].image).toBe(render().database.image);
  });

  test('is not tried again when a person must decide', () => {
    const { podFailurePolicy } = render().get('Job').spec;
    expect(podFailurePolicy.rules).toMatchObject([{ action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } }]);
    expect(jobPod(render()).spec.restartPolicy).toBe('Never');
  });

  test('has a deadline for each try, and stays when finished unless told otherwise', () => {
    const given = withRollout({ deadline: Duration.minutes(20), jobTtl: Duration.hours(2) });
    expect(environment(jobPod(given).spec.containers[0].env).DEADLINE_SECONDS).toBe('1200');
    expect(given.get('Job').spec.ttlSecondsAfterFinished).toBe(7200);
    expect(render().get('Job').spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test('of one cluster depends on no other cluster', () => {
    const scope = chart('shop');
    new SpiloCluster(scope, 'aaa', SHORTEST);
    new SpiloCluster(scope, 'orders', SHORTEST);
    expect(synthesize(scope).all('Job').map(({ metadata }) => metadata.name)).toContain(jobName());
  });
});

describe('voluntary disruptions', () => {
  test('take one member at a time, whichever its role', () => {
    expect(render().get('PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1, selector: { matchLabels: { 'application': 'spilo', 'spilo-cluster': 'orders' } },
    });
  });

  test('take as many as maxUnavailable says', () => {
    expect(withRollout({ maxUnavailable: 2 }).get('PodDisruptionBudget').spec.maxUnavailable).toBe(2);
  });

  test('take a broken member at any time: it protects nothing', () => {
    expect(render().get('PodDisruptionBudget').spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  });
});

test('minReady is ten seconds, since a replica is ready before it streams', () => {
  expect(render().statefulSet.minReadySeconds).toBe(10);
  expect(withRollout({ minReady: Duration.seconds(0) }).statefulSet.minReadySeconds).toBe(0);
});
