import { ISecret, k8s } from 'cdk8s-plus-27';
import { Contribution, Manifest } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Finding, Rule } from '../../kernel/rule';
import { isSecretKey } from '../../kernel/syntax';

/** Characters that survive every way a password takes through Spilo: its template HTML-escapes the others. */
const SAFE_PASSWORD = /^[A-Za-z0-9_-]+$/;
/** Passwords that Spilo's source gives away. */
const BUILT_IN_PASSWORDS = ['zalando', 'standby', 'cola'];
const USER_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Names of PostgreSQL's users, and the keys of a Secret that hold their passwords.
 *
 * Spilo HTML-escapes what it reads, so a password in the Secret must consist of `A-Z`, `a-z`, `0-9`, `_` and `-`:
 * from `a&b` PostgreSQL would get `a&amp;b`.
 */
export interface CredentialsOptions {
  /**
   * Name of the superuser.
   *
   * @default 'postgres'
   * @changes dangerous Patroni logs in as a user that a running cluster does not have
   */
  readonly superuserName?: string;

  /**
   * Key of the superuser's password.
   *
   * @default 'superuser-password'
   * @changes dangerous
   */
  readonly superuserPasswordKey?: string;

  /**
   * Name of the user that replicas stream with.
   *
   * @default 'standby'
   * @changes dangerous Patroni logs in as a user that a running cluster does not have
   */
  readonly replicationName?: string;

  /**
   * Key of the replication user's password.
   *
   * @default 'replication-password'
   * @changes dangerous
   */
  readonly replicationPasswordKey?: string;

  /**
   * Name of a user that may create databases and roles. Only Spilo before 4.0 creates it. Not `admin`: Spilo makes a
   * role of that name which cannot log in.
   *
   * @default - no such user
   * @changes bootstrap
   */
  readonly adminName?: string;

  /**
   * Key of that user's password.
   *
   * @default 'admin-password'
   * @changes bootstrap
   */
  readonly adminPasswordKey?: string;
}

/**
 * Passwords as text.
 */
export interface PlainTextPasswords {
  /** Password of the superuser. */
  readonly superuser: string;
  /** Password of the replication user. */
  readonly replication: string;
  /**
   * Password of the user `adminName`.
   *
   * @default - none
   */
  readonly admin?: string;
}

/**
 * Where the passwords of PostgreSQL's own users come from.
 */
export class Credentials {
  /**
   * Passwords in a Secret that exists: made by hand, by External Secrets, by Sealed Secrets. Nothing secret is rendered.
   *
   * @param secret the Secret, in the namespace of the cluster.
   * @param options names of users and keys, where they are not the defaults.
   */
  public static fromSecret(secret: ISecret, options: CredentialsOptions = {}): Credentials {
    return new Credentials(options, secret.name);
  }

  /**
   * Passwords that are written, readable by everybody, into the manifest: a Secret named as the cluster. For trials.
   *
   * @param passwords the passwords, of `A-Z`, `a-z`, `0-9`, `_` and `-`.
   * @param options names of users and keys, where they are not the defaults.
   */
  public static plainTextInManifest(passwords: PlainTextPasswords, options: CredentialsOptions = {}): Credentials {
    return new Credentials(options, undefined, { ...passwords });
  }

  private constructor(
    private readonly options: CredentialsOptions,
    private readonly existingSecret?: string,
    /** @internal */
    public readonly _plainText?: PlainTextPasswords,
  ) {}

  /** @internal */
  public _resolve(clusterName: string): ResolvedCredentials {
    const { options } = this;
    return {
      secretName: this.existingSecret ?? clusterName,
      superuserName: options.superuserName ?? 'postgres',
      superuserPasswordKey: options.superuserPasswordKey ?? 'superuser-password',
      replicationName: options.replicationName ?? 'standby',
      replicationPasswordKey: options.replicationPasswordKey ?? 'replication-password',
      adminName: options.adminName,
      adminPasswordKey: options.adminPasswordKey ?? 'admin-password',
    };
  }
}

/** Credentials with every name known. Holds no password. */
export interface ResolvedCredentials {
  readonly secretName: string;
  readonly superuserName: string;
  readonly superuserPasswordKey: string;
  readonly replicationName: string;
  readonly replicationPasswordKey: string;
  readonly adminName?: string;
  readonly adminPasswordKey: string;
}

const resolved = ({ props, names }: FeatureContext) => props.credentials._resolve(names.cluster);

function userNames(context: FeatureContext): { property: string; received: string }[] {
  const { superuserName, replicationName, adminName } = resolved(context);
  return [
    { property: 'credentials.superuserName', received: superuserName },
    { property: 'credentials.replicationName', received: replicationName },
    ...(adminName === undefined ? [] : [{ property: 'credentials.adminName', received: adminName }]),
  ];
}

