import { SecretKeySpec } from '../../kit/secret-key';

/** A user of PostgreSQL's and where the password is. */
export interface UserSpec { readonly name: string; readonly password: SecretKeySpec }

/** PostgreSQL's own users. */
export interface CredentialsSpec {
  /** Whether the Secrets exist, are made once by a Job, or are rendered with the passwords that the user wrote as literals. */
  readonly kind: 'secret' | 'generated' | 'plain-text';
  readonly superuser: UserSpec;
  readonly replication: UserSpec;
  readonly admin?: UserSpec;
  /** Literals, by the key of their Secret. */
  readonly plainText?: { readonly [user: string]: string };
}
