import { Duration } from 'cdk8s';
import { render } from '../support/render';
import { PatroniTiming, PullPolicy, SpiloImage } from 'cdk8s-spilo';

const timing = (ttl: number, loopWait: number, retryTimeout: number) => PatroniTiming.of({
  ttl: Duration.seconds(ttl), loopWait: Duration.seconds(loopWait), retryTimeout: Duration.seconds(retryTimeout),
});

const { database, pod, env, statefulSet } = render();

test('members start at the same time: with one after the other the first would wait for the others forever', () => {
  expect(statefulSet.podManagementPolicy).toBe('Parallel');
});

test('a member knows its cluster, its address and its namespace', () => {
  expect(env.SCOPE).toBe('orders');
  expect(JSON.parse(env.POD_IP)).toEqual({ fieldRef: { fieldPath: 'status.podIP' } });
  expect(JSON.parse(env.POD_NAMESPACE)).toEqual({ fieldRef: { fieldPath: 'metadata.namespace' } });
});

test('Spilo looks for no cloud, which costs two seconds of each start', () => {
  expect(env.SPILO_PROVIDER).toBe('local');
});

test('data, log and configuration are all on the volume: of the three paths, that the image bakes in, only PGROOT is said, as it is there', () => {
  expect(env.PGROOT).toBe('/home/postgres/pgdata/pgroot');
  expect(Object.keys(env).filter(name => ['PGDATA', 'PGLOG', 'PGHOME'].includes(name))).toEqual([]);
});

test('PostgreSQL and Patroni are named ports', () => {
  expect(database.ports).toEqual([
    { name: 'postgresql', containerPort: 5432, protocol: 'TCP' }, { name: 'patroni', containerPort: 8008, protocol: 'TCP' },
  ]);
});

describe('probes', () => {
  const about = (path: string) => ({ httpGet: { path, port: 8008, scheme: 'HTTP' } });

  test('ask Patroni, never PostgreSQL: a member that recovers must not be killed', () => {
    expect(database.livenessProbe).toMatchObject(about('/liveness'));
    expect(database.startupProbe).toMatchObject(about('/liveness'));
    expect(database.readinessProbe).toMatchObject(about('/readiness'));
  });

  test('give the first start half an hour', () => {
    expect(database.startupProbe.periodSeconds * database.startupProbe.failureThreshold).toBe(1800);
  });

  test('notice a ready member within seconds', () => {
    expect(database.readinessProbe.periodSeconds).toBeLessThanOrEqual(2);
  });

  test.each([
    ['the default timing', PatroniTiming.DEFAULT, { ttl: 30, loopWait: 10 }],
    ['fast timing', PatroniTiming.FAST, { ttl: 20, loopWait: 5 }],
    ['a long lock', timing(120, 10, 10), { ttl: 120, loopWait: 10 }],
    ['the least room', timing(20, 13, 3), { ttl: 20, loopWait: 13 }],
  ])('end a silent leader before another member can lead: %s', (_, given, { ttl, loopWait }) => {
    const { livenessProbe } = render({ patroni: { timing: given } }).database;
    const { periodSeconds, timeoutSeconds, failureThreshold, terminationGracePeriodSeconds } = livenessProbe;
    // A silence that begins right after a look, looks that each run into their limit, and the kubelet's two seconds.
    const slowest = failureThreshold * periodSeconds + timeoutSeconds + Math.max(2, terminationGracePeriodSeconds);
    expect(slowest).toBeLessThan(ttl - loopWait);
    expect(failureThreshold).toBe(3);
  });

  test('leave the orderly stop of a pod its time', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(300);
  });
});

describe('security', () => {
  test('is what Pod Security calls restricted, as user and group postgres', () => {
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true, runAsUser: 101, runAsGroup: 103, fsGroup: 103, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(database.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
  });

  test('has no read-only root with an image that was never seen to boot so', () => {
    const older = render({ image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 } });
    expect(older.database.securityContext.readOnlyRootFilesystem).toBe(false);
    expect(older.database.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).not.toContain('/run');
  });
});

test('pods get no variables of other Services, which could pass for Spilo\'s own', () => {
  expect(pod.enableServiceLinks).toBe(false);
});

test('the image is pulled once, or as told', () => {
  expect(database.imagePullPolicy).toBe('IfNotPresent');
  expect(render({ imagePullPolicy: PullPolicy.ALWAYS }).database.imagePullPolicy).toBe('Always');
});

test('a volume at /run is empty at each start of a pod: Spilo would go on with the address that it finds there', () => {
  const cleaning = pod.initContainers.find(({ volumeMounts }: any) => volumeMounts.some(({ name }: any) => name === 'run'));
  expect(cleaning.command.join(' ')).toMatch(/-delete|rm /);
});
