import { createHash } from 'crypto';
import { ApiObject, Size } from 'cdk8s';
import { ContainerResources, Cpu, ImagePullPolicy, k8s, PersistentVolumeAccessMode, SecretValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ConnectionTarget, ISpiloCluster } from './cluster-ref';
import { Manifest } from './private/contribution';
import { Labels } from './private/labels';
import { ManifestObject } from './private/manifest-object';
import { DNS_1035, MAX_DNS_LABEL } from './private/names';
import { isPositive, quantity, resourceRequirements } from './private/quantity';
import { openService } from './private/render/service';
import { check, refusal, Rule, valueRule } from './private/rules';
import { isObjectName, isOneLine } from './private/syntax';
import { watch } from './private/watch';
import { resourcesRules } from './resources';
import { ServiceOptions, serviceRules } from './service-options';

/**
 * Whether a connection is encrypted.
 */
export enum SslMode {
  /** Without TLS. Members refuse it unless `postgres.allowPlaintext` is set. */
  DISABLE = 'disable',
  /** With TLS where the server offers it. */
  PREFER = 'prefer',
  /** With TLS. The server's certificate is not verified. */
  REQUIRE = 'require',
}

/**
 * One entry of pgAdmin's list of servers. Passwords are never in it: pgAdmin asks for them.
 */
export interface PgAdminServer {
  /** The cluster to connect to. */
  readonly cluster: ISpiloCluster;

  /**
   * The members to connect to.
   *
   * @default ConnectionTarget.LEADER
   */
  readonly target?: ConnectionTarget;

  /**
   * What pgAdmin calls the entry.
   *
   * @default - the name of the cluster; for the replicas followed by ` (replicas)`
   */
  readonly name?: string;

  /**
   * The database that pgAdmin connects to first.
   *
   * @default 'postgres'
   */
  readonly database?: string;

  /**
   * The user that pgAdmin proposes.
   *
   * @default - the superuser of the cluster
   */
  readonly user?: string;

  /**
   * Whether the connection is encrypted.
   *
   * @default SslMode.REQUIRE
   */
  readonly sslMode?: SslMode;
}

/**
 * The volume with pgAdmin's own database: its users, preferences, saved passwords and files.
 */
export interface PgAdminStorageOptions {
  /**
   * Size of the claim `<name>-data`. It can grow where the storage class allows it.
   *
   * @default Size.gibibytes(1)
   * @changes at-once
   */
  readonly size?: Size;

  /**
   * Storage class of the claim.
   *
   * @default - the default class of the Kubernetes cluster
   * @changes never
   */
  readonly storageClassName?: string;
}

/**
 * Properties of `PgAdmin`.
 */
export interface PgAdminProps {
  /**
   * The servers that pgAdmin lists. pgAdmin reads the list when its volume is empty, or with `replaceServers` at each start.
   *
   * @changes bootstrap unless `replaceServers` is set, which replaces the pod
   */
  readonly servers: PgAdminServer[];

  /**
   * E-mail address of the first user, an administrator, with which it logs in. Nothing is sent to it. pgAdmin refuses
   * domains that can receive no mail, such as those ending with `.local`. It only counts while the volume is empty.
   *
   * @changes bootstrap
   */
  readonly email: string;

  /**
   * Where the password of the first user is: a Secret, in the namespace of pgAdmin. It only counts while the volume is
   * empty; later pgAdmin itself changes it.
   *
   * @changes bootstrap
   */
  readonly password: SecretValue;

  /**
   * Name of the Deployment and the Service, and stem of the other names.
   *
   * @default - the id of the construct
   * @changes recreation
   */
  readonly name?: string;

  /**
   * The image: pgAdmin 9.16 or newer. The Python of older ones has a file capability, and the kernel refuses to run it
   * in a container without capabilities.
   *
   * @default 'docker.io/dpage/pgadmin4:9.17'
   * @changes rollout
   */
  readonly image?: string;

  /**
   * When the kubelet pulls the image.
   *
   * @default ImagePullPolicy.IF_NOT_PRESENT
   * @changes rollout
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * How pgAdmin is reached: port 80 of a Service, without TLS. Put an Ingress with TLS before it, or use
   * `kubectl port-forward`; over a NodePort passwords travel in clear.
   *
   * @default - a ClusterIP Service
   */
  readonly service?: ServiceOptions;

