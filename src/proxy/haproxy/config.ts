import { MemberDiscovery } from './checks';
import { hardStopAfter } from './pod';
import { HaproxyConfigSpec, HaproxyReaderSpec } from './spec';
import { knowsInitState } from './version';
import { kibibytes } from '../../kernel/quantity';
import { PATRONI_CA_FILE } from '../common/patroni-tls';
import { PatroniTlsSpec } from '../common/spec';

export const WRITE_PORT = 5000;
export const READ_PORT = 5001;
export const METRICS_PORT = 8404;
export const RUN_MOUNT = '/var/run/haproxy';

/** Sections that lines of the user's may be added to. */
export const SECTIONS = ['global', 'resolvers', 'defaults', 'rw', 'ro', 'primary', 'replicas', 'metrics'];

/** The whole configuration. Each value here was found by breaking a cluster behind it; `docs/proxy.md` has the figures. */
export function haproxyConfig(spec: HaproxyConfigSpec): string {
  const { maxConnections, gracePeriod, bindAddress, readOnly } = spec;
  const sections: [string, string, string[]][] = [
    ['global', 'global', [
      'log stdout format raw local0 info',
      `maxconn ${maxConnections}`,
      // A process on its way out no longer checks servers: its sessions would outlive a failover.
      `hard-stop-after ${hardStopAfter(gracePeriod)}s`,
      `stats socket ${RUN_MOUNT}/admin.sock mode 600 level admin`,
    ]],
    ['resolvers', 'resolvers kube', RESOLVERS],
    ['defaults', 'defaults', defaults(spec)],
    ['rw', 'frontend rw', [bind(bindAddress, WRITE_PORT), 'default_backend primary']],
    // Before each further try HAProxy waits a second. There is no other leader to try: clients find the next one sooner by themselves.
    ['primary', 'backend primary', ['retries 0', ...backend(spec, `/${spec.writeCheck}`)]],
    ...readOnly ? readOnlySections(spec, readOnly) : [],
    ['metrics', 'frontend metrics', METRICS],
  ];
  return sections.map(([id, title, lines]) => section(title, [...lines, ...spec.uncheckedLines[id] ?? []])).join('\n');
}

/** Without an address HAProxy listens on IPv4 only; `::` with v4v6 is both, also where a cluster has one of them. */
function bind(address: string, port: number): string {
  return address === '' ? `bind :::${port} v4v6` : `bind ${address}:${port}`;
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map(line => `    ${line}`), ''].join('\n');
}

/**
 * An address that DNS forgets is kept for half a minute, since its sessions end with it: the headless Service publishes
 * members that are not ready, so only a member that is gone for good loses its address.
 */
const RESOLVERS = [
  'parse-resolv-conf',
  'accepted_payload_size 8192',
  'resolve_retries 3',
  'timeout resolve 2s',
  'timeout retry 1s',
  ...['obsolete', 'nx', 'other', 'refused', 'timeout'].map(reason => `hold ${reason} 30s`),
];

function defaults(spec: HaproxyConfigSpec): string[] {
  const timeout = `${spec.sessionTimeout}s`;
  return [
    'log global',
    'mode tcp',
    'option tcplog',
    'option dontlognull',
    // Another replica each time, where one refuses.
    'option redispatch 1',
    'retries 2',
    // Clients and members that vanish without a word are noticed within a minute and a half.
    ...['cli', 'srv'].flatMap(side => [`option ${side}tcpka`, `${side}tcpka-idle 60s`, `${side}tcpka-intvl 10s`, `${side}tcpka-cnt 3`]),
    'timeout queue 5s',
    'timeout connect 4s',
    `timeout check ${spec.healthCheck.timeout}ms`,
    `timeout client ${timeout}`,
    `timeout server ${timeout}`,
    `default-server ${defaultServer(spec)}`,
  ];
}

