import { SecretValue } from 'cdk8s-plus-27';
import { StoreBinding, StorePlace } from './access';
import { secretFile, secretVariable } from './syntax';

/**
 * How the 32 bytes of a libsodium key are written.
 */
export enum KeyEncoding {
  /** 64 hexadecimal digits, as of `openssl rand -hex 32`. */
  HEX = 'hex',
  /** Base64, as of `openssl rand -base64 32`. */
  BASE64 = 'base64',
}

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
  public static libsodium(secretKey: SecretValue, encoding: KeyEncoding = KeyEncoding.HEX): BackupEncryption {
    return new BackupEncryption(secretKey, undefined, place => ({
      settings: { WALG_LIBSODIUM_KEY_PATH: `${place.files}/libsodium.key`, WALG_LIBSODIUM_KEY_TRANSFORM: encoding },
      files: [secretFile('libsodium.key', secretKey)],
    }));
  }

  /**
   * With an OpenPGP key. The private key is needed, as members restore too.
   *
   * @param privateKey the armored private key.
   * @param passphrase the passphrase of the key; none if not given.
   */
  public static pgp(privateKey: SecretValue, passphrase?: SecretValue): BackupEncryption {
    return new BackupEncryption(privateKey, passphrase, place => ({
      settings: { WALG_PGP_KEY_PATH: `${place.files}/pgp.key` },
      secrets: passphrase ? [secretVariable('WALG_PGP_KEY_PASSPHRASE', passphrase)] : [],
      files: [secretFile('pgp.key', privateKey)],
    }));
  }

  private constructor(
    /** @internal */
    public readonly _key: SecretValue,
    /** @internal */
    public readonly _passphrase: SecretValue | undefined,
    /** @internal */
    public readonly _bind: (place: StorePlace) => StoreBinding,
  ) {}
}
