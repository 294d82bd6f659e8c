import { join } from 'path';
import { CHECKOV, KUBE_SCORE } from './findings';
import { examples } from './support/examples';
import { exec, until } from './support/exec';
import { manifests, PASSWORDS, Program, secret, Store } from './support/programs';
import { proxyOf } from './support/proxy';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { goTool, pythonTool } from './support/tools';
import { KubernetesObject } from '../../test/support/render';
import { Backup, Credentials, PatroniTiming, Dcs, Separation } from 'cdk8s-spilo';

const files = (): string[] => examples().map(({ file }) => join('examples', file.replace('/', '/dist/')));
/** An application in an example that uses the cluster is not what we render. */
const application = /everything-app/;
const words = (found: Iterable<string>): string[] => [...new Set(found)].sort();

describe('scanners', () => {
  test('checkov finds what is listed with a reason, and nothing else', async () => {
    const program = await pythonTool('checkov', '3.3.30');
    const { stdout } = await exec(program, ['--framework', 'kubernetes', '--compact', '--quiet', '-o', 'json', ...files().flatMap(file => ['-f', file])],
      { mayFail: true, seconds: 300 });
    const { results, summary } = JSON.parse(stdout);
    expect(summary).toMatchObject({ parsing_errors: 0, checkov_version: '3.3.30' });
    const ours = results.failed_checks.filter(({ resource }: any) => !application.test(resource));
    expect(words(ours.map((check: any) => check.check_id))).toEqual(words(Object.keys(CHECKOV)));
  });

  test('kube-score finds what is listed with a reason, and nothing else', async () => {
    const program = await goTool('github.com/zegl/kube-score/cmd/kube-score', 'v1.20.0');
    const { stdout } = await exec(program, ['score', '--output-format', 'json', ...files()], { mayFail: true, seconds: 120 });
    const found = JSON.parse(stdout).filter(({ object_name }: any) => !application.test(object_name)).flatMap((object: any) => object.checks
      .filter(({ skipped, grade }: any) => !skipped && grade < 7).map(({ check }: any) => check.id));
    expect(words(found)).toEqual(words(Object.keys(KUBE_SCORE)));
  });
});

test('no object but a Secret holds a password, where one is in the manifest', () => {
  const objects = manifests({
    name: 'open', store: 'endpoints', props: { credentials: Credentials.plainTextInManifest(PASSWORDS) },
  });
  const texts = (kept: (object: KubernetesObject) => boolean) => JSON.stringify(objects.filter(kept));
  for (const password of Object.values(PASSWORDS)) {
    const forms = [password, Buffer.from(password).toString('base64')];
    expect(forms.some(form => texts(({ kind }) => kind === 'Secret').includes(form))).toBe(true);
    for (const form of forms) { expect(texts(({ kind }) => kind !== 'Secret')).not.toContain(form); }
  }
});

/** A role without one verb; the cluster is called after what is missing. */
interface Crippled { readonly name: string; readonly role: RegExp; readonly resource: string; readonly verb: string }

const without = (objects: readonly KubernetesObject[], { role, resource, verb }: Crippled): KubernetesObject[] => objects.map(object => {
  if (object.kind !== 'Role' || !role.test(object.metadata.name)) { return object; }
  const rules = object.rules
    .map((rule: any) => rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((each: string) => each !== verb) } : rule)
    .filter((rule: any) => rule.verbs.length > 0); // a rule without verbs is none
  if (JSON.stringify(rules) === JSON.stringify(object.rules)) { throw new Error(`${object.metadata.name} has no ${verb} ${resource} to take away`); }
  return { ...object, rules };
});

