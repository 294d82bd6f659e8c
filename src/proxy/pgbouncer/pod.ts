import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  authUserOf, CLIENT_TLS_MOUNT, databases, DATABASES_FILE, DEFAULT_POOLER_IMAGE, POOLER_PORT, PoolerContext, poolerConfig, RUN_MOUNT,
  SERVER_TLS_MOUNT, toLeader, upstreamOf,
} from './config';
import { PoolUpstream } from './options';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/small-resources';
import { proxyResources, ProxyWorkload, pullPolicy, RESTRICTED } from '../common/workload';
import { followerContainers, followerProgram } from '../follower/pod';
import { haproxyConfig } from '../haproxy/config';
import { HAPROXY_CONFIG_FILE, hardStopAfter, haproxyContainer, haproxyVolumes } from '../haproxy/pod';
import { DEFAULT_HAPROXY_IMAGE, knowsInitState, versionOf } from '../haproxy/rules';

export const POOLER = 'pgbouncer';
const INI = 'pgbouncer.ini';
const DATABASES = 'databases.ini';
const CONFIG_MOUNT = '/etc/pgbouncer';
const PROGRAM_MOUNT = '/start';
const START = 'pooler-start.py';
const EXPORTER_PORT = 9127;
const DEFAULT_EXPORTER = 'quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1';
const LEAVE_SECONDS = 5;

export const poolerGracePeriod = ({ props }: PoolerContext) => props.gracePeriod ?? Duration.minutes(5);

/** What finds the member for PgBouncer: files of the ConfigMap, containers beside PgBouncer, and their volumes. */
interface Upstream {
  readonly files: { [file: string]: string };
  readonly initContainers?: k8s.Container[];
  readonly containers: k8s.Container[];
  readonly volumes: k8s.Volume[];
}

function upstream(context: PoolerContext): Upstream {
  switch (upstreamOf(context.props)) {
    case PoolUpstream.HAPROXY_SIDECAR: return haproxySidecar(context);
    case PoolUpstream.FOLLOWER: return follower(context);
    default: return { files: {}, containers: [], volumes: [] };
  }
}

/** HAProxy outlives PgBouncer: sessions that PgBouncer waits for go through it. */
function haproxySidecar(context: PoolerContext): Upstream {
  const { props, name } = context;
  const options = props.haproxy ?? {};
  const container = haproxyContainer({
    image: options.image ?? DEFAULT_HAPROXY_IMAGE,
    imagePullPolicy: pullPolicy(props),
    resources: proxyResources(props),
    readOnly: !toLeader(props),
    patroniTls: options.patroniTls,
    exposed: false,
  });
  const config = haproxyConfig({
    ...options,
    cluster: props.cluster,
    readOnly: { ...options.readOnly, enabled: !toLeader(props) },
    initState: knowsInitState(versionOf(options)),
    hardStopAfter: hardStopAfter(poolerGracePeriod(context)),
    maxConnections: 2 * (props.maxServerConnections ?? 30) * Object.keys(props.databases ?? { '*': '' }).length + 100,
    bindAddress: '127.0.0.1',
  });
  const waiting = ['sh', '-c', `while pidof ${POOLER} >/dev/null; do sleep 1; done`];
  return {
    files: { [HAPROXY_CONFIG_FILE]: config },
    containers: [{ ...container, lifecycle: { preStop: { exec: { command: waiting } } } }],
    volumes: haproxyVolumes(`${name}-config`, options.patroniTls),
  };
}

/** Writes `[databases]` with the address of the leader, or those of the replicas, and reloads PgBouncer. */
function follower({ props, name }: PoolerContext): Upstream {
  const server = toLeader(props) ? 'host={{primary.host}} port={{primary.port}}' : `host={{readers_hosts}} port=${props.cluster.postgresPort}`;
  const template = ['[databases]', ...databases(props, server), ''].join('\n');
  const { init, sidecar, volumes } = followerContainers({
    clusters: [props.cluster],
    files: [{ template: DATABASES, destination: DATABASES_FILE }],
    programConfigMap: `${name}-config`,
    templatesConfigMap: `${name}-config`,
    outputs: [{ name: 'run', mountPath: RUN_MOUNT }],
    interval: 1,
    reload: { process: POOLER, signal: 'HUP' },
    imagePullPolicy: pullPolicy(props),
  });
  return { files: { [DATABASES]: template, ...followerProgram() }, initContainers: [init], containers: [sidecar], volumes };
}

