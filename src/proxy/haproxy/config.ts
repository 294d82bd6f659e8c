import { Duration, Size } from 'cdk8s';
import { HealthCheckOptions, MemberDiscovery, PatroniHaproxyProps, PatroniTlsOptions, ReadCheck, ReaderOptions, ReadOnlyOptions, WriteCheck } from './options';
import { kibibytes } from '../../kernel/quantity';
import { ISpiloCluster } from '../../spilo/cluster-ref';

export const WRITE_PORT = 5000;
export const READ_PORT = 5001;
export const METRICS_PORT = 8404;
export const RUN_MOUNT = '/var/run/haproxy';
export const PATRONI_CA_FILE = '/patroni-tls/ca.crt';

/** Sections that lines of the user's may be added to. */
export const SECTIONS = ['global', 'resolvers', 'defaults', 'rw', 'ro', 'primary', 'replicas', 'metrics'];

/** What the configuration depends on. */
export interface HaproxyConfigOptions extends Pick<PatroniHaproxyProps, 'writeCheck' | 'discovery' | 'maxMembers' | 'maxConnections'
  | 'sessionTimeout' | 'extraLines' | 'clusterDomain' | 'patroniTls'> {
  readonly cluster: ISpiloCluster;
  readonly readOnly?: ReadOnlyOptions;
  readonly healthCheck?: HealthCheckOptions;
  /** Whether a server counts as down until its first check: HAProxy 3.1 or newer. */
  readonly initState: boolean;
  /** When sessions are cut after the pod was told to stop. */
  readonly hardStopAfter: Duration;
  /** Where clients of the proxy connect to: everywhere, or in the pod only. */
  readonly bindAddress?: string;
}

/** The whole configuration. Each value here was found by breaking a cluster behind it; `docs/proxy.md` has the figures. */
export function haproxyConfig(options: HaproxyConfigOptions): string {
  const { maxConnections = 2000, hardStopAfter, bindAddress = '', readOnly = {} } = options;
  const sections: [string, string, string[]][] = [
    ['global', 'global', [
      'log stdout format raw local0 info',
      `maxconn ${maxConnections}`,
      // A process on its way out no longer checks servers: its sessions would outlive a failover.
      `hard-stop-after ${hardStopAfter.toSeconds()}s`,
      `stats socket ${RUN_MOUNT}/admin.sock mode 600 level admin`,
    ]],
    ['resolvers', 'resolvers kube', RESOLVERS],
    ['defaults', 'defaults', defaults(options)],
    ['rw', 'frontend rw', [`bind ${bindAddress}:${WRITE_PORT}`, 'default_backend primary']],
    // Before each further try HAProxy waits a second. There is no other leader to try: clients find the next one sooner by themselves.
    ['primary', 'backend primary', ['retries 0', ...backend(options, `/${options.writeCheck ?? WriteCheck.PRIMARY}`)]],
    ...readOnly.enabled === false ? [] : readOnlySections(options, readOnly, bindAddress),
    ['metrics', 'frontend metrics', METRICS],
  ];
  return sections.map(([id, title, lines]) => section(title, [...lines, ...options.extraLines?.[id] ?? []])).join('\n');
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

function defaults({ sessionTimeout = Duration.hours(4), healthCheck = {}, cluster, initState, patroniTls }: HaproxyConfigOptions): string[] {
  const timeout = `${sessionTimeout.toSeconds()}s`;
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
    `timeout check ${milliseconds(healthCheck.timeout ?? Duration.seconds(3))}`,
    `timeout client ${timeout}`,
    `timeout server ${timeout}`,
    `default-server ${defaultServer(healthCheck, cluster.patroniPort, initState, patroniTls)}`,
  ];
}

