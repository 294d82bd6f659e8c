import { k8s } from 'cdk8s-plus-27';
import { Manifest } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { MadeObject } from '../../kernel/watch';
import { APPLICATION, APPLICATION_LABEL, CLUSTER_LABEL, ClusterLabels, clusterLabels, LEADER_ROLE, ROLE_LABEL } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { anchorService, podsService, postgresService } from '../../spilo/services';
import { ClusterSpec } from '../../spilo/spec';

/**
 * The Endpoints of the leader Service. Without `subsets`, not even an empty list: each apply of one would take the
 * leader's address away until Patroni's next loop (measured: up to 8 s). Patroni fills it and holds the leader's lock in it.
 */
function leaderEndpoints(id: string, name: string, labels: ClusterLabels): Manifest {
  return { id, apiVersion: 'v1', kind: 'Endpoints', name, labels: labels.metadata };
}

/**
 * Switches Patroni to Kubernetes. `KUBERNETES_LABELS` must be JSON, or Spilo silently takes its own; all label keys and
 * values are said although some are defaults, since the defaults differ between Spilo's versions.
 */
function storeEnv({ patroni: { store, bypassApiService } }: ClusterSpec): k8s.EnvVar[] {
  return Object.entries({
    DCS_ENABLE_KUBERNETES_API: 'true',
    KUBERNETES_LABELS: JSON.stringify({ [APPLICATION_LABEL]: APPLICATION }),
    KUBERNETES_SCOPE_LABEL: CLUSTER_LABEL,
    KUBERNETES_ROLE_LABEL: ROLE_LABEL,
    KUBERNETES_LEADER_LABEL_VALUE: LEADER_ROLE,
    KUBERNETES_STANDBY_LEADER_LABEL_VALUE: LEADER_ROLE,
    KUBERNETES_BYPASS_API_SERVICE: String(bypassApiService),
    ...(store === 'configmaps' ? { KUBERNETES_USE_CONFIGMAPS: 'true' } : {}),
  }).map(([name, value]) => ({ name, value }));
}

/** Exactly what Patroni calls, at 3.0.1 to 4.1: never `update`, `delete` or `get` of pods. */
function membersMay(store: string): k8s.PolicyRule[] {
  return [
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
    { apiGroups: [''], resources: [store], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  ];
}

/** What Patroni keeps beside the leader's Endpoints, which are applied. The leader's lock is a ConfigMap of its own only where there are no Endpoints. */
function madeByPatroni({ name, patroni: { store } }: ClusterSpec): MadeObject[] {
  const { configService, syncService, failoverService, suffixed } = clusterNames(name);
  const endpoints = store === 'endpoints';
  return [configService, syncService, failoverService, ...endpoints ? [] : [suffixed('leader')]]
    .map(made => ({ kind: endpoints ? 'Endpoints' : 'ConfigMap', name: made, by: 'Patroni' }));
}

/** Patroni's store, and the Services that belong to it. */
export const dcsFeature: Feature<ClusterSpec> = {
  rules: [],
  makes: madeByPatroni,
  contribute: spec => {
    const [names, labels] = [clusterNames(spec.name), clusterLabels(spec.name)];
    const endpoints = spec.patroni.store === 'endpoints';
    return {
      env: storeEnv(spec),
      rbac: membersMay(spec.patroni.store),
      objects: [
        ...(endpoints ? [leaderEndpoints('LeaderEndpoints', names.leaderService, labels)] : []),
        postgresService('LeaderService', names.leaderService, labels, spec.leaderService, endpoints ? undefined : labels.leader),
        podsService('PodsService', names.podsService, labels),
        ...(endpoints ? [
          anchorService('ConfigService', names.configService, labels),
          anchorService('SyncService', names.syncService, labels),
          anchorService('FailoverService', names.failoverService, labels),
        ] : []),
      ],
    };
  },
};