/** The pod, and the data of its ConfigMap. */
export function poolerWorkload(context: PoolerContext): { workload: ProxyWorkload; files: { [file: string]: string } } {
  const { props, name } = context;
  const beside = upstream(context);
  const files = { [INI]: props.config === undefined ? poolerConfig(context) : `${props.config.trimEnd()}\n`, ...program([`proxy/pgbouncer/programs/${START}`]), ...beside.files };
  const volume = (volumeName: string, key: string) => ({ name: volumeName, configMap: { name: `${name}-config`, items: [{ key, path: key }] } });
  return {
    files,
    workload: {
      application: POOLER,
      uid: props.uid ?? 998,
      gid: props.gid ?? 996,
      gracePeriod: poolerGracePeriod(context),
      initContainers: [userlist(context), ...beside.initContainers ?? []],
      containers: [pgbouncer(context), ...beside.containers, ...props.exporter ? [exporter(context)] : []],
      volumes: [
        volume('ini', INI),
        volume('start', START),
        ...beside.volumes,
        { name: 'run', emptyDir: { medium: 'Memory' } },
        ...props.clientTls?.secret ? [{ name: 'client-tls', secret: { secretName: props.clientTls.secret.name, defaultMode: 0o440 } }] : [],
        ...props.serverTls ? [{ name: 'server-tls', secret: { secretName: props.serverTls.ca.secret.name, items: [{ key: props.serverTls.ca.key, path: 'ca.crt' }] } }] : [],
      ],
      podAnnotations: props.exporter ? { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(EXPORTER_PORT) } : undefined,
      configMaps: ['Config'],
      shareProcessNamespace: beside.containers.length > 0 ? true : undefined,
    },
  };
}

function pgbouncer({ props }: PoolerContext): k8s.Container {
  const probe = { tcpSocket: { port: k8s.IntOrString.fromNumber(POOLER_PORT) } };
  return {
    name: POOLER,
    image: props.image ?? DEFAULT_POOLER_IMAGE,
    imagePullPolicy: pullPolicy(props),
    // Some images start it below a shell, which keeps the signal to stop for itself.
    command: ['pgbouncer', `${CONFIG_MOUNT}/${INI}`],
    ports: [{ name: POOLER, containerPort: POOLER_PORT, protocol: 'TCP' }],
    // Until every node has heard that the pod goes, it still gets connections.
    lifecycle: { preStop: { exec: { command: ['sleep', String(LEAVE_SECONDS)] } } },
    readinessProbe: { ...probe, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: proxyResources(props),
    securityContext: RESTRICTED,
    volumeMounts: [
      { name: 'ini', mountPath: CONFIG_MOUNT, readOnly: true },
      { name: 'run', mountPath: RUN_MOUNT },
      ...props.clientTls?.secret ? [{ name: 'client-tls', mountPath: CLIENT_TLS_MOUNT, readOnly: true }] : [],
      ...props.serverTls ? [{ name: 'server-tls', mountPath: SERVER_TLS_MOUNT, readOnly: true }] : [],
    ],
  };
}

/** Passwords come from Secrets by variables and end in a file in memory; the image of the members has the programs for it. */
function userlist({ props, name }: PoolerContext): k8s.Container {
  const users = [{ name: authUserOf(props), password: props.authPassword }, ...props.users ?? []];
  return {
    name: 'userlist',
    image: props.cluster.image,
    imagePullPolicy: pullPolicy(props),
    command: ['python3', `${PROGRAM_MOUNT}/${START}`],
    env: [
      { name: 'DIRECTORY', value: RUN_MOUNT },
      { name: 'USERS', value: literally(JSON.stringify(users.map(user => user.name))) },
      ...users.map(({ password }, index) => ({ name: `PASSWORD_${index}`, valueFrom: { secretKeyRef: { name: password.secret.name, key: password.key } } })),
      ...props.peering ? [{ name: 'PEER', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] : [],
      ...props.clientTls?.secret ? [] : [{ name: 'CERTIFICATE', value: name }],
    ],
    resources: smallResources(),
    securityContext: RESTRICTED,
    volumeMounts: [{ name: 'start', mountPath: PROGRAM_MOUNT, readOnly: true }, { name: 'run', mountPath: RUN_MOUNT }],
  };
}

/** The library of the exporter takes the password from the variable: it needs no escaping there. */
function exporter({ props }: PoolerContext): k8s.Container {
  const { authPassword: { secret, key } } = props;
  return {
    name: 'exporter',
    image: props.exporterImage ?? DEFAULT_EXPORTER,
    imagePullPolicy: pullPolicy(props),
    env: [
      { name: 'PGBOUNCER_EXPORTER_CONNECTION_STRING', value: `postgres://${authUserOf(props)}@127.0.0.1:${POOLER_PORT}/pgbouncer?sslmode=require` },
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: secret.name, key } } },
    ],
    ports: [{ name: 'pool-metrics', containerPort: EXPORTER_PORT, protocol: 'TCP' }],
    resources: smallResources(),
    securityContext: RESTRICTED,
  };
}
