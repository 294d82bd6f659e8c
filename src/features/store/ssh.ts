import { SecretValue } from 'cdk8s-plus-27';
import { Store, StoreBinding, StorePlace, storeRule, StoreUse } from './access';
import { pathIn, StorePrefix } from './prefix';
import { isHost, isStorePath, secretFile } from './syntax';
import { FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';
import { isSecretKey, isWholeNumber } from '../../kernel/syntax';

/**
 * A directory on a server that speaks SFTP.
 *
 * wal-g does not check the server's key: use it in networks where nobody can pretend to be the server, or encrypt.
 */
export interface SshStoreOptions {
  /**
   * Host name or address of the server.
   *
   * @changes dangerous
   */
  readonly host: string;

  /**
   * Port of the server. Spilo itself cannot do without one: it would look for wal-e.
   *
   * @changes at-once
   */
  readonly port: number;

  /**
   * User on the server. It must be allowed to write to the directory.
   *
   * @changes at-once
   */
  readonly user: string;

  /**
   * Private key without passphrase, as OpenSSH writes it, in a Secret.
   *
   * @changes rollout
   */
  readonly privateKey: SecretValue;

  /**
   * Absolute path of a directory on the server, which must exist.
   *
   * @changes dangerous
   */
  readonly directory: string;

  /**
   * Directory of this cluster below `directory`. wal-g makes it.
   *
   * @default - `<namespace>/<cluster>/<PostgreSQL major>`
   * @changes dangerous
   */
  readonly prefix?: StorePrefix;
}

/** The store on a server with SFTP. */
export class SshStore implements Store {
  public readonly kind = 'ssh';

  constructor(public readonly options: SshStoreOptions) {}

  public bind(context: FeatureContext, place: StorePlace): StoreBinding {
    const { host, port, user, privateKey, directory, prefix } = this.options;
    return {
      settings: {
        // The port is no part of the prefix: wal-g would take it for a part of the host's name.
        WALG_SSH_PREFIX: `ssh://${host}${directory}/${pathIn(context, prefix)}`,
        SSH_PORT: String(port),
        SSH_USERNAME: user,
        SSH_PRIVATE_KEY_PATH: `${place.files}/ssh-key`,
      },
      files: [secretFile('ssh-key', privateKey)],
    };
  }
}

/** Checks of the store on a server with SFTP. */
export const sshStoreRules: Rule<StoreUse>[] = [
  storeRule(SshStore, 'backup-ssh-host', 'ssh.host', 'a host name or an IPv4 address, without a port', 'wal-g cannot connect: nothing is archived.',
    ({ options }) => options.host, isHost),
  storeRule(SshStore, 'backup-ssh-port', 'ssh.port', 'a whole number from 1 to 65535', 'wal-g cannot connect: nothing is archived.',
    ({ options }) => options.port ?? null, port => isWholeNumber(port, 1, 65535)),
  storeRule(SshStore, 'backup-ssh-user', 'ssh.user', 'a user name of A-Z a-z 0-9 _ . -', 'The server refuses the connection: nothing is archived.',
    ({ options }) => options.user, user => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user)),
  storeRule(SshStore, 'backup-ssh-key', 'ssh.privateKey', 'a key of a Secret', 'The server refuses the connection: nothing is archived.',
    ({ options }) => options.privateKey?.key ?? null, isSecretKey),
  storeRule(SshStore, 'backup-ssh-directory', 'ssh.directory', 'an absolute path of A-Z a-z 0-9 - _ . /, without .. and without a slash at the end',
    'The envdir holds one line, and a relative path depends on the server.',
    ({ options }) => options.directory, directory => directory.startsWith('/') && isStorePath(directory.slice(1))),
  storeRule(SshStore, 'backup-ssh-prefix', 'ssh.prefix', 'parts of A-Z a-z 0-9 - _ . joined by single slashes', 'The envdir holds one line.',
    ({ options }, { context }) => pathIn(context, options.prefix), isStorePath),
];
