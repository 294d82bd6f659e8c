import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ImportedSpiloCluster, SpiloClusterBase } from './base';
import { SpiloClusterProps } from './props';
import { report } from './report';
import { maxConnectionsOf } from '../features/postgres/postgres';
import { FeatureContext } from '../kernel/feature';
import { ManifestObject } from '../kernel/manifest-object';
import { plan } from '../kernel/plan';
import { refusal } from '../kernel/rule';
import { watchApp } from '../kernel/watch';
import { ISpiloCluster, SpiloClusterAttributes } from '../spilo/cluster-ref';
import { SpiloImage } from '../spilo/image';
import { clusterLabels } from '../spilo/labels';
import { clusterNames } from '../spilo/names';

/**
 * A highly available PostgreSQL cluster of Spilo members, with everything that it needs on Kubernetes.
 *
 * All properties are checked at once: a wrong program ends in the constructor with one error that lists every violation
 * by the id of its rule, and nothing is written.
 */
export class SpiloCluster extends SpiloClusterBase {
  /**
   * A cluster that exists already, made by another program or by hand.
   *
   * @param scope where it is used.
   * @param id id of the construct.
   * @param attributes what the cluster is called.
   */
  public static fromClusterAttributes(scope: Construct, id: string, attributes: SpiloClusterAttributes): ISpiloCluster {
    return new ImportedSpiloCluster(scope, id, attributes);
  }

  /**
   * Every object of the cluster by its construct id. Patch any field with `ApiObject.addJsonPatch`; ids and names are
   * listed in `docs/objects.md` and do not change without a major version.
   */
  public readonly objects: { [id: string]: ApiObject };

  private readonly props: SpiloClusterProps;

  constructor(scope: Construct, id: string, props: SpiloClusterProps) {
    const context = contextOf(scope, id, props);
    const { manifests, violations } = plan(context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    const credentials = props.credentials._resolve(context.names.cluster);
    super(scope, id, {
      clusterName: context.names.cluster,
      namespace: context.namespace,
      instances: context.instances,
      credentialsSecretName: credentials.secretName,
      superuserName: credentials.superuserName,
      superuserPasswordKey: credentials.superuserPasswordKey,
      image: context.image.reference,
      maxConnections: maxConnectionsOf(context),
    });
    this.props = props;
    this.objects = Object.fromEntries(manifests.map(manifest => [manifest.id, new ManifestObject(this, manifest)]));
    watchApp(this, context);
  }

  /** The StatefulSet of the members. */
  public get statefulSet(): ApiObject { return this.objects.StatefulSet; }

  /** The Service of the leader. */
  public get leaderService(): ApiObject { return this.objects.LeaderService; }

  /** The Endpoints of the leader, which Patroni fills. Only with Patroni on Endpoints. */
  public get leaderEndpoints(): ApiObject | undefined { return this.objects.LeaderEndpoints; }

  /** The Service of the replicas. */
  public get replicaService(): ApiObject { return this.objects.ReplicaService; }

  /** The headless Service of all members. */
  public get podsService(): ApiObject { return this.objects.PodsService; }

  /** The PodDisruptionBudget of all members. */
  public get podDisruptionBudget(): ApiObject { return this.objects.PodDisruptionBudget; }

  /** The ServiceAccount of the members, unless an existing one is used. */
  public get serviceAccount(): ApiObject | undefined { return this.objects.ServiceAccount; }

  /** What the members may do with the Kubernetes API. */
  public get role(): ApiObject { return this.objects.Role; }

  /** Gives the Role to the ServiceAccount. */
  public get roleBinding(): ApiObject { return this.objects.RoleBinding; }

  /**
   * What was made and checked, and the commands to go on with, for this cluster: to be printed after synthesis.
   */
  public describe(): string {
    return report(this, Object.values(this.objects), this.props);
  }
}

/** What follows from the properties at once, before any rule and any feature. */
function contextOf(scope: Construct, id: string, props: SpiloClusterProps): FeatureContext {
  const clusterName = props.clusterName ?? id;
  const image = (props.image ?? SpiloImage.SPILO_17_4_0_P3)._facts();
  return {
    props,
    image,
    names: clusterNames(clusterName),
    labels: clusterLabels(clusterName),
    instances: props.instances ?? 3,
    postgresVersion: props.postgres?.version ?? image.newestPostgres,
    namespace: Chart.of(scope).namespace,
  };
}
