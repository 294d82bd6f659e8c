import { cluster, Props, secretKey } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import {
  ConnectionOptions, ConnectionTarget, Credentials, CredentialsOptions, PgBouncerPooler, PlainTextPasswords, SpiloImage,
} from 'cdk8s-spilo';

/** The last Spilo whose Patroni creates users. */
const image = SpiloImage.SPILO_16_3_3_P3;
const POSTGRES = { postgres: { version: 16 } };
const existing = (options: CredentialsOptions): Props => ({ credentials: Credentials.fromSecret('passwords', options), image, ...POSTGRES });
const plain = (passwords: Partial<PlainTextPasswords>, options: CredentialsOptions = {}): Props =>
  ({ credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b', ...passwords }, options), image, ...POSTGRES });
const HIDDEN = '"a text (not shown) that is empty or has other characters"';

/** Rules of users and their passwords. */
export const rows: Rows = {
  'credentials-user-name': clusterRow([existing({ replicationName: 'a'.repeat(63) }), existing({ replicationName: '_a' }), existing({ replicationName: 'select' })], [
    [existing({ replicationName: 'Root' }), 'credentials.replicationName', '"Root"'],
    [existing({ replicationName: 'a'.repeat(64) }), 'credentials.replicationName', `"${'a'.repeat(64)}"`],
    [existing({ replicationName: 'pg_replicator' }), 'credentials.replicationName', '"pg_replicator"'],
    ...['yes', 'no', 'null', 'y', 'off', 'all', 'public', 'none'].map(name => [existing({ replicationName: name }), 'credentials.replicationName', `"${name}"`] as const),
    [existing({ adminName: 'a-b' }), 'credentials.adminName', '"a-b"'],
  ]),
  'credentials-user-spilo': clusterRow([existing({ adminName: 'superadmin' })], [
    [existing({ adminName: 'admin' }), 'credentials.adminName', '"admin"'],
    ...['zalandos', 'robot_zmon', 'cron_admin'].map(name => [existing({ replicationName: name }), 'credentials.replicationName', `"${name}"`] as const),
  ]),
  'credentials-users-distinct': clusterRow([existing({ adminName: 'boss' })], [
    [existing({ adminName: 'standby' }), 'credentials.adminName', '"standby"'],
    [existing({ replicationName: 'postgres' }), 'credentials.replicationName', '"postgres"'],
  ]),
  'credentials-admin-unsupported': clusterRow([existing({ adminName: 'boss' })], [
    [{ ...existing({ adminName: 'boss' }), image: SpiloImage.SPILO_17_4_0_P3, postgres: { version: 17 } }, 'credentials.adminName', '"boss"'],
  ]),
  'credentials-admin-password': clusterRow([plain({}), plain({ admin: 'c' }, { adminName: 'boss' })], [
    [plain({ admin: 'c' }), 'credentials', '"a password and no adminName"'],
    [plain({}, { adminName: 'boss' }), 'credentials', '"adminName and no password"'],
  ]),
  'credentials-secret': clusterRow([
    existing({ superuserPasswordEntry: 'A-z_0.9' }), existing({ superuserPasswordEntry: 'admin-password' }),
    { credentials: Credentials.fromSecrets({ superuser: secretKey('a'), replication: secretKey('b') }) },
  ], [
    [existing({ superuserPasswordEntry: 'a/b' }), 'credentials.superuser.key', '"a/b"'],
    [existing({ adminName: 'boss', adminPasswordEntry: '' }), 'credentials.admin.key', '""'],
    [{ credentials: Credentials.fromSecret('Orders') }, 'credentials.superuser.name', '"Orders"', 'credentials-secret'],
  ]),
  'credentials-secret-shared': clusterRow([existing({})], [
    [existing({ superuserPasswordEntry: 'password', replicationPasswordEntry: 'password' }), 'credentials.replicationPasswordEntry', '"password"'],
    [{ credentials: Credentials.fromSecrets({ superuser: secretKey('a'), replication: secretKey('a') }) }, 'credentials.replicationPasswordEntry', '"password"'],
  ]),
  'credentials-password-alphabet': clusterRow([plain({ superuser: 'AZaz09_-' })], [
    ...['a&b', 'a<b', 'a"b', 'a b', 'pässword', 'a$b', ''].map(superuser =>
      [plain({ superuser }), 'credentials.plainTextInManifest.superuser', HIDDEN] as const),
    ...['zalando', 'standby', 'cola'].map(replication =>
      [plain({ replication }), 'credentials.plainTextInManifest.replication', '"one of Spilo\'s built-in passwords"'] as const),
  ]),
  ...connectionRows(),
};

function connectionRows(): Rows {
  const password = secretKey('app');
  const connection = (options: Partial<ConnectionOptions>) => () => cluster().connection(options as ConnectionOptions);
  const refused = (options: Partial<ConnectionOptions>, property: string, received: string) => ({ program: connection(options), path: 'test/orders', property, received });
  const accepted = [() => cluster().superuserConnection(), connection({ user: 'app', password })];
  const pooler = (target: ConnectionTarget) => () => {
    const orders = cluster();
    return new PgBouncerPooler(orders.node.scope!, 'pooler', { cluster: orders, authPassword: password }).connection({ user: 'app', password, target });
  };
  return {
    'connection-user': { accepted, refused: ['', 'a\nb'].map(user => refused({ user, password }, 'connection.user', JSON.stringify(user))) },
    'connection-database': { accepted, refused: [refused({ user: 'app', password, database: '' }, 'connection.database', '""')] },
    'connection-password': { accepted, refused: [refused({ user: 'app', password: { name: 'App', key: 'x' } }, 'connection.password.name', '"App"')] },
    'connection-pooler-target': {
      accepted: [pooler(ConnectionTarget.LEADER)],
      refused: [{ program: pooler(ConnectionTarget.REPLICAS), path: 'test/pooler', property: 'connection.target', received: '"replicas"' }],
    },
  };
}
