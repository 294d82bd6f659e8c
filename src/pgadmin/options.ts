import { Size } from 'cdk8s';
import { ContainerImage } from '../kit/image';
import { PlacementOptions } from '../kit/placement';
import { PodOptions } from '../kit/pod-options';
import { PullPolicy } from '../kit/pull-policy';
import { Resources } from '../kit/resources';
import { SecretKey } from '../kit/secret-key';
import { ServiceOptions } from '../kit/service-options';
import { ISpiloCluster } from '../spilo/cluster-ref';
import { ConnectionTarget } from '../spilo/connection';

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
   * Where the password of the first user is: a Secret in the namespace of pgAdmin. It only counts while the volume is
   * empty; later pgAdmin itself changes it.
   *
   * @changes bootstrap
   */
  readonly password: SecretKey;

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
   * @default - docker.io/dpage/pgadmin4:9.17, whose user and group are 5050
   * @changes rollout
   */
  readonly image?: ContainerImage;

  /**
   * When the kubelet pulls the image.
   *
   * @default PullPolicy.IF_NOT_PRESENT
   * @changes rollout
   */
  readonly imagePullPolicy?: PullPolicy;

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
  readonly resources?: Resources;

  /**
   * Whether pgAdmin replaces its list of servers by `servers` at each start. Servers that people added by hand are then
   * lost, and with them the passwords that pgAdmin saved for them.
   *
   * @default false
   * @changes rollout
   */
  readonly replaceServers?: boolean;

  /**
   * On which nodes the pod runs.
   *
   * @default - anywhere
   */
  readonly placement?: PlacementOptions;

  /**
   * Additions to the pod.
   *
   * @default - none
   */
  readonly pod?: PodOptions;
}
