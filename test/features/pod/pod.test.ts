import { Duration } from 'cdk8s';
import { EnvFieldPaths, EnvValue, k8s, Secret } from 'cdk8s-plus-27';
import { chart, render } from '../../support/render';
import { PodOptions } from 'cdk8s-spilo';

const withPod = (pod: PodOptions) => render({ pod });
const SIDECAR: k8s.Container = { name: 'exporter', image: 'registry.example.org/exporter:1', args: ['--port', '9187'] };

test('labels and annotations come beside the library\'s own', () => {
  const { metadata } = withPod({ labels: { 'example.org/team': 'orders' }, annotations: { 'example.org/scrape': '9187' } }).statefulSet.template;
  expect(metadata.labels).toMatchObject({ 'example.org/team': 'orders', 'application': 'spilo', 'spilo-cluster': 'orders' });
  expect(metadata.annotations).toMatchObject({ 'example.org/scrape': '9187' });
});

test('no addition changes what pods are selected by', () => {
  const { statefulSet } = withPod({ labels: { 'example.org/team': 'orders' } });
  expect(statefulSet.selector).toEqual({ matchLabels: { 'application': 'spilo', 'spilo-cluster': 'orders' } });
});

describe('env', () => {
  test('takes values, keys of Secrets and fields of the pod', () => {
    const { env } = withPod({
      env: {
        TZ: EnvValue.fromValue('Etc/UTC'),
        TOKEN: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart(), 'Mine', 'mine'), key: 'token' }),
        NODE: EnvValue.fromFieldRef(EnvFieldPaths.NODE_NAME),
      },
    });
    expect(env.TZ).toBe('Etc/UTC');
    expect(JSON.parse(env.TOKEN)).toEqual({ secretKeyRef: { name: 'mine', key: 'token' } });
    expect(JSON.parse(env.NODE)).toEqual({ fieldRef: { fieldPath: 'spec.nodeName' } });
  });

  test('may refer to variables of the library, as everywhere in Kubernetes', () => {
    expect(withPod({ env: { WHO: EnvValue.fromValue('$(SCOPE) costs $$5') } }).env.WHO).toBe('orders costs $5');
  });

  test('says what to use instead of a variable that has no effect', () => {
    expect(() => withPod({ env: { PATRONI_TTL: EnvValue.fromValue('30') } })).toThrow('use patroni and postgres');
    expect(() => withPod({ env: { SSL_CA_FILE: EnvValue.fromValue('x') } })).toThrow('instead of it: tls');
  });
});

describe('sidecars', () => {
  test('stand behind the database container, as they are', () => {
    expect(withPod({ sidecars: [SIDECAR] }).pod.containers.slice(1)).toEqual([SIDECAR]);
  });

  test('leave kubectl exec and kubectl logs at PostgreSQL', () => {
    const annotation = 'kubectl.kubernetes.io/default-container';
    expect(withPod({ sidecars: [SIDECAR] }).statefulSet.template.metadata.annotations).toMatchObject({ [annotation]: 'postgres' });
    expect(withPod({}).statefulSet.template.metadata.annotations).not.toHaveProperty([annotation]);
  });

  test('get no token of the Kubernetes API', () => {
    const { pod } = withPod({ sidecars: [SIDECAR] });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.containers[1]).not.toHaveProperty('volumeMounts');
  });
});

test('initContainers run before the database', () => {
  const { pod } = withPod({ initContainers: [{ name: 'prepare', image: 'x:1', command: ['true'] }] });
  expect(pod.initContainers.map(({ name }: { name: string }) => name)).toContain('prepare');
});

test('volumes and mounts come beside the library\'s own', () => {
  const { pod, database } = withPod({ volumes: [{ name: 'scratch', emptyDir: {} }], volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] });
  expect(pod.volumes).toContainEqual({ name: 'scratch', emptyDir: {} });
  expect(database.volumeMounts).toContainEqual({ name: 'scratch', mountPath: '/scratch' });
  expect(database.volumeMounts).toContainEqual({ name: 'pgdata', mountPath: '/home/postgres/pgdata' });
});

test('fields that are newer than the library arrive: an init container without its restartPolicy would be waited for forever', () => {
  const given: { readonly [part: string]: any } = {
    sidecars: { name: 'a', image: 'a:1', restartPolicyRules: [{ action: 'Restart' }] },
    initContainers: { name: 'b', image: 'b:1', restartPolicy: 'Always' },
    volumes: { name: 'models', image: { reference: 'registry.example.org/models:1' } },
    volumeMounts: { name: 'models', mountPath: '/models', recursiveReadOnly: 'Enabled' },
  };
  const { pod, database } = withPod({
    ...Object.fromEntries(Object.entries(given).map(([part, value]) => [part, [value]])), env: { FILE: { valueFrom: { fileKeyRef: { path: 'a', volumeName: 'models', key: 'b' } } } },
  });
  expect(pod.containers).toContainEqual(given.sidecars);
  expect(pod.initContainers).toContainEqual(given.initContainers);
  expect(pod.volumes).toContainEqual(given.volumes);
  expect(database.volumeMounts).toContainEqual(given.volumeMounts);
  expect(database.env).toContainEqual({ name: 'FILE', valueFrom: { fileKeyRef: { path: 'a', volumeName: 'models', key: 'b' } } });
});

test('imagePullSecrets are for all pods', () => {
  const rendered = withPod({ imagePullSecrets: ['registry-login'] });
  const templates = [rendered.statefulSet.template, rendered.get('Job').spec.template];
  expect(templates.map(({ spec }) => spec.imagePullSecrets)).toEqual([[{ name: 'registry-login' }], [{ name: 'registry-login' }]]);
});

test('terminationGracePeriod is five minutes, or what is given', () => {
  expect(withPod({}).pod.terminationGracePeriodSeconds).toBe(300);
  expect(withPod({ terminationGracePeriod: Duration.minutes(10) }).pod.terminationGracePeriodSeconds).toBe(600);
});

describe('readOnlyRootFilesystem', () => {
  test('comes with writable /run and /tmp', () => {
    const { pod, database } = withPod({ readOnlyRootFilesystem: true });
    expect(database.securityContext.readOnlyRootFilesystem).toBe(true);
    for (const path of ['/run', '/tmp']) {
      const { name } = database.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === path);
      expect(pod.volumes.find((volume: { name: string }) => volume.name === name)).toHaveProperty('emptyDir');
    }
  });

  test('can be switched off', () => {
    const { database } = withPod({ readOnlyRootFilesystem: false });
    expect(database.securityContext.readOnlyRootFilesystem).toBe(false);
    expect(database.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).not.toContain('/tmp');
  });
});

test('empty additions leave nothing behind', () => {
  const empty = { labels: {}, annotations: {}, env: {}, sidecars: [], initContainers: [], volumes: [], volumeMounts: [], imagePullSecrets: [] };
  expect(withPod(empty).yaml).toBe(render().yaml);
});