/** Never shows the password itself, only what is wrong with it. */
function badPasswords({ props }: FeatureContext): Finding[] {
  return Object.entries(props.credentials._plainText ?? {}).flatMap(([user, password]) => {
    const property = `credentials.plainTextInManifest.${user}`;
    if (typeof password !== 'string' || !SAFE_PASSWORD.test(password)) {
      return [{ property, received: 'a text (not shown) that is empty or has other characters' }];
    }
    return BUILT_IN_PASSWORDS.includes(password) ? [{ property, received: 'one of Spilo\'s built-in passwords' }] : [];
  });
}

const rules: Rule<FeatureContext>[] = [
  {
    id: 'credentials-user-name',
    property: 'credentials',
    allowed: 'a lower-case letter or _, then up to 62 of a-z 0-9 _; not beginning with pg_',
    why: 'Spilo writes the name unquoted into pg_hba.conf and SQL; PostgreSQL reserves pg_.',
    find: context => userNames(context).filter(({ received }) => !USER_NAME.test(received) || received.startsWith('pg_')),
  },
  {
    id: 'credentials-user-admin',
    property: 'credentials',
    allowed: 'any name but admin',
    why: 'Spilo creates a role admin without login; a user of that name loses its login at the first start.',
    find: context => userNames(context).filter(({ received }) => received === 'admin'),
  },
  {
    id: 'credentials-users-distinct',
    property: 'credentials',
    allowed: 'a different name for each user',
    why: 'Patroni would give one user the password and the attributes of the other.',
    find: context => userNames(context).filter(({ received }, index, all) => all.findIndex(user => user.received === received) < index),
  },
  {
    id: 'credentials-admin-unsupported',
    property: 'credentials.adminName',
    allowed: 'no admin user with this image; create roles by SQL',
    why: 'Patroni 4 creates no users, so Spilo 4.0 and newer ignore PGUSER_ADMIN silently.',
    find: context => resolved(context).adminName !== undefined && !context.image.createsAdminUser
      ? [{ received: resolved(context).adminName }] : [],
  },
  {
    id: 'credentials-admin-password',
    property: 'credentials',
    allowed: 'adminName together with a password for it',
    why: 'A password without a user, or a user without a password, is ignored by Spilo, or gets its built-in password.',
    find: context => {
      const { _plainText } = context.props.credentials;
      const { adminName } = resolved(context);
      return _plainText && (adminName === undefined) !== (_plainText.admin === undefined)
        ? [{ received: adminName === undefined ? 'a password and no adminName' : 'adminName and no password' }] : [];
    },
  },
  {
    id: 'credentials-secret-key',
    property: 'credentials',
    allowed: 'different keys, each 1 to 253 of A-Z a-z 0-9 - _ .',
    why: 'The pods wait forever for a key that a Secret cannot have; a shared key gives all users one password.',
    find: context => {
      const { superuserPasswordKey, replicationPasswordKey, adminPasswordKey } = resolved(context);
      const keys = { superuserPasswordKey, replicationPasswordKey, adminPasswordKey };
      const values = Object.values(keys);
      return Object.entries(keys)
        .filter(([, key], index) => !isSecretKey(key) || values.indexOf(key) < index)
        .map(([name, received]) => ({ property: `credentials.${name}`, received }));
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

function contribute(context: FeatureContext): Contribution {
  const credentials = resolved(context);
  const password = (name: string, key: string): k8s.EnvVar => ({ name, valueFrom: { secretKeyRef: { name: credentials.secretName, key } } });
  return {
    env: [
      { name: 'PGUSER_SUPERUSER', value: credentials.superuserName },
      password('PGPASSWORD_SUPERUSER', credentials.superuserPasswordKey),
      { name: 'PGUSER_STANDBY', value: credentials.replicationName },
      password('PGPASSWORD_STANDBY', credentials.replicationPasswordKey),
      ...(credentials.adminName === undefined ? [] : [
        { name: 'PGUSER_ADMIN', value: credentials.adminName },
        password('PGPASSWORD_ADMIN', credentials.adminPasswordKey),
      ]),
    ],
    objects: credentialsSecret(context, credentials),
  };
}

/** `data` and not `stringData`: the latter reads as changed on every client-side apply. */
function credentialsSecret({ props, labels }: FeatureContext, credentials: ResolvedCredentials): Manifest[] {
  const passwords = props.credentials._plainText;
  if (!passwords) { return []; }
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  return [{
    id: 'CredentialsSecret',
    apiVersion: 'v1',
    kind: 'Secret',
    name: credentials.secretName,
    labels: labels.metadata,
    body: {
      type: 'Opaque',
      data: {
        [credentials.superuserPasswordKey]: base64(passwords.superuser),
        [credentials.replicationPasswordKey]: base64(passwords.replication),
        ...(passwords.admin === undefined ? {} : { [credentials.adminPasswordKey]: base64(passwords.admin) }),
      },
    },
  }];
}

export const credentialsFeature: Feature = { rules, contribute };