  /**
   * The volume.
   *
   * @default - 1 GiB of the default storage class
   */
  readonly storage?: PgAdminStorageOptions;

  /**
   * CPU and memory. pgAdmin holds query results in memory: a limit is required.
   *
   * @default - 100 millicores and 256 MiB requested, limit of 1 GiB memory
   * @changes rollout
   */
  readonly resources?: ContainerResources;

  /**
   * Whether pgAdmin replaces its list of servers by `servers` at each start. Servers that people added by hand are then
   * lost, and with them the passwords that pgAdmin saved for them.
   *
   * @default false
   * @changes rollout
   */
  readonly replaceServers?: boolean;
}

/**
 * pgAdmin beside its clusters, with the clusters listed.
 *
 * It runs as the image's user 5050 under Pod Security `restricted`, with a read-only root file system and without a
 * token of the Kubernetes API. One pod at a time: its own database is a file on one volume.
 */
export class PgAdmin extends Construct {
  /** The list of servers, a ConfigMap. */
  public readonly serverList: ApiObject;
  /** The claim of the volume. Deleting it deletes pgAdmin's users and what they saved. */
  public readonly claim: ApiObject;
  /** The Service. */
  public readonly service: ApiObject;
  /** The Deployment. */
  public readonly deployment: ApiObject;

  constructor(scope: Construct, id: string, props: PgAdminProps) {
    const context: PgAdminContext = { props, name: props.name ?? id };
    const violations = check(PGADMIN_RULES, context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id);
    this.serverList = new ManifestObject(this, serverList(context));
    this.claim = new ManifestObject(this, claim(context));
    this.service = new ManifestObject(this, service(context));
    this.deployment = new ManifestObject(this, deployment(context));
    watch(this, props.service?.nodePort === undefined ? [] : [props.service.nodePort]);
  }
}

interface PgAdminContext { readonly props: PgAdminProps; readonly name: string }

/** The image's user; its volumes get the group of the same number. */
const PGADMIN_ID = 5050;
/** Above 1024, since a process without capabilities cannot listen below. */
const PORT = 8080;
const PORT_NAME = 'http';

const DEFAULT_IMAGE = 'docker.io/dpage/pgadmin4:9.17';
/** The first release that runs a Python without file capability where capabilities are dropped. */
const LEAST_VERSION = [9, 16];
const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(100) },
  memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) },
};

const DATA_MOUNT = '/var/lib/pgadmin';
const SERVERS_MOUNT = '/servers';
const LOGIN_MOUNT = '/login';
const RUN_MOUNT = '/run/pgadmin';

const imageOf = ({ props }: PgAdminContext) => props.image ?? DEFAULT_IMAGE;
const sizeOf = ({ props }: PgAdminContext) => props.storage?.size ?? Size.gibibytes(1);
const resourcesOf = ({ props }: PgAdminContext) => props.resources ?? DEFAULT_RESOURCES;

/** An entry with every value known. */
function settle({ cluster, target = ConnectionTarget.LEADER, name, database = 'postgres', user, sslMode = SslMode.REQUIRE }: PgAdminServer) {
  const toLeader = target === ConnectionTarget.LEADER;
  return {
    name: name ?? `${cluster.clusterName}${toLeader ? '' : ' (replicas)'}`,
    host: toLeader ? cluster.leaderHost : cluster.replicaHost,
    port: cluster.postgresPort,
    database,
    user: user ?? cluster.superuserName,
    sslMode,
  };
}

const isText = (value: unknown) => isOneLine(value) && value.trim() !== '';

const EMAIL = /^[\w%+-]+(\.[\w%+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})$/;
/** Domains that `email-validator`, the library that pgAdmin asks, refuses as undeliverable. */
const UNDELIVERABLE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];

function isEmail(email: string): boolean {
  const topLevel = EMAIL.exec(email)?.pop();
  return topLevel !== undefined && !UNDELIVERABLE.includes(topLevel.toLowerCase());
}

