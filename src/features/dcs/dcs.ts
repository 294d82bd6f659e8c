import { k8s } from 'cdk8s-plus-27';
import { leaderEndpoints } from './endpoints';
import { Contribution } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { anchorService, podsService, postgresService } from '../../kit/service';
import { APPLICATION, APPLICATION_LABEL, CLUSTER_LABEL, LEADER_ROLE, ROLE_LABEL } from '../../spilo/labels';

/**
 * Where Patroni keeps the state of the cluster and the leader's lock.
 *
 * Changing it in a cluster that runs is dangerous: members on the old store and members on the new one would each elect
 * a leader. So it is made hard: the store is also written into the claim template, which Kubernetes does not let change,
 * and the rollout Job refuses. `docs/operations.md` has the safe way, over one single member.
 */
export class Dcs {
  /**
   * Endpoints objects. Patroni writes the leader's address into the leader Service in the same request that takes the
   * lock, so that Service never points at a dead leader. Kubernetes 1.33 and newer print a deprecation warning for
   * Endpoints at each apply; they go on working (seen with 1.34).
   */
  public static endpoints(): Dcs { return new Dcs('endpoints'); }

  /**
   * ConfigMaps, where Endpoints may not be written (OpenShift). The leader Service selects by the label `role=master`;
   * a leader whose node dies stays in it until Kubernetes declares the node lost.
   */
  public static configMaps(): Dcs { return new Dcs('configmaps'); }

  /** @internal */
  private constructor(public readonly _kind: 'endpoints' | 'configmaps') {}

  /** @internal */
  public _contribute(context: FeatureContext): Contribution {
    const { names, labels, props } = context;
    const endpoints = this._kind === 'endpoints';
    const selector = endpoints ? undefined : labels.leader;
    return {
      env: [...storeEnv(context), ...(endpoints ? [] : [{ name: 'KUBERNETES_USE_CONFIGMAPS', value: 'true' }])],
      rbac: membersMay(this._kind),
      objects: [
        ...(endpoints ? [leaderEndpoints('LeaderEndpoints', names.leaderService, labels)] : []),
        postgresService('LeaderService', names.leaderService, labels, props.leaderService, selector),
        podsService('PodsService', names.podsService, labels),
        ...(endpoints ? [
          anchorService('ConfigService', names.configService, labels),
          anchorService('SyncService', names.syncService, labels),
          anchorService('FailoverService', names.failoverService, labels),
        ] : []),
      ],
    };
  }
}

/**
 * Switches Patroni to Kubernetes. `KUBERNETES_LABELS` must be JSON, or Spilo silently takes its own; all label keys and
 * values are said although some are defaults, since the defaults differ between Spilo's versions.
 */
function storeEnv({ props }: FeatureContext): k8s.EnvVar[] {
  return Object.entries({
    DCS_ENABLE_KUBERNETES_API: 'true',
    KUBERNETES_LABELS: JSON.stringify({ [APPLICATION_LABEL]: APPLICATION }),
    KUBERNETES_SCOPE_LABEL: CLUSTER_LABEL,
    KUBERNETES_ROLE_LABEL: ROLE_LABEL,
    KUBERNETES_LEADER_LABEL_VALUE: LEADER_ROLE,
    KUBERNETES_STANDBY_LEADER_LABEL_VALUE: LEADER_ROLE,
    KUBERNETES_BYPASS_API_SERVICE: String(props.patroni?.bypassApiService ?? false),
  }).map(([name, value]) => ({ name, value }));
}

/** Patroni's store of a cluster. */
export function dcsOf({ props }: FeatureContext): Dcs {
  return props.patroni?.dcs ?? Dcs.endpoints();
}

/** Exactly what Patroni calls, at 3.0.1 to 4.1: never `update`, `delete` or `get` of pods. */
function membersMay(store: 'endpoints' | 'configmaps'): k8s.PolicyRule[] {
  return [
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
    { apiGroups: [''], resources: [store], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  ];
}

export const dcsFeature: Feature = {
  rules: [],
  contribute: context => dcsOf(context)._contribute(context),
};
