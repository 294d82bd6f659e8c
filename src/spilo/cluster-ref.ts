import { EnvValue, ISecret, SecretValue } from 'cdk8s-plus-27';

/**
 * Which members a connection is for.
 */
export enum ConnectionTarget {
  /** The leader: reading and writing. */
  LEADER = 'leader',
  /** The replicas: reading only. */
  REPLICAS = 'replicas',
}

/**
 * Who connects where.
 */
export interface ConnectionOptions {
  /**
   * The members to connect to.
   *
   * @default ConnectionTarget.LEADER
   */
  readonly target?: ConnectionTarget;

  /**
   * The database.
   *
   * @default 'postgres'
   */
  readonly database?: string;

  /**
   * The user. Applications should have one of their own.
   *
   * @default - the superuser
   */
  readonly user?: string;

  /**
   * Where the password of `user` is.
   *
   * @default - the superuser's password; must be given together with `user`
   */
  readonly password?: SecretValue;
}

/**
 * How an application reaches the cluster.
 */
export interface Connection {
  /** Host name of the Service. */
  readonly host: string;
  /** Port of the Service. */
  readonly port: number;
  /**
   * libpq's variables, for the containers of a cdk8s-plus workload: `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`,
   * `PGPASSWORD` from its Secret, `PGSSLMODE`, and `PGTARGETSESSIONATTRS`, which keeps a writer off a member that has
   * just ceased to be the leader.
   */
  readonly env: { [name: string]: EnvValue };
}

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
  /** Host name of the leader Service: with the namespace where that is known. */
  readonly leaderHost: string;
  /** Host name of the replica Service. */
  readonly replicaHost: string;
  /** Port of PostgreSQL. */
  readonly postgresPort: number;
  /** Port of Patroni's REST API. */
  readonly patroniPort: number;
  /** Labels that all members carry, and nothing else may carry. */
  readonly memberLabels: { [key: string]: string };
  /** Labels of the leader. */
  readonly leaderLabels: { [key: string]: string };
  /** Labels of the replicas. */
  readonly replicaLabels: { [key: string]: string };
  /** The Secret with the passwords of the superuser and the replication user. */
  readonly credentialsSecret: ISecret;
  /** Name of the superuser. */
  readonly superuserName: string;
  /** Key of the superuser's password in the Secret. */
  readonly superuserPasswordKey: string;
  /** The Spilo image of the members, for Jobs and sidecars that need its programs. */
  readonly image: string;
  /** How many connections each member takes, PostgreSQL's `max_connections`, where that is known. */
  readonly maxConnections?: number;
  /**
   * Host, port and libpq's variables for an application.
   *
   * @param options who connects where; the superuser to the leader if not given.
   */
  connection(options?: ConnectionOptions): Connection;
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
   * Name of the Secret with the passwords.
   *
   * @default - the name of the cluster
   */
  readonly credentialsSecretName?: string;

  /**
   * Name of the superuser.
   *
   * @default 'postgres'
   */
  readonly superuserName?: string;

  /**
   * Key of the superuser's password.
   *
   * @default 'superuser-password'
   */
  readonly superuserPasswordKey?: string;

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
   * @default - that of `SpiloImage.SPILO_17_4_0_P3`
   */
  readonly image?: string;

  /**
   * How many connections each member takes, PostgreSQL's `max_connections`. Poolers are checked against it.
   *
   * @default - not known, and poolers are not checked
   */
  readonly maxConnections?: number;
}
