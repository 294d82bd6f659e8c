import { Duration } from 'cdk8s';
import { cluster } from '../../support/render';
import { BackupAlerts } from 'cdk8s-spilo';

test('alerts select the objects of their cluster only', () => {
  const expressions = BackupAlerts.rules(cluster()).map(({ expr }) => expr);
  expect(expressions).toEqual([
    'increase(pg_stat_archiver_failed_count{namespace="shop", pod=~"orders-[0-9]+"}[5m]) > 0',
    'max(kube_job_status_failed{namespace="shop", job_name=~"orders-restore-drill-[0-9]+"}) > 0',
    'time() - max(kube_cronjob_status_last_successful_time{namespace="shop", cronjob="orders-restore-drill"}) > 1296000',
    'max(kube_job_status_failed{namespace="shop", job_name=~"orders-logical-dump-[0-9]+"}) > 0',
    'time() - max(kube_cronjob_status_last_successful_time{namespace="shop", cronjob="orders-logical-dump"}) > 172800',
  ]);
});

test('limits and labels are what was asked for', () => {
  const [archive, , missing, , dump] = BackupAlerts.rules(cluster(), {
    exporterSelector: 'job="orders"', drillAge: Duration.days(2), dumpAge: Duration.days(3), archiveFailing: Duration.minutes(30),
  });
  expect(archive).toMatchObject({ expr: 'increase(pg_stat_archiver_failed_count{job="orders"}[5m]) > 0', for: '30m' });
  expect(missing.expr).toMatch(/ > 172800$/);
  expect(dump.expr).toMatch(/ > 259200$/);
});

test('every alert can go into a PrometheusRule as it is', () => {
  for (const rule of BackupAlerts.rules(cluster())) {
    expect(rule).toEqual(JSON.parse(JSON.stringify(rule)));
    expect(Object.keys(rule)).toEqual(['alert', 'expr', 'for', 'labels', 'annotations']);
  }
});
