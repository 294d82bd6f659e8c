import { Size } from 'cdk8s';
import { Access } from '../features/access/access';
import { Backup } from '../features/backup/backup';
import { Bootstrap } from '../features/bootstrap/bootstrap';
import { CallbackOptions } from '../features/callback/callback';
import { Credentials } from '../features/credentials/credentials';
import { LogicalDumpOptions } from '../features/logical/dump';
import { LogicalRestoreOptions } from '../features/logical/restore';
import { PatroniOptions } from '../features/patroni/patroni';
import { PostgresOptions } from '../features/postgres/postgres';
import { RolloutOptions } from '../features/rollout/rollout';
import { ServiceAccountOptions } from '../features/service-account/service-account';
import { StorageOptions } from '../features/storage/storage';
import { Tls } from '../features/tls/tls';
import { PlacementOptions } from '../kit/placement';
import { PodOptions } from '../kit/pod-options';
import { PullPolicy } from '../kit/pull-policy';
import { Resources } from '../kit/resources';
import { ServiceOptions } from '../kit/service-options';
import { SpiloImage } from '../spilo/image';

/**
 * The pods of the library's own Jobs: rollout, backups on demand, drills, dumps, restores.
 */
export interface JobOptions {
  /**
   * Labels of the pods, beside the library's own.
   *
   * @default - none
   * @changes at-once
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the pods. In a namespace with a service mesh, a Job ends only without its sidecar:
   * `{ 'sidecar.istio.io/inject': 'false' }`.
   *
   * @default - none
   * @changes at-once
   */
  readonly annotations?: { [key: string]: string };

  /**
   * On which nodes the pods run. How far they stay away from each other has no meaning for them.
   *
   * @default - the nodes, tolerations, priority and scheduler of the members
   * @changes at-once
   */
  readonly placement?: PlacementOptions;
}

/**
 * Properties of a `SpiloCluster`. Only `storage` and PostgreSQL's version must be given; every default is safe in production.
 *
 * The tag `changes` says what a changed value does to a running cluster; `docs/changes.md` lists it for all properties.
 */
export interface SpiloClusterProps {
  /**
   * Name of the cluster: of its StatefulSet, its leader Service and its Patroni scope, and the stem of all other names.
   * At most 52 characters of `a-z`, `0-9` and `-`, beginning with a letter. Another name is another, empty cluster.
   *
   * @default - the id of the construct
   * @changes recreation
   */
  readonly clusterName?: string;

  /**
   * Number of members: one leader and its replicas. Two survive the loss of one; three keep a replica while one is
   * replaced. Removed members keep their claims, see `storage.whenScaled`. With 0 there is no database until a number is given
   * again.
   *
   * @default 3
   * @changes at-once
   */
  readonly instances?: number;

  /**
   * The Spilo image of all members. An image without the running PostgreSQL major makes the members fail.
   *
   * @default SpiloImage.SPILO_17_4_0_P3
   * @changes rollout
   */
  readonly image?: SpiloImage;

  /**
   * When the kubelet pulls the image. It has more than a gigabyte: pulling it always delays every failover.
   *
   * @default PullPolicy.IF_NOT_PRESENT
   * @changes rollout
   */
  readonly imagePullPolicy?: PullPolicy;

  /**
   * Names and passwords of PostgreSQL's superuser and replication user. Spilo's built-in passwords (they are public) can
   * not be reached. Patroni sets passwords at bootstrap: a changed Secret alone changes nothing in PostgreSQL.
   *
   * @default Credentials.generated()
   * @changes dangerous
   */
  readonly credentials?: Credentials;

  /**
   * The volume of each member.
   */
  readonly storage: StorageOptions;

  /**
   * CPU and memory of the database container. Give a memory limit: PostgreSQL's `shared_buffers` follows from it.
   * No CPU limit by default, since throttling delays Patroni's loop and causes failovers.
   *
   * @default - 250 millicores and 1 GiB requested, limit of 1 GiB memory
   * @changes rollout
   */
  readonly resources?: Resources;

  /**
   * Size of `/dev/shm`, which parallel queries need (container runtimes give 64 MiB). It is held in memory, on the
   * account of the container's memory limit.
   *
   * @default Size.mebibytes(256)
   * @changes rollout
   */
  readonly sharedMemory?: Size;

  /**
   * On which nodes members run, and how far from each other.
   *
   * @default - anywhere, on different hosts as far as possible
   */
  readonly placement?: PlacementOptions;

  /**
   * The Service of the leader, named as the cluster. In Endpoints mode it never points at a dead leader, whatever its
   * type: prefer it to `access` for clients outside the cluster.
   *
   * @default - a ClusterIP Service
   */
  readonly leaderService?: ServiceOptions;

  /**
   * The Service `<cluster>-repl` of the replicas, for reading.
   *
   * @default - a ClusterIP Service
   */
  readonly replicaService?: ServiceOptions;

  /**
   * Further entry points: NodePorts and load balancers that select members by their role.
   *
   * @default - none
   * @changes at-once
   */
  readonly access?: Access[];

  /**
   * A program that each member runs when its role changes.
   *
   * @default - none
   */
  readonly callback?: CallbackOptions;

  /**
   * Patroni: its store, timing, synchronous replication, slots and tags.
   *
   * @default - Patroni on Endpoints with its own timing, asynchronous, failsafe mode on
   */
  readonly patroni?: PatroniOptions;

  /**
   * PostgreSQL: version, parameters, client authentication and initialization.
   */
  readonly postgres: PostgresOptions;

  /**
   * WAL archive and base backups.
   *
   * @default - none; synthesis warns about it
   * @changes rollout
   */
  readonly backup?: Backup;

  /**
   * Where the data of a new cluster comes from: nowhere, the backups of another cluster, or a running server. It counts
   * once, when the cluster is made. Remove it afterwards, when a rollout is convenient: the members then no longer mount
   * what they were made from.
   *
   * @default Bootstrap.initdb()
   * @changes rollout
   */
  readonly bootstrap?: Bootstrap;

  /**
   * A CronJob that writes databases and roles into a store with PostgreSQL's own tools.
   *
   * @default - none
   */
  readonly logicalDump?: LogicalDumpOptions;

  /**
   * A Job that restores databases from a logical dump of this or another cluster.
   *
   * @default - none
   */
  readonly logicalRestore?: LogicalRestoreOptions;

  /**
   * The server certificate.
   *
   * @default - Spilo signs one by itself at each start of a pod, valid for 30 days
   * @changes rollout
   */
  readonly tls?: Tls;

  /**
   * How changes reach the members, and how many may be away at once.
   *
   * @default - replicas one by one, the leader last; one member may be away
   */
  readonly rollout?: RolloutOptions;

  /**
   * The ServiceAccount that the members use for Patroni's store.
   *
   * @default - one named as the cluster
   * @changes rollout
   */
  readonly serviceAccount?: ServiceAccountOptions;

  /**
   * Additions to the members' pods: labels, environment, sidecars, volumes.
   *
   * @default - none
   */
  readonly pod?: PodOptions;

  /**
   * The pods of the library's own Jobs.
   *
   * @default - on the members' nodes, without further labels and annotations
   */
  readonly jobs?: JobOptions;
}
