import { Duration } from 'cdk8s';
import { ISpiloCluster } from '../../spilo/cluster-ref';

/**
 * What alerts need to know beside the cluster.
 */
export interface BackupAlertOptions {
  /**
   * Labels that select this cluster among the series of postgres_exporter, as PromQL writes them: `job="orders"`.
   *
   * @default - the namespace of the cluster, and pods of its name
   */
  readonly exporterSelector?: string;

  /**
   * After how much time without a drill that passed somebody must look.
   *
   * @default Duration.days(15)
   */
  readonly drillAge?: Duration;

  /**
   * After how much time without a logical dump that succeeded somebody must look.
   *
   * @default Duration.days(2)
   */
  readonly dumpAge?: Duration;

  /**
   * After how much time without an archived segment somebody must look, as long as there are any failures.
   *
   * @default Duration.minutes(15)
   */
  readonly archiveFailing?: Duration;
}

/**
 * Alerts for the archive, the restore drill and the logical dumps of a cluster, as data that the `spec.groups[].rules` of a PrometheusRule
 * holds. They read postgres_exporter's `pg_stat_archiver_*` and kube-state-metrics' `kube_cronjob_*` and `kube_job_*`.
 */
export class BackupAlerts {
  /**
   * The rules.
   *
   * @param cluster the cluster.
   * @param options limits and labels.
   */
  public static rules(cluster: ISpiloCluster, options: BackupAlertOptions = {}): any[] {
    const { clusterName } = cluster;
    const namespace = cluster.namespace === undefined ? '' : `namespace="${cluster.namespace}", `;
    const exporter = options.exporterSelector ?? `${namespace}pod=~"${clusterName}-[0-9]+"`;
    const drillSeconds = (options.drillAge ?? Duration.days(15)).toSeconds();
    const dumpSeconds = (options.dumpAge ?? Duration.days(2)).toSeconds();
    const archiveMinutes = (options.archiveFailing ?? Duration.minutes(15)).toMinutes();
    const rule = (alert: string, expr: string, minutes: number, summary: string) => ({
      alert, expr, for: `${minutes}m`, labels: { severity: 'critical', cluster: clusterName }, annotations: { summary },
    });
    return [
      rule('SpiloArchiveFailing', `increase(pg_stat_archiver_failed_count{${exporter}}[5m]) > 0`, archiveMinutes,
        `${clusterName} cannot archive WAL: its volume fills up, and a restore ends where the archive does`),
      rule('SpiloRestoreDrillFailed', `max(kube_job_status_failed{${namespace}job_name=~"${clusterName}-restore-drill-[0-9]+"}) > 0`, 1,
        `the last restore drills of ${clusterName} include one that failed: read its termination message`),
      rule('SpiloRestoreDrillMissing',
        `time() - max(kube_cronjob_status_last_successful_time{${namespace}cronjob="${clusterName}-restore-drill"}) > ${drillSeconds}`, 60,
        `no restore drill of ${clusterName} has passed for ${drillSeconds} seconds`),
      rule('SpiloLogicalDumpFailed', `max(kube_job_status_failed{${namespace}job_name=~"${clusterName}-logical-dump-[0-9]+"}) > 0`, 1,
        `the last logical dumps of ${clusterName} include one that failed: read its termination message`),
      rule('SpiloLogicalDumpMissing',
        `time() - max(kube_cronjob_status_last_successful_time{${namespace}cronjob="${clusterName}-logical-dump"}) > ${dumpSeconds}`, 60,
        `no logical dump of ${clusterName} has succeeded for ${dumpSeconds} seconds`),
    ];
  }

  private constructor() {}
}
