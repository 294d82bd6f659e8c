import { createHash } from 'crypto';
import { ApiObject, Size } from 'cdk8s';
import { ContainerResources, Cpu, ImagePullPolicy, k8s, PersistentVolumeAccessMode, SecretValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { serviceRules, ServiceOptions } from './access';
import { ConnectionTarget, ISpiloCluster } from './cluster-ref';
import { Manifest } from './private/contribution';
import { Labels } from './private/labels';
import { DNS_1035, MAX_DNS_LABEL } from './private/names';
import { isPositive, quantity, resourceRequirements } from './private/quantity';
import { openService } from './private/render/service';
import { check, refusal, Rule, valueRule } from './private/rules';
import { isObjectName, isOneLine } from './private/syntax';
import { watch } from './private/watch';
import { resourcesRules } from './resources';

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
 * token of the Kubernetes API. One pod at a time: its database is a file on one volume.
 */
export class PgAdmin extends Construct {
  /** The list of servers. */
  public readonly configMap: ApiObject;
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
    const { service = {} } = props;
    const serverList = servers(props.servers);
    this.configMap = this.create(configMap(context, serverList));
    this.claim = this.create(claim(context));
    this.service = this.create(openService('Service', context.name, labels(context.name), service, HTTP, selector(context.name)));
    this.deployment = this.create(deployment(context, serverList));
    watch(this, service.nodePort === undefined ? [] : [service.nodePort]);
  }

  private create({ id, apiVersion, kind, name, labels: metadata, annotations, body }: Manifest): ApiObject {
    return new ApiObject(this, id, { apiVersion, kind, metadata: { name, labels: metadata, annotations }, ...body });
  }
}

interface PgAdminContext { readonly props: PgAdminProps; readonly name: string }

/** User of the image, and the group that its volumes get. */
const PGADMIN_UID = 5050;
/** Above 1024: without capabilities a process cannot listen below. */
const PORT = 8080;
const HTTP: k8s.ServicePort = { name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' };

const DEFAULT_IMAGE = 'docker.io/dpage/pgadmin4:9.17';
/** The first release whose entry point runs a Python without file capability when capabilities are dropped. */
const LEAST_VERSION = [9, 16];
const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(100) },
  memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) },
};

const resourcesOf = ({ props }: PgAdminContext) => props.resources ?? DEFAULT_RESOURCES;
const sizeOf = ({ props }: PgAdminContext) => props.storage?.size ?? Size.gibibytes(1);

const EMAIL = /^[\w%+-]+(\.[\w%+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})$/;
/** Top-level domains that the library `email-validator`, which pgAdmin asks, refuses. */
const UNDELIVERABLE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];

function isEmail(email: string): boolean {
  const topLevel = EMAIL.exec(email)?.pop()?.toLowerCase();
  return topLevel !== undefined && !UNDELIVERABLE.includes(topLevel);
}

/** An own image's name and a digest say nothing about the version; a tag `latest` or `9` moves. */
function isImage(image: string): boolean {
  const [, name, tag] = /^\S*?([^\s/:@]+)(?::([\w][\w.-]{0,127})|@sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  if (name === undefined || tag === 'latest') { return false; }
  const [, major, minor] = (name === 'pgadmin4' && tag !== undefined && /^(\d+)(?:\.(\d+))?/.exec(tag)) || [];
  return major === undefined || (minor !== undefined && [Number(major) - LEAST_VERSION[0], Number(minor) - LEAST_VERSION[1]].find(Boolean) !== undefined
    ? Number(major) > LEAST_VERSION[0] || (Number(major) === LEAST_VERSION[0] && Number(minor) > LEAST_VERSION[1])
    : minor !== undefined);
}

/** Checks of `PgAdminProps`. */
export const PGADMIN_RULES: readonly Rule<PgAdminContext>[] = [
];
