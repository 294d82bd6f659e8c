import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ImportedSpiloCluster, SpiloClusterBase } from './base';
import { FEATURES } from './features';
import { SpiloClusterProps } from './props';
import { report } from './report';
import { settle } from './settle';
import { pgHba } from '../features/postgres/hba';
import { admit, admitShape, build } from '../kernel/admit';
import { Manifest } from '../kernel/contribution';
import { plan, Plan, rulesOf } from '../kernel/plan';
import properties from '../properties.json';
import { ISpiloCluster, SpiloClusterAttributes } from '../spilo/cluster-ref';
import { SpiloImage } from '../spilo/image';
import { CONTAINER } from '../spilo/paths';
import { ClusterSpec } from '../spilo/spec';

const ALL = Object.values(FEATURES);

/** Every rule that a cluster is checked by. */
export const CLUSTER_RULES = rulesOf(ALL, CONTAINER);

/** All objects of a settled cluster, or all that is wrong with it. */
export function planCluster(spec: ClusterSpec): Plan {
  return plan(ALL, spec, CONTAINER);
}

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
    const { value, violations } = admitShape(scope, id, properties, 'SpiloClusterAttributes', attributes);
    return new ImportedSpiloCluster(scope, id, { ...value, namespace: value.namespace ?? Chart.of(scope).namespace }, violations);
  }

  /**
   * Every object of the cluster by its construct id. Patch any field with `ApiObject.addJsonPatch`; ids and names are
   * listed in `docs/objects.md` and do not change without a major version.
   */
  public readonly objects: { [id: string]: ApiObject };

  /**
   * The cluster as one JSON document, with every default.
   *
   * @internal
   */
  public readonly _spec: ClusterSpec;

  constructor(scope: Construct, id: string, props: SpiloClusterProps) {
    const { value, violations } = admitShape(scope, id, properties, 'SpiloClusterProps', props);
    const spec = settle(id, Chart.of(scope).namespace, value);
    const planned = planCluster(spec);
    const manifests: readonly Manifest[] = admit(scope, id, { ...planned, violations: [...violations, ...planned.violations] });
    super(scope, id, {
      clusterName: spec.name,
      namespace: spec.namespace,
      instances: spec.instances,
      superuserPassword: spec.credentials.superuser.password,
      replicationName: spec.credentials.replication.name,
      replicationPassword: spec.credentials.replication.password,
      image: value.image ?? SpiloImage.DEFAULT,
      maxConnections: Number(spec.postgres.parameters.max_connections),
    });
    this._spec = spec;
    this.objects = build(this, manifests, {
      warnings: ALL.flatMap(({ warnings }) => warnings?.(spec) ?? []),
      places: ALL.flatMap(({ places }) => places?.(spec) ?? []),
      makes: ALL.flatMap(({ makes }) => makes?.(spec) ?? []),
    });
  }

  /**
   * Who may connect, for those that are checked against it.
   *
   * @internal
   */
  public get _hba(): readonly string[] { return pgHba(this._spec); }

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
    return report(this, Object.values(this.objects), this._spec, CLUSTER_RULES.length);
  }
}
