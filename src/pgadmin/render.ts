import { createHash } from 'crypto';
import { ImagePullPolicy, k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { imageOf, PgAdminContext, resourcesOf, settle, sizeOf } from './context';
import { Manifest } from '../kernel/contribution';
import { quantity, resourceRequirements } from '../kernel/quantity';
import { openService } from '../kit/service';
import { Labels } from '../spilo/labels';

/** The image's user; its volumes get the group of the same number. */
const PGADMIN_ID = 5050;
/** Above 1024, since a process without capabilities cannot listen below. */
const PORT = 8080;
const PORT_NAME = 'http';


const DATA_MOUNT = '/var/lib/pgadmin';
const SERVERS_MOUNT = '/servers';
const LOGIN_MOUNT = '/login';
const RUN_MOUNT = '/run/pgadmin';

/** What the Service selects by. The members' selector has other keys: it never matches this pod. */
function selector(name: string): Labels {
  return { 'app.kubernetes.io/name': 'pgadmin', 'app.kubernetes.io/instance': name };
}

function labels(name: string): Labels {
  return { ...selector(name), 'app.kubernetes.io/component': 'administration' };
}

/** pgAdmin's format: entries by number. Their order is the order in the tree. */
function serversJson({ props }: PgAdminContext): string {
  const entries = props.servers.map(settle).map(({ name, host, port, database, user, sslMode }, index) => [index + 1, {
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

export function serverList(context: PgAdminContext): Manifest {
  return {
    id: 'ServerList',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: `${context.name}-servers`,
    labels: labels(context.name),
    body: { data: { 'servers.json': serversJson(context) } },
  };
}

export function claim(context: PgAdminContext): Manifest {
  return {
    id: 'Claim',
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name: `${context.name}-data`,
    labels: labels(context.name),
    body: {
      spec: k8s.toJson_PersistentVolumeClaimSpec({
        accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
        storageClassName: context.props.storage?.storageClassName,
        resources: { requests: { storage: k8s.Quantity.fromString(quantity(sizeOf(context))) } },
      }),
    },
  };
}

export function service({ name, props }: PgAdminContext): Manifest {
  const port = { name: PORT_NAME, port: 80, targetPort: k8s.IntOrString.fromString(PORT_NAME), protocol: 'TCP' };
  return openService('Service', name, labels(name), props.service ?? {}, port, selector(name));
}

/** Two pods at a time would share one database file: the old one goes before the new one comes. */
export function deployment(context: PgAdminContext): Manifest {
  const { name, props } = context;
  const spec: k8s.DeploymentSpec = {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: selector(name) },
    template: {
      metadata: { labels: labels(name), annotations: props.replaceServers ? { 'cdk8s-spilo/servers': hash(serversJson(context)) } : undefined },
      spec: podSpec(context),
    },
  };
  return {
    id: 'Deployment', apiVersion: 'apps/v1', kind: 'Deployment', name, labels: labels(name), body: { spec: k8s.toJson_DeploymentSpec(spec) },
  };
}

/** With `replaceServers` another list is another pod, which reads it. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function podSpec(context: PgAdminContext): k8s.PodSpec {
  const { name, props } = context;
  return {
    automountServiceAccountToken: false,
    // Kubernetes would set PGADMIN_* variables for Services whose names begin so; the entry point reads some as settings.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: PGADMIN_ID,
      runAsGroup: PGADMIN_ID,
      fsGroup: PGADMIN_ID,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(context)],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: `${name}-data` } },
      { name: 'servers', configMap: { name: `${name}-servers` } },
      { name: 'login', secret: { secretName: props.password.secret.name, defaultMode: 0o440, items: [{ key: props.password.key, path: 'password' }] } },
      { name: 'run', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

function container(context: PgAdminContext): k8s.Container {
  const { props } = context;
  const ping = { httpGet: { path: '/misc/ping', port: k8s.IntOrString.fromString(PORT_NAME), scheme: 'HTTP' }, timeoutSeconds: 5 };
  return {
    name: 'pgadmin',
    image: imageOf(context),
    imagePullPolicy: props.imagePullPolicy ?? ImagePullPolicy.IF_NOT_PRESENT,
    env: env(context),
    ports: [{ name: PORT_NAME, containerPort: PORT, protocol: 'TCP' }],
    // The first start makes pgAdmin's database before anything listens.
    startupProbe: { ...ping, periodSeconds: 5, failureThreshold: 60 },
    readinessProbe: { ...ping, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...ping, periodSeconds: 30, failureThreshold: 3 },
    resources: resourceRequirements(resourcesOf(context)),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'data', mountPath: DATA_MOUNT },
      { name: 'servers', mountPath: SERVERS_MOUNT, readOnly: true },
      { name: 'login', mountPath: LOGIN_MOUNT, readOnly: true },
      { name: 'run', mountPath: RUN_MOUNT },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

/**
 * Variables of the image's entry point. The configuration file that it writes at each start must not lie in the image,
 * whose file system is read-only; Postfix would be started by `sudo`, which needs privileges, and nothing sends mail.
 */
function env({ props }: PgAdminContext): k8s.EnvVar[] {
  return Object.entries({
    PGADMIN_DEFAULT_EMAIL: props.email,
    PGADMIN_DEFAULT_PASSWORD_FILE: `${LOGIN_MOUNT}/password`,
    PGADMIN_LISTEN_PORT: String(PORT),
    PGADMIN_SERVER_JSON_FILE: `${SERVERS_MOUNT}/servers.json`,
    PGADMIN_CUSTOM_CONFIG_DISTRO_FILE: `${RUN_MOUNT}/config_distro.py`,
    PGADMIN_DISABLE_POSTFIX: 'True',
    ...(props.replaceServers ? { PGADMIN_REPLACE_SERVERS_ON_STARTUP: 'True' } : {}),
  }).map(([name, value]) => ({ name, value }));
}
