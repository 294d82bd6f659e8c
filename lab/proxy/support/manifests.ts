import { App, Chart } from 'cdk8s';
import { readYaml, secretKey } from '../../../test/support/render';
import {
  ContainerImage, HaproxyWriteCheck, ISpiloCluster, PatroniConfigFollower, PatroniHaproxy, PatroniHaproxyProps, PatroniTlsOptions, PgBouncerPooler,
  PgBouncerPoolerProps, PoolUpstream, SpiloCluster,
} from 'cdk8s-spilo';

/** A pod as the bed runs it: its spec, and the ConfigMaps and Secrets that it may mount. */
export interface PodManifest {
  readonly spec: any;
  readonly configMaps: { readonly [name: string]: { readonly [file: string]: string } };
  readonly secrets: { readonly [name: string]: { readonly [key: string]: string } };
}

/** Passwords with all that needs care on their way through YAML, shells, files and SQL. */
export const SECRETS = { pooler: { password: 'p"o\'o$(l) \\er' }, orders: { 'superuser-password': 'members " only' } };

/** What a construct renders, taken from the YAML that it writes. */
function manifest(build: (chart: Chart, cluster: ISpiloCluster) => unknown, kind = 'Deployment', clusterName = 'orders'): PodManifest {
  const chart = new Chart(new App(), 'scenario', { namespace: 'shop' });
  build(chart, SpiloCluster.fromClusterAttributes(chart, 'Cluster', { clusterName, maxConnections: 200 }));
  const objects = readYaml((App.of(chart) as App).synthYaml());
  const configMaps = Object.fromEntries(objects.filter(object => object.kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data]));
  return { spec: objects.find(object => object.kind === kind)!.spec.template.spec, configMaps, secrets: SECRETS };
}

export interface Versions { readonly haproxy: string; readonly pgbouncer: string }

/** The bed has no images, and programs of its own. */
const image = (version: string) => ContainerImage.of('registry.example.org/program:tag', { version });

/** A proxy without checks of its own: whether it follows is the follower's doing. */
const FOLLOWED = `global
    log stdout format raw local0 info
    hard-stop-after 1s
defaults
    mode tcp
    retries 0
    timeout connect 4s
    timeout client 1h
    timeout server 1h
listen rw
    bind :5000
    server leader {{master.hostname}}:{{master.port}}
listen ro
    bind :5001
{{#readers}}
    server {{name}} {{hostname}}:{{port}}
{{/readers}}
`;

const authPassword = secretKey('pooler');

function pooler({ haproxy, pgbouncer }: Versions, upstream: PoolUpstream, props: Partial<PgBouncerPoolerProps> = {}): PodManifest {
  return manifest((chart, cluster) => new PgBouncerPooler(chart, 'pooler', {
    cluster,
    upstream,
    image: image(pgbouncer),
    haproxy: upstream === PoolUpstream.HAPROXY_SIDECAR ? { image: image(haproxy) } : undefined,
    authPassword,
    authBootstrap: false,
    ...props,
  }), props.peering ? 'StatefulSet' : 'Deployment');
}

const follower = (chart: Chart, cluster: ISpiloCluster, patroniTls?: PatroniTlsOptions) => new PatroniConfigFollower(chart, 'proxy', {
  cluster,
  proxy: { name: 'haproxy', image: 'registry.example.org/haproxy:tag', command: ['haproxy', '-W', '-db', '-f', '/run/proxy/haproxy.cfg'] },
  files: [{ template: FOLLOWED, destination: '/run/proxy/haproxy.cfg' }],
  ports: [{ name: 'rw', containerPort: 5000 }, { name: 'ro', containerPort: 5001 }],
  reloadSignal: { process: 'haproxy', signal: 'USR2' },
  patroniTls,
});

/** The pods of all constructs, at their defaults, for the versions at hand. */
export function pods(versions: Versions): { readonly [name: string]: PodManifest } {
  return {
    'haproxy': manifest((chart, cluster) => new PatroniHaproxy(chart, 'proxy', { cluster, image: image(versions.haproxy) })),
    'pooler': pooler(versions, PoolUpstream.HAPROXY_SIDECAR),
    'pooler-service': pooler(versions, PoolUpstream.SERVICE),
    'pooler-follower': pooler(versions, PoolUpstream.FOLLOWER),
    'follower': manifest((chart, cluster) => follower(chart, cluster)),
  };
}

/** The bed makes its own certificates. */
const authority = (name: string) => secretKey(name, 'ca.crt');

/** The pods of what proxies can do beside following a leader; `archive` is a standby cluster whose API speaks TLS. */
export function featurePods(versions: Versions): { readonly [name: string]: PodManifest } {
  const clientTls = { secretName: 'tls' };
  const archive = (writeCheck: HaproxyWriteCheck, ca: string) => manifest((chart, cluster) => new PatroniHaproxy(chart, 'proxy', {
    cluster, image: image(versions.haproxy), writeCheck, patroniTls: { ca: authority(ca), verifyHost: 'archive' },
  }), 'Deployment', 'archive');
  return {
    'peer': pooler(versions, PoolUpstream.HAPROXY_SIDECAR, { peering: true }),
    'pooler-tls': pooler(versions, PoolUpstream.HAPROXY_SIDECAR, { clientTls, serverTls: { ca: authority('authority') }, exporter: true }),
    'pooler-verify': pooler(versions, PoolUpstream.SERVICE, {
      clientTls: { ...clientTls, caEntry: 'ca.crt' }, serverTls: { ca: authority('authority'), verifyFull: true },
    }),
    'pooler-stranger': pooler(versions, PoolUpstream.HAPROXY_SIDECAR, { serverTls: { ca: authority('stranger') } }),
    'standby-haproxy': archive(HaproxyWriteCheck.STANDBY_LEADER, 'authority'),
    'standby-stranger': archive(HaproxyWriteCheck.STANDBY_LEADER, 'stranger'),
    'standby-primary': archive(HaproxyWriteCheck.PRIMARY, 'authority'),
    'standby-follower': manifest((chart, cluster) => follower(chart, cluster, { ca: authority('authority'), verifyHost: 'archive' }), 'Deployment', 'archive'),
  };
}

/** The configuration of HAProxy with other properties. */
export function haproxyConfiguration(version: string, props: Partial<PatroniHaproxyProps>): string {
  const { configMaps } = manifest((chart, cluster) => new PatroniHaproxy(chart, 'proxy', { cluster, image: image(version), ...props }));
  return configMaps['orders-proxy-config']['haproxy.cfg'];
}

/** The Job that makes the pooler's role. */
export function authJob(): PodManifest {
  return manifest((chart, cluster) => new PgBouncerPooler(chart, 'pooler', { cluster, authPassword }), 'Job');
}
