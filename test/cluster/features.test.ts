import { FEATURES } from '../../src/cluster/features';

/** Variables, volumes and init containers are joined in this order: a line that moves restarts the members of every user. */
test('features keep their order, and a new one comes last', () => {
  expect(Object.keys(FEATURES)).toEqual([
    'member', 'dcs', 'serviceAccount', 'credentials', 'postgres', 'patroni', 'store', 'backup', 'bootstrap', 'restoreDrill', 'logicalDump',
    'logicalRestore', 'storage', 'resources', 'tls', 'placement', 'access', 'callback', 'rollout', 'pod', 'programs', 'fencing',
  ]);
});
