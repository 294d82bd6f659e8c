import { k8s } from 'cdk8s-plus-27';
import { revision } from './auth';
import { CLIENT_TLS_MOUNT, databases, peerService, POOLER_PORT, poolerConfig, RUN_MOUNT, SERVER_TLS_MOUNT, toLeader } from './config';
import { POOLER } from './names';
import { PoolerSpec } from './spec';
import { Texts } from '../../kernel/contribution';
import { given } from '../../kernel/data';
import { resourceRequirements } from '../../kernel/quantity';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/resources';
import { secretFiles, secretVariable } from '../../kit/secret-key';
import { limitsCpu, ProxyWorkload } from '../common/workload';
import { followerContainers, followerProgram } from '../follower/following';
import { haproxyConfig } from '../haproxy/config';
import { HAPROXY_CONFIG_FILE, haproxyContainer, haproxyVolumes } from '../haproxy/pod';

const INI = 'pgbouncer.ini';
const CONFIG_MOUNT = '/etc/pgbouncer';
const PROGRAM_MOUNT = '/start';
const START = 'pooler-start.py';
const EXPORTER_PORT = 9127;
/** Until every node has heard that the pod goes, it still gets connections. */
const LEAVE_SECONDS = 5;

export const configName = ({ name }: PoolerSpec) => `${name}-config`;

/** What finds the member for PgBouncer: files of the ConfigMap, containers beside PgBouncer, and their volumes. */
interface Upstream {
  readonly files: Texts;
  readonly initContainers: readonly k8s.Container[];
  readonly containers: readonly k8s.Container[];
  readonly volumes: readonly k8s.Volume[];
}

/** HAProxy outlives PgBouncer: sessions that PgBouncer waits for go through it. */
function haproxySidecar(spec: PoolerSpec, haproxy: NonNullable<PoolerSpec['haproxy']>): Upstream {
  const container = haproxyContainer(haproxy, { imagePullPolicy: spec.imagePullPolicy, resources: spec.resources, exposed: false });
  const waiting = ['sh', '-c', `while pidof ${POOLER} >/dev/null; do sleep 1; done`];
  return {
    files: { [HAPROXY_CONFIG_FILE]: haproxyConfig(haproxy) },
    initContainers: [],
    containers: [{ ...container, lifecycle: { preStop: { exec: { command: waiting } } } }],
    volumes: haproxyVolumes(configName(spec), haproxy),
  };
}

/** Writes `[databases]` with the address of the leader, or those of the replicas, and reloads PgBouncer. */
function follower(spec: PoolerSpec, following: NonNullable<PoolerSpec['following']>): Upstream {
  const server = toLeader(spec) ? 'host={{primary.host}} port={{primary.port}}' : `host={{readers_hosts}} port=${spec.cluster.postgresPort}`;
  const template = ['[databases]', ...databases(spec, server), ''].join('\n');
  const { init, sidecar, volumes } = followerContainers(following, {
    programConfigMap: configName(spec),
    templatesConfigMap: configName(spec),
    output: { name: 'run', mountPath: RUN_MOUNT },
    imagePullPolicy: spec.imagePullPolicy,
    limitsCpu: limitsCpu(spec),
  });
  return { files: { [following.files[0].template]: template, ...followerProgram() }, initContainers: [init], containers: [sidecar], volumes };
}

function upstream(spec: PoolerSpec): Upstream {
  if (spec.haproxy) { return haproxySidecar(spec, spec.haproxy); }
  return spec.following ? follower(spec, spec.following) : { files: {}, initContainers: [], containers: [], volumes: [] };
}

/** The data of the ConfigMap. */
export function poolerFiles(spec: PoolerSpec): Texts {
  const { uncheckedConfig } = spec;
  return {
    [INI]: uncheckedConfig === undefined ? poolerConfig(spec) : `${uncheckedConfig.trimEnd()}\n`,
    ...program([`proxy/pgbouncer/programs/${START}`]),
    ...upstream(spec).files,
  };
}

