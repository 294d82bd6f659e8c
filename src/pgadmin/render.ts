import { k8s } from 'cdk8s-plus-27';
import { PgAdminSpec } from './spec';
import { Manifest, once, Texts } from '../kernel/contribution';
import { hash } from '../kernel/hash';
import { resourceRequirements } from '../kernel/quantity';
import { AccessMode } from '../kit/access-mode';
import { deployed } from '../kit/companion';
import { claim, configMap } from '../kit/objects';
import { podPlacement } from '../kit/placement';
import { RESTRICTED, safeToEvict } from '../kit/pod';
import { secretFiles } from '../kit/secret-key';
import { openService, tcpPort } from '../kit/service';

/** Above 1024, since a process without capabilities cannot listen below. */
const PORT = 8080;
const PORT_NAME = 'http';
export const CONTAINER = 'pgadmin';

const DATA_MOUNT = '/var/lib/pgadmin';
const SERVERS_MOUNT = '/servers';
const LOGIN_MOUNT = '/login';
const RUN_MOUNT = '/run/pgadmin';

const serversName = (name: string) => `${name}-servers`;
const dataName = (name: string) => `${name}-data`;

/** Names of all objects. */
export const objectNames = ({ name }: PgAdminSpec) => [name, serversName(name), dataName(name)];

/** What the Service selects by. The members' selector has other keys: it never matches this pod. */
function selector(name: string): Texts {
  return { 'app.kubernetes.io/name': 'pgadmin', 'app.kubernetes.io/instance': name };
}

/** pgAdmin's format: entries by number. Their order is the order in the tree. */
function serversJson({ servers }: PgAdminSpec): string {
  const entries = servers.map(({ name, host, port, database, user, sslMode }, index) => [index + 1, {
    Name: name,
    Group: 'Servers',
    Host: host,
    Port: port,
    MaintenanceDB: database,
    Username: user,
    ConnectionParameters: { sslmode: sslMode, connect_timeout: 10 },
  }]);
  return JSON.stringify({ Servers: Object.fromEntries(entries) }, undefined, 2);
}

/**
 * Variables of the image's entry point. The configuration file that it writes at each start must not lie in the image,
 * whose file system is read-only; Postfix would be started by `sudo`, which needs privileges, and nothing sends mail.
 */
function env({ email, replaceServers }: PgAdminSpec): k8s.EnvVar[] {
  return Object.entries({
    PGADMIN_DEFAULT_EMAIL: email,
    PGADMIN_DEFAULT_PASSWORD_FILE: `${LOGIN_MOUNT}/password`,
    PGADMIN_LISTEN_PORT: String(PORT),
    PGADMIN_SERVER_JSON_FILE: `${SERVERS_MOUNT}/servers.json`,
    PGADMIN_CUSTOM_CONFIG_DISTRO_FILE: `${RUN_MOUNT}/config_distro.py`,
    PGADMIN_DISABLE_POSTFIX: 'True',
    ...(replaceServers ? { PGADMIN_REPLACE_SERVERS_ON_STARTUP: 'True' } : {}),
  }).map(([name, value]) => ({ name, value }));
}

/** The container of the library's own, without what the user adds. */
export function container(spec: PgAdminSpec): k8s.Container {
  const ping = { httpGet: { path: '/misc/ping', port: k8s.IntOrString.fromString(PORT_NAME), scheme: 'HTTP' }, timeoutSeconds: 5 };
  return {
    name: CONTAINER,
    image: spec.image.reference,
    imagePullPolicy: spec.imagePullPolicy,
    env: env(spec),
    ports: [{ name: PORT_NAME, containerPort: PORT, protocol: 'TCP' }],
    // The first start makes pgAdmin's database before anything listens.
    startupProbe: { ...ping, periodSeconds: 5, failureThreshold: 60 },
    readinessProbe: { ...ping, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...ping, periodSeconds: 30, failureThreshold: 3 },
    resources: resourceRequirements(spec.resources),
    securityContext: { ...RESTRICTED, readOnlyRootFilesystem: spec.pod.readOnlyRootFilesystem },
    volumeMounts: [
      { name: 'data', mountPath: DATA_MOUNT },
      { name: 'servers', mountPath: SERVERS_MOUNT, readOnly: true },
      { name: 'login', mountPath: LOGIN_MOUNT, readOnly: true },
      { name: 'run', mountPath: RUN_MOUNT },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

/** The volumes of the library's own. */
export function volumes({ name, password }: PgAdminSpec): k8s.Volume[] {
  return [
    { name: 'data', persistentVolumeClaim: { claimName: dataName(name) } },
    { name: 'servers', configMap: { name: serversName(name) } },
    secretFiles('login', password, 'password'),
    { name: 'run', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
  ];
}

/** Two pods at a time would share one database file: the old one goes before the new one comes. */
function deployment(spec: PgAdminSpec, labels: Texts): Manifest {
  const { name, pod, replaceServers, image } = spec;
  const own = container(spec);
  return deployed({
    id: 'Deployment',
    name,
    labels,
    selector: selector(name),
    replicas: 1,
    alone: true,
    podLabels: pod.labels,
    // With `replaceServers` another list is another pod, which reads it.
    podAnnotations: {
      ...safeToEvict(volumes(spec)), ...replaceServers ? { 'cdk8s-spilo/servers': hash(serversJson(spec)) } : {}, ...pod.annotations,
    },
    pod: {
      user: { uid: image.uid ?? 0, gid: image.gid ?? 0, ownsVolumes: true },
      gracePeriod: pod.terminationGracePeriod,
      pullSecrets: pod.imagePullSecrets,
      placement: podPlacement(spec.placement, selector(name)),
      containers: [{ ...own, env: [...own.env!, ...pod.env], volumeMounts: once([...own.volumeMounts!, ...pod.volumeMounts]) }],
      users: { containers: pod.sidecars, initContainers: pod.initContainers },
      volumes: once([...volumes(spec), ...pod.volumes]),
    },
  });
}

/** All objects. */
export function pgAdminManifests(spec: PgAdminSpec): Manifest[] {
  const { name, storage, service } = spec;
  const labels = { ...selector(name), 'app.kubernetes.io/component': 'administration' };
  return [
    configMap('ServerList', serversName(name), labels, { 'servers.json': serversJson(spec) }),
    claim('Claim', dataName(name), labels, { ...storage, accessMode: AccessMode.READ_WRITE_ONCE }),
    openService('Service', name, labels, service, tcpPort(PORT_NAME, 80, PORT_NAME), selector(name)),
    deployment(spec, labels),
  ];
}
