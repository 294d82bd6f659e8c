import { App, Chart, Duration } from 'cdk8s';
import { foreign, image } from './support/environment';
import { until } from './support/exec';
import { PASSWORDS } from './support/programs';
import { proxyImages, ProxyImages } from './support/proxy-image';
import { RunningCluster } from './support/spilo';
import { inNamespace } from './support/suite';
import { Traffic } from './support/traffic';
import { KubernetesObject, synthesize } from '../../test/support/render';
import { PatroniConfigFollower, PatroniHaproxy, PgBouncerPooler, PgBouncerPoolerProps, PoolUpstream, SpiloCluster } from 'cdk8s-spilo';

const TEMPLATE = `defaults
    mode tcp
    retries 0
    timeout connect 4s
    timeout client 1h
    timeout server 1h
global
    hard-stop-after 1s
listen rw
    bind :5000
    server leader {{primary.host}}:{{primary.port}}
`;

/** By the paths to them. Followers need an image with pystache, which the lab's double of Spilo's does not have. */
const FOLLOWERS = { followed: 'orders-followed', follower: 'orders-follower' };
const DEPLOYMENTS = ['orders-proxy', 'orders-pooler', ...foreign ? Object.values(FOLLOWERS) : []];

/** The proxies before the cluster `orders`, with short periods of grace, so that the test need not wait for them. */
function proxies({ haproxy, pgbouncer }: ProxyImages): readonly KubernetesObject[] {
  const chart = new Chart(new App(), 'test');
  const superuser = { name: 'orders-passwords', key: 'superuser-password' };
  const cluster = SpiloCluster.fromClusterAttributes(chart, 'Orders', { clusterName: 'orders', image: image(), superuserPassword: superuser });
  const authPassword = { name: 'pooler', key: 'password' };
  const pod = { terminationGracePeriod: Duration.seconds(20) };
  const users = [{ name: 'postgres', password: superuser }];
  new PatroniHaproxy(chart, 'haproxy', { cluster, pod, image: haproxy });
  new PgBouncerPooler(chart, 'pooler', { cluster, pod, authPassword, users, haproxy: { image: haproxy }, image: pgbouncer });
  if (foreign) { followers(chart, { cluster, pod, authPassword, users, image: pgbouncer }); }
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pooler' }, stringData: { password: 'p"o\'o$(l) \\er' } } as unknown as KubernetesObject,
    ...synthesize(chart).objects,
  ];
}

function followers(chart: Chart, props: PgBouncerPoolerProps): void {
  const { cluster, pod } = props;
  new PgBouncerPooler(chart, 'followed', {
    ...props, name: FOLLOWERS.followed, upstream: PoolUpstream.FOLLOWER, authBootstrap: false,
  });
  new PatroniConfigFollower(chart, 'follower', {
    cluster,
    name: FOLLOWERS.follower,
    pod,
    proxy: { name: 'haproxy', image: 'docker.io/library/haproxy:3.4.2-alpine', command: ['haproxy', '-W', '-db', '-f', '/run/proxy/haproxy.cfg'] },
    files: [{ template: TEMPLATE, destination: '/run/proxy/haproxy.cfg' }],
    ports: [{ name: 'rw', containerPort: 5000 }],
    reloadSignal: { process: 'haproxy', signal: 'USR2' },
    interval: Duration.seconds(1),
  });
}

const write = (host: string) => ({ host, port: 5432, kind: 'write' as const });

// A time that one run on a busy machine has missed is measured once more.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

/** Pods of proxies as Kubernetes runs, replaces and reaches them. `lab/proxy` plays Kubernetes, and breaks more. */
describe('proxies', () => {
  const here = inNamespace('proxy', 'nodes');
  let cluster: RunningCluster;
  let client: Traffic;

  const settled = () => Promise.all(DEPLOYMENTS.map(name =>
    here().kubectl.run(['rollout', 'status', `deployment/${name}`, '--timeout=240s'], { seconds: 250 })));

  beforeAll(async () => {
    const { kubectl, lab } = here();
    const images = await proxyImages(lab);
    cluster = await RunningCluster.apply(kubectl, { name: 'orders', store: 'endpoints' });
    const objects = proxies(images);
    await kubectl.apply(objects);
    await cluster.atFullStrength(300);
    await settled();
    const auth = objects.find(({ kind }) => kind === 'Job')!.metadata.name;
    await until('the Job of the pooler has ended', async () => (await kubectl.get('job', auth))?.status?.succeeded === 1);
    client = await Traffic.start(cluster, 'client-of-proxies', {
      service: write('orders'),
      haproxy: write('orders-proxy-rw'),
      pooler: write('orders-pooler'),
      ...foreign ? { followed: write(FOLLOWERS.followed), follower: write(`${FOLLOWERS.follower}-rw`) } : {},
      readers: { host: 'orders-proxy-ro', port: 5432, kind: 'read' },
    });
  });

  /** What the client saw while something was done, and for a time after it. */
  async function watch(act: () => Promise<unknown>): Promise<Awaited<ReturnType<Traffic['report']>>> {
    const from = await client.now();
    await act();
    await until('an answer on every path', async () => Object.values(await client.glance()).every(({ acknowledged }) => acknowledged > 0),
      { seconds: 60, interval: 1 });
    const report = await client.report(from, await client.now());
    console.log(Object.entries(report).map(([path, { longest, lost }]) => `${path}: ${longest.toFixed(1)} s, ${lost ?? 0} lost`).join('; '));
    return report;
  }

  test('the Job made the role that looks up passwords', async () => {
    await cluster.sql(await cluster.leader(), 'CREATE ROLE app LOGIN PASSWORD \'app\'');
    const { stdout } = await cluster.connect('client-of-proxies', 'orders-pooler', 'SELECT session_user', { name: 'app', password: 'app' });
    expect(stdout.trim()).toBe('app');
    const superuser = await cluster.connect('client-of-proxies', 'orders-pooler', 'SELECT session_user', { password: PASSWORDS.superuser });
    expect(superuser.stdout.trim()).toBe('postgres');
  });

  test('all paths follow a switchover within seconds and lose nothing', async () => {
    const old = await cluster.leader();
    const report = await watch(async () => {
      await cluster.switchOver();
      await until('another leader', async () => await cluster.leader() !== old, { interval: 0.5 });
    });
    for (const [path, { longest, lost = 0 }] of Object.entries(report)) {
      expect({ path, lost, withinSeconds: longest < 10 }).toEqual({ path, lost: 0, withinSeconds: true });
    }
  });

  test('an update of all proxies stops no client for long and loses nothing', async () => {
    await cluster.atFullStrength();
    const report = await watch(async () => {
      for (const name of DEPLOYMENTS) { await here().kubectl.run(['rollout', 'restart', `deployment/${name}`]); }
      await settled();
    });
    for (const [path, { longest, lost = 0 }] of Object.entries(report)) {
      expect({ path, lost, withinSeconds: longest < 5 }).toEqual({ path, lost: 0, withinSeconds: true });
    }
  });
});
