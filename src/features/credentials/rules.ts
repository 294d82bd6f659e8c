import { CredentialsSpec } from './spec';
import { Finding, Rule } from '../../kernel/rule';
import { secretKeyRule } from '../../kit/secret-key';
import { ClusterSpec } from '../../spilo/spec';

/** Characters that survive every way a password takes through Spilo: its template HTML-escapes the others. */
const SAFE_PASSWORD = /^[A-Za-z0-9_-]+$/;
/** Passwords that Spilo's source gives away. */
const BUILT_IN_PASSWORDS = ['zalando', 'standby', 'cola'];
const USER_NAME = /^[a-z_][a-z0-9_]{0,62}$/;
/** Roles that Spilo's post_init.sh makes or changes: a user of such a name cannot log in any more. */
const SPILO_ROLES = ['admin', 'cron_admin', 'robot_zmon', 'zalandos'];
/** Words that mean something else in YAML 1.1 and in pg_hba.conf, where Spilo and Patroni write names unquoted, and roles that PostgreSQL does not make. */
const OTHER_WORDS = ['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null', 'all', 'public', 'none'];

type User = 'superuser' | 'replication' | 'admin';

function users({ superuser, replication, admin }: CredentialsSpec): [User, string][] {
  return [['superuser', superuser.name], ['replication', replication.name], ...admin ? [['admin', admin.name] as [User, string]] : []];
}

function badNames(spec: ClusterSpec, isBad: (name: string, index: number, names: readonly string[]) => boolean): Finding[] {
  const all = users(spec.credentials);
  const names = all.map(([, name]) => name);
  return all.filter(([, name], index) => isBad(name, index, names)).map(([user, received]) => ({ property: `credentials.${user}Name`, received }));
}

/** Never shows the password itself, only what is wrong with it. */
function badPasswords({ credentials: { plainText = {} } }: ClusterSpec): Finding[] {
  return Object.entries(plainText).flatMap(([user, password]) => {
    const property = `credentials.plainTextInManifest.${user}`;
    if (typeof password !== 'string' || !SAFE_PASSWORD.test(password)) {
      return [{ property, received: 'a text (not shown) that is empty or has other characters' }];
    }
    return BUILT_IN_PASSWORDS.includes(password) ? [{ property, received: 'one of Spilo\'s built-in passwords' }] : [];
  });
}

/** Checks of users and passwords. */
export const credentialsRules: readonly Rule<ClusterSpec>[] = [
  {
    id: 'credentials-user-name',
    property: 'credentials',
    allowed: `a lower-case letter or _, then up to 62 of a-z 0-9 _; not beginning with pg_, and none of ${OTHER_WORDS.join(', ')}`,
    why: 'Spilo writes the name unquoted into pg_hba.conf, SQL and YAML; PostgreSQL reserves pg_, public and none.',
    find: spec => badNames(spec, name => !USER_NAME.test(name) || name.startsWith('pg_') || OTHER_WORDS.includes(name)),
  },
  {
    id: 'credentials-user-spilo',
    property: 'credentials',
    allowed: `any name but ${SPILO_ROLES.join(', ')}`,
    why: 'Spilo makes roles of these names without login; a user of such a name loses its login at the first start.',
    find: spec => badNames(spec, name => SPILO_ROLES.includes(name)),
  },
  {
    id: 'credentials-users-distinct',
    property: 'credentials',
    allowed: 'a different name for each user, and not postgres, which is the superuser',
    why: 'Patroni would give one user the password and the attributes of the other.',
    find: spec => badNames(spec, (name, index, names) => names.indexOf(name) < index),
  },
  {
    id: 'credentials-admin-unsupported',
    property: 'credentials.adminName',
    allowed: 'no admin user with this image; create roles by SQL',
    why: 'Patroni 4 creates no users, so Spilo 4.0 and newer ignore PGUSER_ADMIN silently.',
    find: ({ credentials: { admin }, image }) => admin !== undefined && !image.createsAdminUser ? [{ received: admin.name }] : [],
  },
  {
    id: 'credentials-admin-password',
    property: 'credentials',
    allowed: 'adminName together with a password for it',
    why: 'A password without a user, or a user without a password, is ignored by Spilo, or gets its built-in password.',
    find: ({ credentials: { plainText, admin } }) => plainText && (admin === undefined) !== (plainText.admin === undefined)
      ? [{ received: admin === undefined ? 'a password and no adminName' : 'adminName and no password' }] : [],
  },
  secretKeyRule('credentials-secret', 'credentials', ({ credentials: { superuser, replication, admin } }) => ({
    'credentials.superuser': superuser.password, 'credentials.replication': replication.password, 'credentials.admin': admin?.password,
  })),
  {
    id: 'credentials-secret-shared',
    property: 'credentials',
    allowed: 'a different Secret or key for each user',
    why: 'All users would have one password, and whoever knows one of them is superuser.',
    find: ({ credentials }) => {
      const entries = users(credentials).map(([user]) => ({ user, ...credentials[user]!.password }));
      return entries.filter(({ name, key }, index) => entries.findIndex(other => other.name === name && other.key === key) < index)
        .map(({ user, key }) => ({ property: `credentials.${user}PasswordEntry`, received: key }));
    },
  },
  {
    id: 'credentials-password-alphabet',
    property: 'credentials.plainTextInManifest',
    allowed: 'one or more of A-Z a-z 0-9 _ -, and none of Spilo\'s built-in passwords',
    why: 'Spilo HTML-escapes passwords, so that a&b becomes a&amp;b and nobody can log in; its built-in ones are public.',
    find: badPasswords,
  },
];
