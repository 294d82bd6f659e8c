import { hbaLine } from '../../spilo/hba';
import { ClusterSpec } from '../../spilo/spec';

/**
 * The whole pg_hba.conf, since a list replaces Spilo's. Spilo's own lines say md5; the local lines are for Patroni and
 * for Spilo's scripts, which run beside PostgreSQL in one container. Over TLS the superuser is let in before the user's
 * lines: Patroni rewinds a former leader as the superuser, and the library's Jobs log in so.
 */
export function pgHba({ postgres: { hba, allowPlaintext }, credentials: { superuser, replication } }: ClusterSpec): string[] {
  return [
    'local all all trust',
    `local replication ${replication.name} trust`,
    'host all all 127.0.0.1/32 scram-sha-256',
    'host all all ::1/128 scram-sha-256',
    `hostssl replication ${replication.name} all scram-sha-256`,
    `hostssl all ${superuser.name} all scram-sha-256`,
    ...(allowPlaintext ? [] : ['hostnossl all all all reject']),
    ...hba.map(hbaLine),
  ];
}
