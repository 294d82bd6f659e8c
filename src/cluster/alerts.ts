import { backupAlerts, BackupAlertOptions } from '../features/backup/alerts';
import { check, refusal, Rule } from '../kernel/rule';
import { repair } from '../kernel/shape';
import properties from '../properties.json';
import { clusterRef, ClusterRefSpec, clusterRefRule, ISpiloCluster } from '../spilo/cluster-ref';

/** Names of the cluster become part of queries. */
const REFERENCE_RULES: readonly Rule<ClusterRefSpec>[] = [clusterRefRule('cluster', cluster => ({ cluster }))];

/**
 * Alerts for the archive, the restore drill and the logical dumps of a cluster, as data that the `spec.groups[].rules` of a PrometheusRule
 * holds. They read postgres_exporter's `pg_stat_archiver_*`, kube-state-metrics' `kube_cronjob_*` and `kube_job_*`, and what drills
 * give to a Pushgateway. An alert for something that the cluster does not have never fires.
 */
export class BackupAlerts {
  /**
   * The rules.
   *
   * @param cluster the cluster.
   * @param options limits and labels.
   */
  public static rules(cluster: ISpiloCluster, options: BackupAlertOptions = {}): any[] {
    const [known, asked] = [repair(properties, 'ISpiloCluster', cluster, 'cluster'), repair(properties, 'BackupAlertOptions', options ?? {}, 'options')];
    const violations = [
      ...known.violations, ...known.value === undefined ? [] : check(REFERENCE_RULES, clusterRef(known.value)), ...asked.violations,
    ];
    if (violations.length > 0) { throw refusal('BackupAlerts.rules()', violations); }
    return backupAlerts(cluster, options ?? {});
  }

  private constructor() {}
}
