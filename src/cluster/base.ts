import { Chart } from 'cdk8s';
import { EnvValue, ISecret, Secret } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { check, refusal, Rule } from '../kernel/rule';
import { literally } from '../kernel/text';
import { Connection, ConnectionOptions, ConnectionTarget, ISpiloCluster, SpiloClusterAttributes } from '../spilo/cluster-ref';
import { SpiloImage } from '../spilo/image';
import { clusterLabels } from '../spilo/labels';
import { clusterNames } from '../spilo/names';
import { PATRONI_PORT, POSTGRES_PORT } from '../spilo/paths';

/** Checks of `connection()`. */
export const CONNECTION_RULES: Rule<ConnectionOptions>[] = [{
  id: 'connection-user',
  property: 'connection.user',
  allowed: 'user and password together, or neither',
  why: 'The application would log in as one user with the password of another.',
  find: ({ user, password }) => (user === undefined) !== (password === undefined) ? [{ received: user }] : [],
}];

/**
 * What a cluster of this program and an imported one have in common: everything that others need to talk to it.
 *
 * @internal
 */
export abstract class SpiloClusterBase extends Construct implements ISpiloCluster {
  public readonly clusterName: string;
  public readonly namespace?: string;
  public readonly instances: number;
  public readonly leaderServiceName: string;
  public readonly replicaServiceName: string;
  public readonly podsServiceName: string;
  public readonly postgresPort = POSTGRES_PORT;
  public readonly patroniPort = PATRONI_PORT;
  public readonly memberLabels: { [key: string]: string };
  public readonly leaderLabels: { [key: string]: string };
  public readonly replicaLabels: { [key: string]: string };
  public readonly credentialsSecret: ISecret;
  public readonly superuserName: string;
  public readonly superuserPasswordKey: string;
  public readonly image: string;
  public readonly maxConnections?: number;

  constructor(scope: Construct, id: string, attributes: SpiloClusterAttributes) {
    super(scope, id);
    const names = clusterNames(attributes.clusterName);
    const labels = clusterLabels(attributes.clusterName);
    this.clusterName = attributes.clusterName;
    this.namespace = attributes.namespace ?? Chart.of(this).namespace;
    this.instances = attributes.instances ?? 3;
    this.leaderServiceName = names.leaderService;
    this.replicaServiceName = attributes.replicaServiceName ?? names.replicaService;
    this.podsServiceName = attributes.podsServiceName ?? names.podsService;
    this.memberLabels = { ...labels.members };
    this.leaderLabels = { ...labels.leader };
    this.replicaLabels = { ...labels.replicas };
    this.credentialsSecret = Secret.fromSecretName(this, 'Credentials', attributes.credentialsSecretName ?? names.cluster);
    this.superuserName = attributes.superuserName ?? 'postgres';
    this.superuserPasswordKey = attributes.superuserPasswordKey ?? 'superuser-password';
    this.image = attributes.image ?? SpiloImage.SPILO_17_4_0_P3.reference;
    this.maxConnections = attributes.maxConnections;
  }

  public get leaderHost(): string {
    return this.hostOf(this.leaderServiceName);
  }

  public get replicaHost(): string {
    return this.hostOf(this.replicaServiceName);
  }

  public connection(options: ConnectionOptions = {}): Connection {
    const { target = ConnectionTarget.LEADER, database = 'postgres', user = this.superuserName, password } = options;
    const violations = check(CONNECTION_RULES, options);
    if (violations.length > 0) { throw refusal(this.node.path, violations); }
    const toLeader = target === ConnectionTarget.LEADER;
    const host = toLeader ? this.leaderHost : this.replicaHost;
    return {
      host,
      port: this.postgresPort,
      env: {
        PGHOST: EnvValue.fromValue(host),
        PGPORT: EnvValue.fromValue(String(this.postgresPort)),
        PGDATABASE: EnvValue.fromValue(literally(database)),
        PGUSER: EnvValue.fromValue(literally(user)),
        PGPASSWORD: EnvValue.fromSecretValue(password ?? { secret: this.credentialsSecret, key: this.superuserPasswordKey }),
        PGSSLMODE: EnvValue.fromValue('require'),
        PGTARGETSESSIONATTRS: EnvValue.fromValue(toLeader ? 'read-write' : 'any'),
      },
    };
  }

  private hostOf(service: string): string {
    return this.namespace === undefined ? service : `${service}.${this.namespace}.svc`;
  }
}

/** A cluster that this program does not render. */
export class ImportedSpiloCluster extends SpiloClusterBase {}
