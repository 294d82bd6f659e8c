import { Duration } from 'cdk8s';
import { chart, cluster, refusal } from '../support/render';
import { BackupAlerts, SpiloCluster } from 'cdk8s-spilo';

test('alerts select the objects of their cluster only', () => {
  const expressions = BackupAlerts.rules(cluster()).map(({ expr }) => expr);
  const [drill, dump] = ['restore-drill', 'logical-dump'].map(suffix => `{namespace="shop", cronjob="orders-${suffix}"}`);
  expect(expressions).toEqual([
    'increase(pg_stat_archiver_failed_count{namespace="shop", pod=~"orders-[0-9]+"}[5m]) > 0',
    'max(spilo_restore_drill_backup_age_seconds{namespace="shop", cluster="orders"}) > 172800',
    'max(kube_job_status_failed{namespace="shop", job_name=~"orders-restore-drill-[0-9]+"}) > 0',
    `time() - max(kube_cronjob_status_last_successful_time${drill} or kube_cronjob_created${drill}) > 1296000`,
    'max(kube_job_status_failed{namespace="shop", job_name=~"orders-logical-dump-[0-9]+"}) > 0',
    `time() - max(kube_cronjob_status_last_successful_time${dump} or kube_cronjob_created${dump}) > 172800`,
  ]);
});

test('what never succeeded is missed as well: its age begins when its CronJob was made', () => {
  const missing = BackupAlerts.rules(cluster()).filter(({ alert }) => alert.endsWith('Missing'));
  expect(missing).toHaveLength(2);
  for (const { expr } of missing) { expect(expr).toContain(' or kube_cronjob_created{'); }
});

test('limits and labels are what was asked for', () => {
  const [archive, old, , missing, , dump] = BackupAlerts.rules(cluster(), {
    exporterSelector: 'job="orders"', drillAge: Duration.days(2), baseBackupAge: Duration.days(4), dumpAge: Duration.days(3), archiveFailing: Duration.minutes(30),
  });
  expect(archive).toMatchObject({ expr: 'increase(pg_stat_archiver_failed_count{job="orders"}[5m]) > 0', for: '30m' });
  expect(old.expr).toMatch(/ > 345600$/);
  expect(missing.expr).toMatch(/ > 172800$/);
  expect(dump.expr).toMatch(/ > 259200$/);
});

test.each([[Duration.seconds(90), '90s'], [Duration.millis(1500), '2s'], [Duration.hours(2), '120m']])('a time is written as Prometheus reads it: %#', (archiveFailing, text) => {
  expect(BackupAlerts.rules(cluster(), { archiveFailing })[0].for).toBe(text);
});

test('every alert can go into a PrometheusRule as it is', () => {
  for (const rule of BackupAlerts.rules(cluster())) {
    expect(rule).toEqual(JSON.parse(JSON.stringify(rule)));
    expect(Object.keys(rule)).toEqual(['alert', 'expr', 'for', 'labels', 'annotations']);
  }
});

describe('what is no cluster and no option is refused with rule and path, without a construct that could say it', () => {
  const imported = SpiloCluster.fromClusterAttributes(chart('shop'), 'orders', { clusterName: 'orders' });
  const refused = (given: unknown, options?: unknown) => refusal(() => BackupAlerts.rules(given as SpiloCluster, options as {}));

  test.each<[unknown, unknown, string]>([
    [undefined, undefined, '[missing-property] BackupAlerts.rules(): cluster: received undefined'],
    [null, undefined, '[missing-property] BackupAlerts.rules(): cluster: received undefined'],
    ['orders', undefined, '[property-type] BackupAlerts.rules(): cluster: '],
    [{ clusterName: 'orders' }, undefined, '[property-type] BackupAlerts.rules(): cluster: '],
    [imported, 'job="orders"', '[property-type] BackupAlerts.rules(): options: '],
    [imported, [], '[property-type] BackupAlerts.rules(): options: '],
    [imported, { drilAge: Duration.days(1) }, '[unknown-property] BackupAlerts.rules(): options.drilAge: received "drilAge", allowed: did you mean \'drillAge\'?'],
    [imported, { drillAge: 5 }, '[property-type] BackupAlerts.rules(): options.drillAge: received 5'],
    [imported, { exporterSelector: {} }, '[property-type] BackupAlerts.rules(): options.exporterSelector: '],
    [Object.create(imported, { clusterName: { value: 'a"} or vector(1) #' } }), {}, '[cluster-reference] BackupAlerts.rules(): cluster.clusterName: '],
  ])('%#', (given, options, message) => expect(refused(given, options)).toContain(message));

  test('all at once', () => expect(refused(undefined, { a: 1, drillAge: 5 })).toContain('3 violations'));

  test('no options are no options, also from a language without undefined', () => {
    expect(BackupAlerts.rules(imported, null as never)).toEqual(BackupAlerts.rules(imported));
  });
});
