import { envdirSecret, secretFile, StoreBinding } from './kind';
import { StorePlace } from './places';
import { EncryptionSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { SecretKey, secretKey as entryOf, SecretKeySpec } from '../../kit/secret-key';

/**
 * How the 32 bytes of a libsodium key are written.
 */
export enum LibsodiumKeyEncoding {
  /** 64 hexadecimal digits, as of `openssl rand -hex 32`. */
  HEX = 'hex',
  /** Base64, as of `openssl rand -base64 32`. */
  BASE64 = 'base64',
}

type BackupEncryptionData =
  | { readonly kind: 'libsodium'; readonly secretKey: SecretKey; readonly encoding?: LibsodiumKeyEncoding }
  | { readonly kind: 'pgp'; readonly privateKey: SecretKey; readonly passphrase?: SecretKey };

/**
 * Encryption of everything before it leaves the pod. Whoever restores needs the key: keep it outside the cluster, since
 * without it the backups are lost. Segments and backups that were stored before stay as they are and stay readable.
 */
export class BackupEncryption {
  /**
   * With one secret key, by libsodium.
   *
   * @param secretKey where it is.
   * @param encoding how it is written; hexadecimal if not given.
   */
  public static libsodium(secretKey: SecretKey, encoding?: LibsodiumKeyEncoding): BackupEncryption {
    return new BackupEncryption({ kind: 'libsodium', secretKey: copied(secretKey), encoding });
  }

  /**
   * With an OpenPGP key. The private key is needed, as members restore too.
   *
   * @param privateKey the armored private key.
   * @param passphrase the passphrase of the key; none if not given.
   */
  public static pgp(privateKey: SecretKey, passphrase?: SecretKey): BackupEncryption {
    return new BackupEncryption({ kind: 'pgp', privateKey: copied(privateKey), passphrase: copied(passphrase) });
  }

  /** @internal */
  private constructor(public readonly _data: BackupEncryptionData) {}
}

/** The encryption with its default. */
export function settleEncryption(encryption: BackupEncryption | undefined): EncryptionSpec | undefined {
  if (!encryption) { return undefined; }
  const { _data: data } = encryption;
  return data.kind === 'libsodium'
    ? { kind: 'libsodium', key: entryOf(data.secretKey), encoding: data.encoding ?? LibsodiumKeyEncoding.HEX }
    : onlyDefined<EncryptionSpec>({ kind: 'pgp', key: entryOf(data.privateKey), passphrase: data.passphrase && entryOf(data.passphrase) });
}

/** What wal-g is told of the encryption. */
export function bindEncryption(encryption: EncryptionSpec, { files }: StorePlace): StoreBinding {
  if (encryption.kind === 'libsodium') {
    return {
      settings: { WALG_LIBSODIUM_KEY_PATH: `${files}/libsodium.key`, WALG_LIBSODIUM_KEY_TRANSFORM: encryption.encoding },
      files: [secretFile('libsodium.key', encryption.key)],
    };
  }
  return {
    settings: { WALG_PGP_KEY_PATH: `${files}/pgp.key` },
    secrets: encryption.passphrase ? [envdirSecret('WALG_PGP_KEY_PASSPHRASE', encryption.passphrase)] : [],
    files: [secretFile('pgp.key', encryption.key)],
  };
}

/** Entries of Secrets, by their property below `encryption`. */
export function encryptionKeys(encryption: EncryptionSpec): { readonly [property: string]: SecretKeySpec | undefined } {
  return encryption.kind === 'libsodium' ? { secretKey: encryption.key } : { privateKey: encryption.key, passphrase: encryption.passphrase };
}