/** A digest and the name of somebody's own image say nothing about the version inside. */
function isImage(image: string): boolean {
  if (!/^\S+(:\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest')) { return false; }
  const [, version] = /(?:^|\/)pgadmin4:([\d.]+)$/.exec(image) ?? [];
  const [major, minor] = (version ?? '').split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return version === undefined || major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Checks of `PgAdminProps`. */
export const PGADMIN_RULES: readonly Rule<PgAdminContext>[] = [
  valueRule('pgadmin-name', 'name', `1 to ${MAX_DNS_LABEL} of a-z 0-9 -, beginning with a letter and not ending with -`,
    'The API server refuses the Service.',
    ({ name }) => name, name => DNS_1035.test(name) && name.length <= MAX_DNS_LABEL),
  valueRule('pgadmin-image', 'image', `a name with a digest or a tag that does not move; pgAdmin ${LEAST_VERSION.join('.')} or newer`,
    'Python in older images carries a file capability: a container without capabilities cannot run it (Operation not permitted).',
    imageOf, isImage),
  valueRule('pgadmin-email', 'email', `an address such as admin@example.org; not in ${UNDELIVERABLE.map(domain => `.${domain}`).join(', ')}`,
    'pgAdmin checks the address at its first start and ends: the pod starts again forever.',
    ({ props }) => props.email, isEmail),
  valueRule('pgadmin-password-key', 'password.key', '1 to 253 of A-Z a-z 0-9 - _ .',
    'No Secret can have such a key: the pod waits for it forever.',
    ({ props }) => props.password.key, key => /^[-._a-zA-Z0-9]{1,253}$/.test(key)),
  valueRule('pgadmin-servers', 'servers', 'at least one',
    'pgAdmin would know no cluster.',
    ({ props }) => props.servers, list => list.length > 0),
  {
    id: 'pgadmin-server',
    property: 'servers',
    allowed: 'one-line texts that are not empty',
    why: 'pgAdmin imports no server at all when one has no name, no user or no database.',
    find: ({ props }) => props.servers.flatMap((server, index) => {
      const { name, database, user } = settle(server);
      return Object.entries({ name, database, user }).filter(([, value]) => !isText(value))
        .map(([key, received]) => ({ property: `servers[${index}].${key}`, received }));
    }),
  },
  {
    id: 'pgadmin-server-name',
    property: 'servers',
    allowed: 'a different name for each',
    why: 'Nobody could tell which database a click leads to.',
    find: ({ props }) => props.servers.map(server => settle(server).name)
      .map((received, index, all) => ({ property: `servers[${index}].name`, received, again: all.indexOf(received) < index }))
      .filter(({ again }) => again).map(({ property, received }) => ({ property, received })),
  },
  valueRule('pgadmin-storage-size', 'storage.size', 'more than zero, in whole kibibytes', 'The API server refuses the claim.',
    context => quantity(sizeOf(context)), (_, context) => isPositive(sizeOf(context))),
  valueRule('pgadmin-storage-class', 'storage.storageClassName', 'a DNS-1123 subdomain', 'The API server refuses the claim.',
    ({ props }) => props.storage?.storageClassName, isObjectName),
  ...resourcesRules(resourcesOf),
  {
    id: 'pgadmin-memory-limit',
    property: 'resources.memory.limit',
    allowed: 'a limit',
    why: 'pgAdmin holds query results in memory: without a limit one query takes the memory of the node.',
    find: context => resourcesOf(context).memory?.limit === undefined ? [{ received: undefined }] : [],
  },
  ...serviceRules<PgAdminContext>('service', ({ props }) => [{ property: 'service', options: props.service ?? {} }]),
];

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

function serverList(context: PgAdminContext): Manifest {
  return {
    id: 'ServerList',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: `${context.name}-servers`,
    labels: labels(context.name),
    body: { data: { 'servers.json': serversJson(context) } },
  };
}

function claim(context: PgAdminContext): Manifest {
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

function service({ name, props }: PgAdminContext): Manifest {
  const port = { name: PORT_NAME, port: 80, targetPort: k8s.IntOrString.fromString(PORT_NAME), protocol: 'TCP' };
  return openService('Service', name, labels(name), props.service ?? {}, port, selector(name));
}

/** Two pods at a time would share one database file: the old one goes before the new one comes. */
function deployment(context: PgAdminContext): Manifest {
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
