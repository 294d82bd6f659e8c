import { secretFile, StoreInUse, StoreKind } from './kind';
import { pathText, settlePath, StoreOwner, StorePrefix } from './prefix';
import { SshStoreSpec } from './spec';
import { isStorePath } from './syntax';
import { Rule, valueRule } from '../../kernel/rule';
import { HOST_SYNTAX, isHost, isWholeNumber, urlHost } from '../../kernel/syntax';
import { SecretKey, secretKey } from '../../kit/secret-key';

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
  readonly privateKey: SecretKey;

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

/** The directory with its default. */
export function settleSsh({ host, port, user, privateKey, directory, prefix }: SshStoreOptions, owner: StoreOwner): SshStoreSpec {
  return { kind: 'ssh', host, port, user, privateKey: secretKey(privateKey), directory, path: settlePath(owner, prefix) };
}

const rules: readonly Rule<StoreInUse<SshStoreSpec>>[] = [
  valueRule('backup-ssh-host', 'store.host', `${HOST_SYNTAX}, without a port`, 'wal-g cannot connect: nothing is archived.',
    ({ store }) => store.host, isHost),
  valueRule('backup-ssh-port', 'store.port', 'a whole number from 1 to 65535', 'wal-g cannot connect: nothing is archived.',
    ({ store }) => store.port, port => isWholeNumber(port, 1, 65535)),
  valueRule('backup-ssh-user', 'store.user', 'a user name of A-Z a-z 0-9 _ . -', 'The server refuses the connection: nothing is archived.',
    ({ store }) => store.user, user => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user)),
  valueRule('backup-ssh-directory', 'store.directory', 'an absolute path of A-Z a-z 0-9 - _ . /, without .. and without a slash at the end',
    'The envdir holds one line, and a relative path depends on the server.',
    ({ store }) => store.directory, directory => directory.startsWith('/') && isStorePath(directory.slice(1))),
];

/** The store on a server with SFTP. */
export const SSH: StoreKind<SshStoreSpec> = {
  rules,
  bind: ({ host, port, user, privateKey, directory, path }, place) => ({
    settings: {
      // The port is no part of the prefix: wal-g would take it for a part of the host's name.
      WALG_SSH_PREFIX: `ssh://${urlHost(host)}${directory}/${pathText(path)}`,
      SSH_PORT: String(port),
      SSH_USERNAME: user,
      SSH_PRIVATE_KEY_PATH: `${place.files}/ssh-key`,
    },
    files: [secretFile('ssh-key', privateKey)],
  }),
  secretKeys: ({ privateKey }) => ({ privateKey }),
  locate: ({ host, port, directory, path }) => ({ text: `ssh://${urlHost(host).toLowerCase()}:${port}${directory}/${pathText(path)}`, isGlobal: false }),
};
