import { CredentialsSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { SecretKey, secretKey } from '../../kit/secret-key';

/** The only superuser that Spilo's own scripts work with. */
export const SUPERUSER = 'postgres';

/**
 * Names of PostgreSQL's users beside the superuser, who is always `postgres`: Spilo's scripts name it, and a cluster with
 * another one is never made.
 */
export interface UserNamesOptions {
  /**
   * Name of the user that replicas stream with.
   *
   * @default 'standby'
   * @changes dangerous Patroni logs in as a user that a running cluster does not have
   */
  readonly replicationName?: string;

  /**
   * Name of a user that may create databases and roles. Only Spilo before 4.0 creates it. Not `admin`: Spilo makes a
   * role of that name which cannot log in.
   *
   * @default - no such user
   * @changes bootstrap
   */
  readonly adminName?: string;
}

/**
 * Names of users, and the keys of a Secret that hold their passwords.
 *
 * Spilo HTML-escapes what it reads, so a password in the Secret must consist of `A-Z`, `a-z`, `0-9`, `_` and `-`:
 * from `a&b` PostgreSQL would get `a&amp;b`.
 */
export interface CredentialsOptions extends UserNamesOptions {
  /**
   * Key of the superuser's password.
   *
   * @default 'superuser-password'
   * @changes dangerous
   */
  readonly superuserPasswordEntry?: string;

  /**
   * Key of the replication user's password.
   *
   * @default 'replication-password'
   * @changes dangerous
   */
  readonly replicationPasswordEntry?: string;

  /**
   * Key of the password of `adminName`.
   *
   * @default 'admin-password'
   * @changes bootstrap
   */
  readonly adminPasswordEntry?: string;
}

/**
 * Where the password of each user is. The Secrets may be of the type `kubernetes.io/basic-auth`, or those that Zalando's
 * operator makes: their key is `password`.
 */
export interface CredentialsSecrets {
  /**
   * Password of the superuser.
   *
   * @changes dangerous
   */
  readonly superuser: SecretKey;

  /**
   * Password of the replication user.
   *
   * @changes dangerous
   */
  readonly replication: SecretKey;

  /**
   * Password of the user `adminName`.
   *
   * @default - none
   * @changes bootstrap
   */
  readonly admin?: SecretKey;
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

type CredentialsData =
  | { readonly kind: 'generated'; readonly options: UserNamesOptions }
  | { readonly kind: 'fromSecret'; readonly secretName: string; readonly options: CredentialsOptions }
  | { readonly kind: 'fromSecrets'; readonly passwords: CredentialsSecrets; readonly options: UserNamesOptions }
  | { readonly kind: 'plainTextInManifest'; readonly passwords: PlainTextPasswords; readonly options: CredentialsOptions };

/**
 * Where the passwords of PostgreSQL's own users come from.
 */
export class Credentials {
  /**
   * Random passwords in a Secret named as the cluster, which a Job makes if there is none. Nothing secret is rendered, and
   * nothing removes the Secret: keep a copy of it where the backups are, since a restored cluster needs a Secret of its own.
   *
   * @param options names of users, where they are not the defaults.
   */
  public static generated(options: UserNamesOptions = {}): Credentials {
    return new Credentials({ kind: 'generated', options: copied(options) });
  }

  /**
   * Passwords in a Secret that exists: made by hand, by External Secrets, by Sealed Secrets. Nothing secret is rendered.
   *
   * @param secretName name of the Secret, in the namespace of the cluster.
   * @param options names of users and keys, where they are not the defaults.
   */
  public static fromSecret(secretName: string, options: CredentialsOptions = {}): Credentials {
    return new Credentials({ kind: 'fromSecret', secretName, options: copied(options) });
  }

  /**
   * Passwords in Secrets that exist, one for each user.
   *
   * @param passwords where each password is.
   * @param options names of users, where they are not the defaults.
   */
  public static fromSecrets(passwords: CredentialsSecrets, options: UserNamesOptions = {}): Credentials {
    return new Credentials({ kind: 'fromSecrets', passwords: copied(passwords), options: copied(options) });
  }

  /**
   * Passwords that are written, readable by everybody, into the manifest: a Secret named as the cluster. For trials.
   *
   * @param passwords the passwords, of `A-Z`, `a-z`, `0-9`, `_` and `-`.
   * @param options names of users and keys, where they are not the defaults.
   */
  public static plainTextInManifest(passwords: PlainTextPasswords, options: CredentialsOptions = {}): Credentials {
    return new Credentials({ kind: 'plainTextInManifest', passwords: copied(passwords), options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: CredentialsData) {}
}

/** The users with every name. */
export function settleCredentials(credentials: Credentials | undefined, { name }: { readonly name: string }): CredentialsSpec {
  const data = (credentials ?? Credentials.generated())._data;
  const { replicationName = 'standby', adminName } = data.options;
  const passwords = passwordsOf(data, name);
  const users = {
    superuser: { name: SUPERUSER, password: passwords.superuser },
    replication: { name: replicationName, password: passwords.replication },
    admin: adminName === undefined ? undefined : { name: adminName, password: passwords.admin ?? { name, key: 'admin-password' } },
  };
  if (data.kind !== 'plainTextInManifest') { return onlyDefined({ kind: data.kind === 'generated' ? 'generated' : 'secret', ...users }); }
  return onlyDefined({ kind: 'plain-text', ...users, plainText: onlyDefined({ ...data.passwords }) as { [user: string]: string } });
}

/** Where each password is. */
function passwordsOf(data: CredentialsData, cluster: string): CredentialsSecrets {
  if (data.kind === 'fromSecrets') {
    const { superuser, replication, admin } = data.passwords;
    return { superuser: secretKey(superuser), replication: secretKey(replication), ...admin ? { admin: secretKey(admin) } : {} };
  }
  const name = data.kind === 'fromSecret' ? data.secretName : cluster;
  const {
    superuserPasswordEntry = 'superuser-password', replicationPasswordEntry = 'replication-password', adminPasswordEntry = 'admin-password',
  }: CredentialsOptions = data.options;
  return {
    superuser: { name, key: superuserPasswordEntry }, replication: { name, key: replicationPasswordEntry }, admin: { name, key: adminPasswordEntry },
  };
}
