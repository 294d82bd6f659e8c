import { cluster, secretNamed } from '../support/render';
import { clusterRow, Row, Rows } from '../support/rule-rows';
import { Credentials, CredentialsOptions, PlainTextPasswords, SpiloClusterProps, SpiloImage } from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
/** The last Spilo whose Patroni creates users. */
const image = SpiloImage.SPILO_16_3_3_P3;
const existing = (options: CredentialsOptions): Props => ({ credentials: Credentials.fromSecret(secretNamed('passwords'), options), image });
const plain = (passwords: Partial<PlainTextPasswords>, options: CredentialsOptions = {}): Props =>
  ({ credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b', ...passwords }, options), image });
const HIDDEN = '"a text (not shown) that is empty or has other characters"';

/** Rules of users and their passwords. */
export const rows: Rows = {
  'credentials-user-name': clusterRow([existing({ superuserName: '_a', replicationName: 'a'.repeat(63) })], [
    [existing({ superuserName: 'Root' }), 'credentials.superuserName', '"Root"'],
    [existing({ superuserName: 'a'.repeat(64) }), 'credentials.superuserName', `"${'a'.repeat(64)}"`],
    [existing({ replicationName: 'pg_replicator' }), 'credentials.replicationName', '"pg_replicator"'],
    [existing({ adminName: 'a-b' }), 'credentials.adminName', '"a-b"'],
  ]),
  'credentials-user-admin': clusterRow([existing({ adminName: 'superadmin' })], [
    [existing({ adminName: 'admin' }), 'credentials.adminName', '"admin"'],
    [existing({ superuserName: 'admin' }), 'credentials.superuserName', '"admin"'],
  ]),
  'credentials-users-distinct': clusterRow([existing({ superuserName: 'standby', replicationName: 'postgres' })], [
    [existing({ superuserName: 'standby' }), 'credentials.replicationName', '"standby"'],
    [existing({ adminName: 'postgres' }), 'credentials.adminName', '"postgres"'],
  ]),
  'credentials-admin-unsupported': clusterRow([existing({ adminName: 'boss' })], [
    [{ ...existing({ adminName: 'boss' }), image: SpiloImage.SPILO_17_4_0_P3 }, 'credentials.adminName', '"boss"'],
  ]),
  'credentials-admin-password': clusterRow([plain({}), plain({ admin: 'c' }, { adminName: 'boss' })], [
    [plain({ admin: 'c' }), 'credentials', '"a password and no adminName"'],
    [plain({}, { adminName: 'boss' }), 'credentials', '"adminName and no password"'],
  ]),
  'credentials-secret-key': clusterRow([existing({ superuserPasswordKey: 'A-z_0.9' })], [
    [existing({ superuserPasswordKey: 'a/b' }), 'credentials.superuserPasswordKey', '"a/b"'],
    [existing({ superuserPasswordKey: 'password', replicationPasswordKey: 'password' }), 'credentials.replicationPasswordKey', '"password"'],
    [existing({ adminPasswordKey: '' }), 'credentials.adminPasswordKey', '""'],
  ]),
  'credentials-password-alphabet': clusterRow([plain({ superuser: 'AZaz09_-' })], [
    ...['a&b', 'a<b', 'a"b', 'a b', 'pässword', 'a$b', ''].map(superuser =>
      [plain({ superuser }), 'credentials.plainTextInManifest.superuser', HIDDEN] as const),
    ...['zalando', 'standby', 'cola'].map(replication =>
      [plain({ replication }), 'credentials.plainTextInManifest.replication', '"one of Spilo\'s built-in passwords"'] as const),
  ]),
  'connection-user': connectionRow(),
};

function connectionRow(): Row {
  const password = { secret: secretNamed('app'), key: 'password' };
  return {
    accepted: [() => cluster().connection(), () => cluster().connection({ user: 'app', password })],
    refused: [
      { program: () => cluster().connection({ user: 'app' }), path: 'test/orders', property: 'connection.user', received: '"app"' },
      { program: () => cluster().connection({ password }), path: 'test/orders', property: 'connection.user', received: 'undefined' },
    ],
  };
}
