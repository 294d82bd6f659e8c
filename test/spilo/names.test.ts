import { Size } from 'cdk8s';
import { DNS_1035, DNS_1123, MAX_DNS_LABEL } from '../../src/kernel/syntax';
import { clusterNames, MAX_CLUSTER_NAME } from '../../src/spilo/names';
import { Props, render, secretKey } from '../support/render';
import { Access, Backup, BackupStore, Bootstrap } from 'cdk8s-spilo';

test('names of a cluster\'s objects are contract', () => {
  const { suffixed, ...names } = clusterNames('orders');
  expect(names).toEqual({
    cluster: 'orders',
    leaderService: 'orders',
    replicaService: 'orders-repl',
    podsService: 'orders-pods',
    configService: 'orders-config',
    syncService: 'orders-sync',
    failoverService: 'orders-failover',
    programs: 'orders-programs',
  });
  expect(suffixed('walg')).toBe('orders-walg');
});

test('the longest cluster has names that Kubernetes takes for Services', () => {
  const { suffixed: _, ...names } = clusterNames('c'.repeat(MAX_CLUSTER_NAME));
  for (const name of Object.values(names)) {
    expect(name.length).toBeLessThanOrEqual(MAX_DNS_LABEL);
    expect(name).toMatch(DNS_1035);
  }
});

test('the longest cluster has a revision that Kubernetes takes for a label of its pods', () => {
  expect('c'.repeat(MAX_CLUSTER_NAME).length + '-0123456789'.length).toBeLessThanOrEqual(63);
});

test.each([
  ['a', true, true], ['a-b', true, true], ['a1', true, true], ['1a', false, true], ['a.b', false, true], ['A', false, false], ['a_b', false, false],
  ['-a', false, false], ['a-', false, false], ['', false, false], ['a..b', false, false], ['a\n', false, false],
])('%j: a Service %s, another object %s', (name, service, other) => {
  expect([DNS_1035.test(name), DNS_1123.test(name)]).toEqual([service, other]);
});

/** Longest names of kinds that have other limits than most. */
const LONGEST: { readonly [kind: string]: number } = {
  Service: MAX_DNS_LABEL, StatefulSet: MAX_CLUSTER_NAME, Job: MAX_DNS_LABEL, CronJob: 52,
};

const store = BackupStore.nfs({ server: 'nfs', path: '/', size: Size.gibibytes(1) });
const withoutCronJobs: Props = {
  access: [Access.replicaNodePort(30000, { nameSuffix: 'abcdefghij' })],
  backup: Backup.to(store, { onDemand: false }),
  bootstrap: Bootstrap.fromServer({ host: 'old', password: secretKey('old') }),
  callback: { script: '#!/bin/sh' },
  patroni: { bypassApiService: true },
  logicalRestore: {},
};
const withCronJobs: Props = {
  ...withoutCronJobs, backup: Backup.to(store, { restoreDrill: { scratch: { size: Size.gibibytes(1) } } }), logicalDump: {},
};

test.each([
  ['the longest cluster', MAX_CLUSTER_NAME, withoutCronJobs],
  ['the longest cluster with all CronJobs', 38, withCronJobs],
])('%s has names that Kubernetes takes', (_, length, props) => {
  const tooLong = render({ ...props, clusterName: 'c'.repeat(length) }).objects.filter(({ kind, metadata }) => metadata.name.length > (LONGEST[kind] ?? 253));
  expect(tooLong.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
});
