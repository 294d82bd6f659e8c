import { Duration } from 'cdk8s';
import { seconds } from '../../kernel/duration';
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
   * How old the newest base backup may be that a drill finds. Only a drill with a Pushgateway tells.
   *
   * @default Duration.days(2)
   */
  readonly baseBackupAge?: Duration;

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

/** As Prometheus writes it, which knows whole numbers only. */
const promDuration = (given: Duration) => seconds(given) % 60 === 0 ? `${seconds(given) / 60}m` : `${Math.ceil(seconds(given))}s`;

/** The rules of `BackupAlerts`, of what was checked. */
export function backupAlerts(cluster: ISpiloCluster, options: BackupAlertOptions): any[] {
  const { clusterName } = cluster;
  const namespace = cluster.namespace === undefined ? '' : `namespace="${cluster.namespace}", `;
  const exporter = options.exporterSelector ?? `${namespace}pod=~"${clusterName}-[0-9]+"`;
  const {
    archiveFailing = Duration.minutes(15), baseBackupAge = Duration.days(2), drillAge = Duration.days(15), dumpAge = Duration.days(2),
  } = options;
  const [baseBackupSeconds, drillSeconds, dumpSeconds] = [baseBackupAge, drillAge, dumpAge].map(age => seconds(age));
  const rule = (alert: string, expr: string, lasting: Duration, summary: string) => ({
    alert, expr, for: promDuration(lasting), labels: { severity: 'critical', cluster: clusterName }, annotations: { summary },
  });
  /** Since the last success, or since the CronJob was made where there was none yet. */
  const missing = (suffix: string, most: number) => {
    const selector = `{${namespace}cronjob="${clusterName}-${suffix}"}`;
    return `time() - max(kube_cronjob_status_last_successful_time${selector} or kube_cronjob_created${selector}) > ${most}`;
  };
  const failed = (suffix: string) => `max(kube_job_status_failed{${namespace}job_name=~"${clusterName}-${suffix}-[0-9]+"}) > 0`;
  const [minute, hour] = [Duration.minutes(1), Duration.hours(1)];
  return [
    rule('SpiloArchiveFailing', `increase(pg_stat_archiver_failed_count{${exporter}}[5m]) > 0`, archiveFailing,
      `${clusterName} cannot archive WAL: its volume fills up, and a restore ends where the archive does`),
    rule('SpiloBaseBackupOld', `max(spilo_restore_drill_backup_age_seconds{${namespace}cluster="${clusterName}"}) > ${baseBackupSeconds}`, minute,
      `the newest base backup of ${clusterName} was older than ${baseBackupSeconds} seconds at the last restore drill: read /tmp/backup.log of the members`),
    rule('SpiloRestoreDrillFailed', failed('restore-drill'), minute,
      `the last restore drills of ${clusterName} include one that failed: read its termination message`),
    rule('SpiloRestoreDrillMissing', missing('restore-drill', drillSeconds), hour,
      `no restore drill of ${clusterName} has passed for ${drillSeconds} seconds`),
    rule('SpiloLogicalDumpFailed', failed('logical-dump'), minute,
      `the last logical dumps of ${clusterName} include one that failed: read its termination message`),
    rule('SpiloLogicalDumpMissing', missing('logical-dump', dumpSeconds), hour,
      `no logical dump of ${clusterName} has succeeded for ${dumpSeconds} seconds`),
  ];
}
