import { render } from '../../support/render';
import { Backup, BackupStore, StorePrefix } from 'cdk8s-spilo';

const placeOf = (prefix?: StorePrefix) =>
  render({ backup: Backup.to(BackupStore.gcs({ bucket: 'backups', prefix })) }).get('ConfigMap', 'orders-walg').data.WALG_GS_PREFIX;

test.each([
  ['by default namespace, cluster and major', undefined, 'gs://backups/shop/orders/17'],
  ['generation()', StorePrefix.generation('2026'), 'gs://backups/shop/orders/2026/17'],
  ['of()', StorePrefix.of('any/where'), 'gs://backups/any/where'],
  ['fromSpilo()', StorePrefix.fromSpilo({ scope: 'old' }), 'gs://backups/spilo/old/wal/17'],
  [
    'fromSpilo() with everything',
    StorePrefix.fromSpilo({ scope: 'old', scopePrefix: 'ns-', scopeSuffix: '/uid', postgresVersion: 14 }),
    'gs://backups/spilo/ns-old/uid/wal/14',
  ],
  ['fromOperator()', StorePrefix.fromOperator('acid-old', '0123', 15), 'gs://backups/spilo/acid-old/0123/wal/15'],
])('%s', (_, prefix, expected) => {
  expect(placeOf(prefix)).toBe(expected);
});
