import { readdirSync } from 'fs';
import { join } from 'path';
import { foreign } from './support/environment';
import { Example, examples, prerequisites } from './support/examples';
import { exec, sleep, until } from './support/exec';
import { Kubectl } from './support/kubectl';
import { inNamespace } from './support/suite';
import { pythonTool } from './support/tools';
import { KubernetesObject } from '../../test/support/render';

/** The range that the docs promise: what the strict schemas of one package cover and the rendered fields exist in. */
const OLDEST = '1.26';
const NEWEST = '1.37';

/** Kubernetes says this at each apply of an Endpoints object; Patroni's store needs one (docs: choosing the store). */
const DOCUMENTED_WARNING = /v1 Endpoints is deprecated in v1\.33\+/;

/** What administrators put into a namespace: every container must say what it takes. */
const LIMITS: KubernetesObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'all' },
    spec: { hard: { 'requests.cpu': '100', 'requests.memory': '400Gi', 'limits.memory': '400Gi', 'pods': '50' } },
  },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'all' },
    spec: { limits: [{ type: 'Container', min: { memory: '16Mi' }, max: { memory: '64Gi' } }] },
  },
];

const warnings = (stderr: string): string[] => stderr.split('\n').filter(line => line.startsWith('Warning:'));
const key = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

/** Every example by a real API server and its controllers. Where Pods do not run, the nodes only claim that they do. */
(foreign ? describe.skip : describe)('the API accepts', () => {
  const here = inNamespace('api', 'control-plane');

  beforeAll(async () => {
    const { kubectl } = here();
    await kubectl.run(['label', 'node', '--all', '--overwrite', 'db=spilo', 'example.org/pool=databases', 'kubernetes.io/os=linux']);
    const { provisioner } = await kubectl.get('storageclass', 'local-path');
    await kubectl.apply([
      { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast-ssd' }, provisioner, volumeBindingMode: 'WaitForFirstConsumer' },
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'databases' }, value: 1000 },
    ] as KubernetesObject[]);
  });

  describe.each(examples().map(example => [example.file, example] as [string, Example]))('%s', (file, { objects, text, namespace }) => {
    let space: Kubectl;

    beforeAll(async () => {
      space = here().kubectl.in(namespace ?? `spilo-test-api-${file.replace(/[^a-z0-9]+/g, '-')}`);
      await space.freshNamespace();
      await space.run(['label', 'namespace', space.namespace, 'pod-security.kubernetes.io/warn=restricted']);
      await space.apply([...LIMITS, ...prerequisites(objects)]);
    });

    afterAll(async () => {
      await space.delete(text); // also what lies in other namespaces
      await space.removeNamespace(false);
    });

    test('by server-side apply, strictly, with no warning but the documented one', async () => {
      const { stderr } = await space.apply(text, { serverSide: true });
      expect(warnings(stderr).filter(warning => !DOCUMENTED_WARNING.test(warning))).toEqual([]);
    });

    test('all Pods are admitted under restricted Pod Security, placed and counted, and their claims bind', async () => {
      for (const object of objects.filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind))) {
        await until(`${file}: ${key(object)} has all Pods`, async () => {
          const { spec, status } = await space.get(object.kind, object.metadata.name);
          if ((status.readyReplicas ?? 0) === spec.replicas) { return true; }
          const events = await space.run(['get', 'events', '--field-selector', 'type=Warning', '-o', 'custom-columns=M:.message', '--no-headers']);
          throw new Error(`${status.readyReplicas ?? 0} of ${spec.replicas} ready\n${events.stdout.slice(-1500)}`);
        }, { seconds: 40 });
      }
      const claims = await space.list('pvc');
      expect(claims.filter(({ status }) => status.phase !== 'Bound').map(({ metadata }) => metadata.name)).toEqual([]);
      for (const { metadata } of objects.filter(({ kind }) => kind === 'Job')) {
        await until(`${metadata.name} ends`, async () => (await space.get('job', metadata.name)).status.succeeded === 1, { seconds: 40 });
      }
    });

    test.each(['server-side', 'client-side'])('a second %s apply changes nothing', async how => {
      const versions = async () => Object.fromEntries((await space.current(text)).map(object => [key(object), object.metadata.resourceVersion]));
      const apply = () => space.apply(text, { serverSide: how === 'server-side' });
      await apply(); // the first by this way takes the fields over
      const quiet = await until('controllers have come to rest', async () => {
        // Members count as available some seconds after they are ready, which writes the status once more.
        const members = (await space.current(text)).filter(({ kind }) => kind === 'StatefulSet');
        if (members.some(({ spec, status }) => (status.availableReplicas ?? 0) < spec.replicas)) { return false; }
        const before = await versions();
        await sleep(1.5);
        return JSON.stringify(before) === JSON.stringify(await versions()) && before;
      }, { seconds: 60 });
      await apply();
      expect(await versions()).toEqual(quiet);
    });
  });
});

describe('the schemas of Kubernetes', () => {
  const files = () => examples().map(({ file }) => join('examples', file.replace('/', '/dist/')));

  test.each([OLDEST, NEWEST])('%s know every field of every example', async version => {
    const program = await pythonTool('kubernetes-validate', '1.37.0');
    const { status, stdout, stderr } = await exec(program, ['--strict', '-k', version, '--quiet', ...files()], { mayFail: true });
    const errors = `${stdout}${stderr}`.split('\n').filter(line => line.startsWith('ERROR'));
    expect(errors).toEqual([]);
    expect(status).toBe(0);
  });

  test('there are examples', () => {
    expect(files().length).toBeGreaterThanOrEqual(readdirSync('examples', { withFileTypes: true }).filter(entry => entry.isDirectory()).length);
  });
});
