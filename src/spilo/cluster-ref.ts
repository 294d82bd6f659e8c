import { Connection, ConnectionOptions, SuperuserConnectionOptions } from './connection';
import { Endpoint } from './endpoint';
import { SpiloImage } from './image';
import { Rule } from '../kernel/rule';
import { DNS_1035, isImage, isLabelKey, isLabelValue, isObjectName, isOneLine, isSecretKey, isWholeNumber, MAX_DNS_LABEL } from '../kernel/syntax';
import { SecretKey } from '../kit/secret-key';

/** Members of a cluster where nobody says a number. */
export const DEFAULT_INSTANCES = 3;

/**
 * A cluster, rendered by this program or by another one: all that is needed to talk to it.
 */
export interface ISpiloCluster {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Namespace of the cluster, where it is known. */
  readonly namespace?: string;
  /** Number of members. */
  readonly instances: number;
  /** Name of the Service of the leader. */
  readonly leaderServiceName: string;
  /** Name of the Service of the replicas. */
  readonly replicaServiceName: string;
  /** Name of the headless Service with a DNS name for every member. */
  readonly podsServiceName: string;
  /** Where the leader answers. */
  readonly leaderEndpoint: Endpoint;
  /** Where the replicas answer. */
  readonly replicaEndpoint: Endpoint;
  /** Port of Patroni's REST API. */
  readonly patroniPort: number;
  /** Labels that all members carry, and nothing else may carry. */
  readonly memberLabels: { [key: string]: string };
  /** Labels of the leader. */
  readonly leaderLabels: { [key: string]: string };
  /** Labels of the replicas. */
  readonly replicaLabels: { [key: string]: string };
  /** Name of the superuser. */
  readonly superuserName: string;
  /** Where the superuser's password is. */
  readonly superuserPassword: SecretKey;
  /** Name of the user that replicas stream with. */
  readonly replicationName: string;
  /** Where the replication user's password is. */
  readonly replicationPassword: SecretKey;
  /** The Spilo image of the members, for Jobs and sidecars that need its programs. */
  readonly image: SpiloImage;
  /** How many connections each member takes, PostgreSQL's `max_connections`, where that is known. */
  readonly maxConnections?: number;
  /**
   * Host, port and libpq's variables for an application.
   *
   * @param options who connects where.
   */
  connection(options: ConnectionOptions): Connection;
  /**
   * The same for the superuser, for administration. An application should have a user of its own.
   *
   * @param options where to; the leader and the database `postgres` if not given.
   */
  superuserConnection(options?: SuperuserConnectionOptions): Connection;
}

/**
 * A cluster that exists already.
 */
export interface SpiloClusterAttributes {
  /** Name of the cluster. */
  readonly clusterName: string;

  /**
   * Namespace of the cluster.
   *
   * @default - the namespace of whoever connects
   */
  readonly namespace?: string;

  /**
   * Number of members.
   *
   * @default 3
   */
  readonly instances?: number;

  /**
   * Where the superuser's password is.
   *
   * @default - key `superuser-password` of the Secret named as the cluster
   */
  readonly superuserPassword?: SecretKey;

  /**
   * Name of the user that replicas stream with.
   *
   * @default 'standby'
   */
  readonly replicationName?: string;

  /**
   * Where the replication user's password is.
   *
   * @default - key `replication-password` of the Secret named as the cluster
   */
  readonly replicationPassword?: SecretKey;

  /**
   * Name of the Service of the leader.
   *
   * @default - the name of the cluster
   */
  readonly leaderServiceName?: string;

  /**
   * Name of the Service of the replicas.
   *
   * @default - `<cluster>-repl`
   */
  readonly replicaServiceName?: string;

  /**
   * Name of the headless Service of all members.
   *
   * @default - `<cluster>-pods`
   */
  readonly podsServiceName?: string;

  /**
   * The Spilo image of the members. Proxies and Jobs run `psql` and Python of it.
   *
   * @default SpiloImage.SPILO_17_4_0_P3
   */
  readonly image?: SpiloImage;

  /**
   * How many connections each member takes, PostgreSQL's `max_connections`. Poolers are checked against it.
   *
   * @default - not known, and poolers are not checked
   */
  readonly maxConnections?: number;
}