/** The pod. */
export function poolerWorkload(spec: PoolerSpec): ProxyWorkload {
  const { name, image, clientTls, serverTls, exporter, peering } = spec;
  const beside = upstream(spec);
  const file = (volume: string, key: string) => ({ name: volume, configMap: { name: configName(spec), items: [{ key, path: key }] } });
  return {
    application: POOLER,
    uid: image.uid ?? 0,
    gid: image.gid ?? 0,
    initContainers: [userlist(spec), ...beside.initContainers],
    containers: [pgbouncer(spec), ...beside.containers, ...exporter ? [exporterContainer(spec, exporter.reference)] : []],
    volumes: [
      file('ini', INI),
      file('start', START),
      ...beside.volumes,
      { name: 'run', emptyDir: { medium: 'Memory' } },
      ...clientTls.secretName === undefined ? [] : [{ name: 'client-tls', secret: { secretName: clientTls.secretName, defaultMode: 0o440 } }],
      ...serverTls ? [secretFiles('server-tls', serverTls.ca, 'ca.crt')] : [],
    ],
    podAnnotations: given({
      ...exporter ? { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(EXPORTER_PORT) } : {},
      ...revision(spec),
    }) as Texts | undefined,
    configMaps: ['Config'],
    shareProcessNamespace: beside.containers.length > 0 ? true : undefined,
    serviceName: peering ? peerService(name) : undefined,
  };
}

function pgbouncer({ image, imagePullPolicy, resources, clientTls, serverTls }: PoolerSpec): k8s.Container {
  const probe = { tcpSocket: { port: k8s.IntOrString.fromNumber(POOLER_PORT) } };
  return {
    name: POOLER,
    image: image.reference,
    imagePullPolicy,
    // Some images start it below a shell, which keeps the signal to stop for itself.
    command: ['pgbouncer', `${CONFIG_MOUNT}/${INI}`],
    ports: [{ name: POOLER, containerPort: POOLER_PORT, protocol: 'TCP' }],
    lifecycle: { preStop: { exec: { command: ['sleep', String(LEAVE_SECONDS)] } } },
    readinessProbe: { ...probe, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: resourceRequirements(resources),
    volumeMounts: [
      { name: 'ini', mountPath: CONFIG_MOUNT, readOnly: true },
      { name: 'run', mountPath: RUN_MOUNT },
      ...clientTls.secretName === undefined ? [] : [{ name: 'client-tls', mountPath: CLIENT_TLS_MOUNT, readOnly: true }],
      ...serverTls ? [{ name: 'server-tls', mountPath: SERVER_TLS_MOUNT, readOnly: true }] : [],
    ],
  };
}

/** Passwords come from Secrets by variables and end in a file in memory; the image of the members has the programs for it. */
function userlist(spec: PoolerSpec): k8s.Container {
  const { name, cluster, imagePullPolicy, authUser, authPassword, peering, clientTls } = spec;
  const users = [{ name: authUser, password: authPassword }, ...spec.users];
  return {
    name: 'userlist',
    image: cluster.image,
    imagePullPolicy,
    command: ['python3', `${PROGRAM_MOUNT}/${START}`],
    env: [
      { name: 'DIRECTORY', value: RUN_MOUNT },
      { name: 'USERS', value: literally(JSON.stringify(users.map(user => user.name))) },
      ...users.map(({ password }, index) => secretVariable(`PASSWORD_${index}`, password)),
      ...peering ? [{ name: 'PEER', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] : [],
      ...clientTls.secretName === undefined ? [{ name: 'CERTIFICATE', value: name }] : [],
    ],
    resources: smallResources(limitsCpu(spec)),
    volumeMounts: [{ name: 'start', mountPath: PROGRAM_MOUNT, readOnly: true }, { name: 'run', mountPath: RUN_MOUNT }],
  };
}

/** The library of the exporter takes the password from the variable: it needs no escaping there. */
function exporterContainer(spec: PoolerSpec, image: string): k8s.Container {
  return {
    name: 'exporter',
    image,
    imagePullPolicy: spec.imagePullPolicy,
    env: [
      { name: 'PGBOUNCER_EXPORTER_CONNECTION_STRING', value: `postgres://${spec.authUser}@127.0.0.1:${POOLER_PORT}/pgbouncer?sslmode=require` },
      secretVariable('PGPASSWORD', spec.authPassword),
    ],
    ports: [{ name: 'pool-metrics', containerPort: EXPORTER_PORT, protocol: 'TCP' }],
    resources: smallResources(limitsCpu(spec)),
  };
}
