import { Construct } from 'constructs';
import { ATTRIBUTE_RULES } from './attributes';
import { check, refusal, Violation } from '../kernel/rule';
import { SecretKey } from '../kit/secret-key';
import properties from '../properties.json';
import { DEFAULT_INSTANCES, ISpiloCluster, SpiloClusterAttributes } from '../spilo/cluster-ref';
import {
  Connection, ConnectionOptions, ConnectionSource, ConnectionTarget, superuserConnection, SuperuserConnectionOptions, userConnection,
} from '../spilo/connection';
import { Endpoint, serviceHost } from '../spilo/endpoint';
import { SpiloImage } from '../spilo/image';
import { clusterLabels } from '../spilo/labels';
import { clusterNames } from '../spilo/names';
import { PATRONI_PORT, POSTGRES_PORT } from '../spilo/paths';

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
  public readonly patroniPort = PATRONI_PORT;
  public readonly memberLabels: { [key: string]: string };
  public readonly leaderLabels: { [key: string]: string };
  public readonly replicaLabels: { [key: string]: string };
  public readonly superuserName = 'postgres';
  public readonly superuserPassword: SecretKey;
  public readonly replicationName: string;
  public readonly replicationPassword: SecretKey;
  public readonly image: SpiloImage;
  public readonly maxConnections?: number;

  constructor(scope: Construct, id: string, attributes: SpiloClusterAttributes) {
    super(scope, id);
    const { clusterName } = attributes;
    const names = clusterNames(clusterName);
    const labels = clusterLabels(clusterName);
    this.clusterName = clusterName;
    this.namespace = attributes.namespace;
    this.instances = attributes.instances ?? DEFAULT_INSTANCES;
    this.leaderServiceName = attributes.leaderServiceName ?? names.leaderService;
    this.replicaServiceName = attributes.replicaServiceName ?? names.replicaService;
    this.podsServiceName = attributes.podsServiceName ?? names.podsService;
    this.memberLabels = { ...labels.members };
    this.leaderLabels = { ...labels.leader };
    this.replicaLabels = { ...labels.replicas };
    this.superuserPassword = { ...attributes.superuserPassword ?? { name: clusterName, key: 'superuser-password' } };
    this.replicationName = attributes.replicationName ?? 'standby';
    this.replicationPassword = { ...attributes.replicationPassword ?? { name: clusterName, key: 'replication-password' } };
    this.image = attributes.image ?? SpiloImage.DEFAULT;
    this.maxConnections = attributes.maxConnections;
  }

  public get leaderEndpoint(): Endpoint {
    return new Endpoint(serviceHost(this.leaderServiceName, this.namespace), POSTGRES_PORT);
  }

  public get replicaEndpoint(): Endpoint {
    return new Endpoint(serviceHost(this.replicaServiceName, this.namespace), POSTGRES_PORT);
  }

  public connection(options: ConnectionOptions): Connection {
    return userConnection(this.connections(), options);
  }

  public superuserConnection(options?: SuperuserConnectionOptions): Connection {
    return superuserConnection(this.connections(), { user: this.superuserName, password: this.superuserPassword }, options);
  }

  private connections(): ConnectionSource {
    const endpoints = { [ConnectionTarget.LEADER]: this.leaderEndpoint, [ConnectionTarget.REPLICAS]: this.replicaEndpoint };
    return { path: this.node.path, shapes: properties, endpoints, asksRole: true };
  }
}

/** A cluster that this program does not render. */
export class ImportedSpiloCluster extends SpiloClusterBase {
  constructor(scope: Construct, id: string, attributes: SpiloClusterAttributes, known: readonly Violation[]) {
    const violations = [...known, ...check(ATTRIBUTE_RULES, attributes)];
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id, attributes);
  }
}