/** A cluster as the specs of proxies and pgAdmin have it: plain data. */
export interface ClusterRefSpec {
  readonly name: string;
  readonly namespace?: string;
  readonly instances: number;
  readonly leaderService: string;
  readonly replicaService: string;
  readonly podsService: string;
  readonly patroniPort: number;
  readonly postgresPort: number;
  readonly memberLabels: { readonly [key: string]: string };
  readonly superuser: { readonly name: string; readonly password: SecretKey };
  readonly replicationName: string;
  readonly image: string;
  readonly maxConnections?: number;
  /** The lines of pg_hba.conf, where this program renders the cluster. */
  readonly hba?: readonly string[];
}

/** What a cluster of this program says of itself beside its public members. */
export interface OwnCluster {
  /** @internal */
  readonly _hba?: readonly string[];
}

/** The plain data of a cluster. */
export function clusterRef(cluster: ISpiloCluster): ClusterRefSpec {
  const { _hba: hba } = cluster as OwnCluster;
  return {
    name: cluster.clusterName,
    ...cluster.namespace === undefined ? {} : { namespace: cluster.namespace },
    instances: cluster.instances,
    leaderService: cluster.leaderServiceName,
    replicaService: cluster.replicaServiceName,
    podsService: cluster.podsServiceName,
    patroniPort: cluster.patroniPort,
    postgresPort: cluster.leaderEndpoint.port,
    memberLabels: { ...cluster.memberLabels },
    superuser: { name: cluster.superuserName, password: { ...cluster.superuserPassword } },
    replicationName: cluster.replicationName,
    image: cluster.image.reference,
    ...cluster.maxConnections === undefined ? {} : { maxConnections: cluster.maxConnections },
    ...hba === undefined ? {} : { hba: [...hba] },
  };
}

const isName = (name: unknown) => typeof name === 'string' && DNS_1035.test(name) && name.length <= MAX_DNS_LABEL;
const isPort = (port: unknown) => isWholeNumber(port, 1, 65535);

/** What of a cluster is no name or no number that anybody could use, by the member that has it. */
function unusable(ref: ClusterRefSpec): { [member: string]: unknown } {
  const { name, namespace, leaderService, replicaService, podsService, superuser, memberLabels, ...numbers } = ref;
  const { instances, patroniPort, postgresPort, maxConnections, image } = numbers;
  const checks: { readonly [member: string]: readonly [unknown, boolean] } = {
    clusterName: [name, isName(name)],
    namespace: [namespace, namespace === undefined || (isObjectName(namespace) && !namespace.includes('.') && namespace.length <= MAX_DNS_LABEL)],
    leaderServiceName: [leaderService, isName(leaderService)],
    replicaServiceName: [replicaService, isName(replicaService)],
    podsServiceName: [podsService, isName(podsService)],
    instances: [instances, isWholeNumber(instances, 0, 1000)],
    patroniPort: [patroniPort, isPort(patroniPort)],
    leaderEndpoint: [postgresPort, isPort(postgresPort)],
    maxConnections: [maxConnections, maxConnections === undefined || isWholeNumber(maxConnections, 1, 262143)],
    memberLabels: [memberLabels, Object.entries(memberLabels).every(([key, value]) => isLabelKey(key) && isLabelValue(value))],
    superuserName: [superuser.name, isOneLine(superuser.name) && superuser.name.trim() !== ''],
    superuserPassword: [superuser.password, isObjectName(superuser.password.name) && isSecretKey(superuser.password.key)],
    image: [image, isImage(image)],
  };
  return Object.fromEntries(Object.entries(checks).filter(([, [, isGood]]) => !isGood).map(([member, [value]]) => [member, value]));
}

/** A rule for clusters that are given to a construct. Those of the library pass: anybody may have a class of `ISpiloCluster`. */
export function clusterRefRule<Input>(property: string, clusters: (input: Input) => { readonly [property: string]: ClusterRefSpec }): Rule<Input> {
  return {
    id: 'cluster-reference',
    property,
    allowed: 'a cluster with the names, numbers and labels that one of this library has',
    why: 'They become part of configuration files and selectors, which would mean something else.',
    find: input => Object.entries(clusters(input)).flatMap(([path, cluster]) =>
      Object.entries(unusable(cluster)).map(([member, received]) => ({ property: `${path}.${member}`, received }))),
  };
}

/** Names of objects that a cluster has, also one that another program renders: nothing else may take them. */
export function namesOfCluster({ name, leaderService, replicaService, podsService }: ClusterRefSpec): string[] {
  const suffixes = ['config', 'sync', 'failover', 'leader', 'programs', 'rollout', 'walg', 'walg-files', 'source', 'callback', 'nodeport', 'repl-nodeport', 'lb', 'repl-lb'];
  return [name, leaderService, replicaService, podsService, ...suffixes.map(suffix => `${name}-${suffix}`)];
}