function defaultServer({ healthCheck, cluster: { patroniPort }, image, patroniTls }: HaproxyConfigSpec): string {
  const { interval, fastInterval, downInterval, fall, rise } = healthCheck;
  return [
    `check port ${patroniPort}`,
    `inter ${interval}ms fastinter ${fastInterval}ms downinter ${downInterval}ms fall ${fall} rise ${rise}`,
    // Without it a member counts as up until its first check: a replica would get writers.
    ...knowsInitState(image) ? ['init-state down'] : [],
    // A refused connection tells of a stopped leader before the next check does; one more failed check, soon after, must confirm it.
    'observe layer4 error-limit 1 on-error sudden-death',
    // Without it a session stays on the old leader until its timeout.
    'on-marked-down shutdown-sessions',
    'tcp-ut 20s',
    'resolvers kube init-addr none',
    ...patroniTls ? [checkTls(patroniTls)] : [],
  ].join(' ');
}

function checkTls({ verifyHost }: PatroniTlsSpec): string {
  const name = verifyHost === undefined ? '' : ` verifyhost ${verifyHost} check-sni ${verifyHost}`;
  return `check-ssl verify required ca-file ${PATRONI_CA_FILE}${name}`;
}

function backend(spec: HaproxyConfigSpec, path: string): string[] {
  return [
    'balance leastconn',
    'option httpchk',
    // The answer to OPTIONS has no body.
    `http-check send meth OPTIONS uri ${path}`,
    'http-check expect status 200',
    ...servers(spec),
  ];
}

/** A variable of the container's, as HAProxy writes it; not in the form that Flux takes for one of its own. */
const POD_NAMESPACE = '$POD_NAMESPACE';

/** HAProxy does not know search domains: names are given in full. Without a namespace the pod tells its own. */
function servers({ cluster, clusterDomain, discovery, maxMembers }: HaproxyConfigSpec): string[] {
  const { name, podsService, namespace = POD_NAMESPACE, instances, postgresPort } = cluster;
  const domain = `${podsService}.${namespace}.svc.${clusterDomain}:${postgresPort}`;
  return discovery === MemberDiscovery.DNS_TEMPLATE
    ? [`server-template pg ${maxMembers ?? Math.max(5, instances + 2)} "${domain}"`]
    : Array.from({ length: Math.max(1, Math.min(instances, 100)) || 1 }, (_, ordinal) => `${name}-${ordinal}`).map(pod => `server ${pod} "${pod}.${domain}"`);
}

function readOnlySections(spec: HaproxyConfigSpec, readOnly: HaproxyReaderSpec): [string, string, string[]][] {
  const use = !readOnly.fallbackToLeader
    ? ['default_backend replicas']
    : ['use_backend replicas if { nbsrv(replicas) gt 0 }', 'default_backend primary'];
  return [
    ['ro', 'frontend ro', [bind(spec.bindAddress, READ_PORT), ...use]],
    ['replicas', 'backend replicas', backend(spec, readPath(readOnly))],
  ];
}

/** For a URL in a line of HAProxy's configuration, where a quote would begin a text. Half a character has no encoding; rules refuse it. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')).replace(/['()*!]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Patroni judges its own lag and its own tags. */
function readPath({ check, maxLag, tags }: HaproxyReaderSpec): string {
  const conditions = [`lag=${kibibytes(maxLag)}kB`, ...Object.entries(tags).map(([key, value]) => `tag_${encoded(key)}=${encoded(value)}`)];
  return `/${check}?${conditions.join('&')}`;
}

/** `/healthz` is about HAProxy alone: were it about the leader, a failover would take the replicas' port away as well. */
const METRICS = [
  bind('', METRICS_PORT),
  'mode http',
  'timeout client 10s',
  'option dontlog-normal',
  'monitor-uri /healthz',
  'http-request use-service prometheus-exporter if { path /metrics }',
  'http-request return status 200 content-type text/plain string "rw" if { path /rw } { nbsrv(primary) gt 0 }',
  'http-request return status 503 content-type text/plain string "no primary" if { path /rw }',
  'http-request deny status 404',
];