function defaultServer(
  {
    interval = Duration.seconds(2), fastInterval = Duration.millis(500), downInterval = Duration.millis(500), fall = 2, rise = 1,
  }: HealthCheckOptions,
  patroniPort: number,
  initState: boolean,
  tls?: PatroniTlsOptions,
): string {
  return [
    `check port ${patroniPort}`,
    `inter ${milliseconds(interval)} fastinter ${milliseconds(fastInterval)} downinter ${milliseconds(downInterval)} fall ${fall} rise ${rise}`,
    // Without it a member counts as up until its first check: a replica would get writers.
    ...initState ? ['init-state down'] : [],
    // A refused connection tells of a stopped leader before the next check does; one more failed check, soon after, must confirm it.
    'observe layer4 error-limit 1 on-error sudden-death',
    // Without it a session stays on the old leader until its timeout.
    'on-marked-down shutdown-sessions',
    'tcp-ut 20s',
    'resolvers kube resolve-prefer ipv4 init-addr none',
    ...tls ? [checkTls(tls)] : [],
  ].join(' ');
}

function checkTls({ verifyHost }: PatroniTlsOptions): string {
  const name = verifyHost === undefined ? '' : ` verifyhost ${verifyHost} check-sni ${verifyHost}`;
  return `check-ssl verify required ca-file ${PATRONI_CA_FILE}${name}`;
}

function backend(options: HaproxyConfigOptions, path: string): string[] {
  return [
    'balance leastconn',
    'option httpchk',
    // The answer to OPTIONS has no body.
    `http-check send meth OPTIONS uri ${path}`,
    'http-check expect status 200',
    ...servers(options),
  ];
}

/** HAProxy does not know search domains: names are given in full. Without a namespace the pod tells its own. */
function servers({ cluster, clusterDomain = 'cluster.local', discovery = MemberDiscovery.DNS_TEMPLATE, maxMembers }: HaproxyConfigOptions): string[] {
  const { clusterName, podsServiceName, namespace = '${POD_NAMESPACE}', instances, postgresPort } = cluster;
  const domain = `${podsServiceName}.${namespace}.svc.${clusterDomain}:${postgresPort}`;
  return discovery === MemberDiscovery.DNS_TEMPLATE
    ? [`server-template pg ${maxMembers ?? Math.max(5, instances + 2)} "${domain}"`]
    : Array.from({ length: instances }, (_, ordinal) => `${clusterName}-${ordinal}`).map(pod => `server ${pod} "${pod}.${domain}"`);
}

function readOnlySections(options: HaproxyConfigOptions, readOnly: ReaderOptions, bindAddress: string): [string, string, string[]][] {
  const use = readOnly.fallbackToLeader === false
    ? ['default_backend replicas']
    : ['use_backend replicas if { nbsrv(replicas) gt 0 }', 'default_backend primary'];
  return [
    ['ro', 'frontend ro', [`bind ${bindAddress}:${READ_PORT}`, ...use]],
    ['replicas', 'backend replicas', backend(options, readPath(readOnly))],
  ];
}

/** Patroni judges its own lag and its own tags. */
function readPath({ check = ReadCheck.REPLICA, maxLag = Size.mebibytes(16), tags = {} }: ReaderOptions): string {
  const conditions = [`lag=${kibibytes(maxLag)}kB`, ...Object.entries(tags).map(([key, value]) => `tag_${encodeURIComponent(key)}=${encodeURIComponent(value)}`)];
  return `/${check}?${conditions.join('&')}`;
}

/** `/healthz` is about HAProxy alone: were it about the leader, a failover would take the replicas' port away as well. */
const METRICS = [
  `bind :${METRICS_PORT}`,
  'mode http',
  'timeout client 10s',
  'option dontlog-normal',
  'monitor-uri /healthz',
  'http-request use-service prometheus-exporter if { path /metrics }',
  'http-request return status 200 content-type text/plain string "rw" if { path /rw } { nbsrv(primary) gt 0 }',
  'http-request return status 503 content-type text/plain string "no primary" if { path /rw }',
  'http-request deny status 404',
];

function milliseconds(duration: Duration): string {
  return `${duration.toMilliseconds()}ms`;
}