/** On live clusters of one member each. */
describe.each<Store>(['endpoints', 'configmaps'])('rights with Patroni on %s', store => {
  const here = inNamespace(`rights-${store}`, 'nodes');
  const program = (name: string): Program => ({
    name,
    store,
    props: {
      instances: 1,
      placement: { separation: Separation.none() },
      backup: Backup.none(),
      patroni: { timing: PatroniTiming.FAST, dcs: store === 'endpoints' ? Dcs.endpoints() : Dcs.configMaps() },
    },
  });
  const crippled: Crippled[] = [
    ...['list', 'watch', 'patch'].map(verb => ({ name: `pods-${verb}`, role: new RegExp(`-${store}$`), resource: 'pods', verb })),
    ...['get', 'list', 'watch', 'create', 'patch'].map(verb => ({ name: `store-${verb}`, role: new RegExp(`-${store}$`), resource: store, verb })),
    { name: 'job-get', role: /-rollout$/, resource: 'statefulsets', verb: 'get' },
    { name: 'job-list', role: /-rollout$/, resource: 'pods', verb: 'list' },
    { name: 'job-evict', role: /-rollout$/, resource: 'pods/eviction', verb: 'create' },
  ];
  const whole = () => new RunningCluster(here().kubectl, 'whole', store, 1);
  const log = async (name: string) => (await here().kubectl.run(['logs', `${name}-0`, '--tail=-1'], { mayFail: true })).stdout;
  const jobLog = async (name: string) => (await here().kubectl.run(['logs', '-l', `app.kubernetes.io/instance=${name},app.kubernetes.io/component=rollout`, '--tail=-1'])).stdout;

  beforeAll(async () => {
    await RunningCluster.apply(here().kubectl, program('whole'));
    for (const each of crippled) {
      const objects = without(manifests(program(each.name)), each);
      // A Job that waits for a cluster that never comes takes processor time from those that do.
      await here().kubectl.apply([secret(each.name), ...each.name.startsWith('job') ? objects : objects.filter(({ kind }) => kind !== 'Job')]);
    }
  });

  test('with all of them nothing is refused', async () => {
    await whole().atFullStrength(240);
    expect(await whole().rollout(manifests(program('whole')))).toContain('done');
    expect(await log('whole')).not.toMatch(/forbidden/i);
    // In Endpoints mode Patroni tries at each start to make a Service that is there already, and goes on without the right to.
    const documented = store === 'endpoints' ? / create \/api\/v1\/namespaces\/[^/]+\/services:/ : /^$/;
    const refused = await here().lab?.denied(`system:serviceaccount:${here().kubectl.namespace}:whole`) ?? [];
    expect(refused.filter(line => !documented.test(line))).toEqual([]);
  });

  test.each(crippled.filter(({ name, verb }) => !name.startsWith('job') && verb !== 'get').map(each => [`${each.verb} ${each.resource}`, each] as const))(
    'without %s Patroni cannot do its work', async (_, { name }) => {
      // It says so, or waits without a word and never becomes ready.
      const silent = async () => {
        const pod = await here().kubectl.get('pod', `${name}-0`);
        const alive = Date.now() - Date.parse(pod.status.startTime) > 90_000;
        return alive && !pod.status.conditions.some((each: any) => each.type === 'Ready' && each.status === 'True');
      };
      await until(`${name}: a refusal`, async () => /403|[Ff]orbidden|[Pp]ermission denied/.test(await log(name)) || silent(), { seconds: 120, interval: 2 });
    });

  test('without get, a leader whose write collided gives up its lock', async () => {
    const cluster = new RunningCluster(here().kubectl, 'store-get', store, 1);
    await cluster.atFullStrength(180);
    const refused = async () => /Failed to get the leader object|[Ff]orbidden/.test(await log('store-get'));
    expect(await refused()).toBe(false);
    await collide(cluster, refused);
    expect(await refused()).toBe(true);
  });

  test.each([['get statefulsets', 'job-get'], ['list pods', 'job-list']])('without %s no rollout ends', async (_, name) => {
    await until(`${name}: a refusal in the log of the Job`, async () => (await jobLog(name)).includes('the API server refuses'), { seconds: 60 });
    expect(await jobLog(name)).not.toContain('done');
  });

  test('without create pods/eviction no member is replaced', async () => {
    const name = 'job-evict';
    await new RunningCluster(here().kubectl, name, store, 1).atFullStrength(180);
    const changed = program(name);
    const objects = manifests({ ...changed, props: { ...changed.props, postgres: { parameters: { work_mem: '9MB' } } } });
    await here().kubectl.apply(without(objects, crippled.find(each => each.name === name)!));
    await until(`${name}: a refusal in the log of the Job`, async () => /refuses POST .*eviction/.test(await jobLog(name)), { seconds: 90 });
  });

  test('a member reads no Secret, and nothing of another namespace', async () => {
    const user = `system:serviceaccount:${here().kubectl.namespace}:whole`;
    const may = async (...what: string[]) => (await here().kubectl.run(['auth', 'can-i', ...what, `--as=${user}`], { mayFail: true })).stdout.trim();
    expect(await may('patch', store)).toBe('yes'); // the question is asked rightly
    for (const verb of ['get', 'list', 'watch', 'create', 'patch', 'delete']) { expect([verb, await may(verb, 'secrets')]).toEqual([verb, 'no']); }
    for (const kind of ['pods', store, 'secrets']) {
      expect([kind, await may('list', kind, '-n', 'default')]).toEqual([kind, 'no']);
      expect([kind, await may('list', kind, '-A')]).toEqual([kind, 'no']);
    }
    for (const verb of ['delete', 'create', 'update']) { expect([verb, await may(verb, 'pods')]).toEqual([verb, 'no']); }
    expect(await may('create', 'pods/exec')).toBe('no');
  });

  test('what Patroni and the controllers made holds no password either', async () => {
    const { stdout } = await here().kubectl.run(['get', 'all,configmaps,endpoints,pvc,roles,rolebindings,serviceaccounts,pdb,events', '-o', 'json']);
    for (const password of Object.values(PASSWORDS)) {
      expect(stdout).not.toContain(password);
      expect(stdout).not.toContain(Buffer.from(password).toString('base64'));
    }
  });
});

/** Writes to the leader object so often that one of Patroni's own writes meets another version of it. */
async function collide(cluster: RunningCluster, done: () => Promise<boolean>): Promise<void> {
  const path = cluster.store === 'endpoints' ? `endpoints/${cluster.name}` : `configmaps/${cluster.name}-leader`;
  const url = `${await proxyOf(cluster.kubectl.env)}/api/v1/namespaces/${cluster.kubectl.namespace}/${path}`;
  const headers = { 'Content-Type': 'application/merge-patch+json' };
  const end = Date.now() + 90_000;
  for (let n = 0; Date.now() < end; n++) {
    await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ metadata: { annotations: { 'spilo-test': String(n) } } }) });
    if (n % 400 === 399 && await done()) { return; }
  }
}
