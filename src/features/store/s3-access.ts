import { S3CredentialsSpec, S3StoreSpec } from './spec';
import { copied } from '../../kernel/data';

/**
 * Keys of a Secret with an access key.
 */
export interface S3KeyOptions {
  /**
   * Key of the access key's id.
   *
   * @default 'AWS_ACCESS_KEY_ID'
   * @changes rollout
   */
  readonly accessKeyIdEntry?: string;

  /**
   * Key of the secret access key.
   *
   * @default 'AWS_SECRET_ACCESS_KEY'
   * @changes rollout
   */
  readonly secretAccessKeyEntry?: string;
}

type S3CredentialsData =
  | { readonly kind: 'fromSecret'; readonly secretName: string; readonly options?: S3KeyOptions }
  | { readonly kind: 'workloadIdentity'; readonly roleArn: string }
  | { readonly kind: 'podIdentity' }
  | { readonly kind: 'fromNode' };

/**
 * How a cluster proves to S3 who it is.
 */
export class S3Credentials {
  /**
   * An access key in a Secret. A rotated key takes effect with the next segment, without a restart.
   *
   * @param secretName name of the Secret, in the namespace of the cluster.
   * @param options keys, where they are not the usual ones.
   */
  public static fromSecret(secretName: string, options: S3KeyOptions = {}): S3Credentials {
    return new S3Credentials({ kind: 'fromSecret', secretName, options: copied(options) });
  }

  /**
   * A role of AWS that trusts the cluster's ServiceAccount. The token and its renewal are part of the pod: no webhook and
   * no annotation is needed. Read in wal-g's and the SDK's source, not run against AWS.
   *
   * @param roleArn the role.
   */
  public static workloadIdentity(roleArn: string): S3Credentials {
    return new S3Credentials({ kind: 'workloadIdentity', roleArn });
  }

  /**
   * The role that an EKS Pod Identity association gives to the cluster's ServiceAccount. The token for the agent on the node is
   * part of the pod: what EKS adds to pods by itself does not reach wal-g. Read in wal-g's and the SDK's source, not run against AWS.
   */
  public static podIdentity(): S3Credentials {
    return new S3Credentials({ kind: 'podIdentity' });
  }

  /**
   * Whatever the node has: its instance profile.
   */
  public static fromNode(): S3Credentials {
    return new S3Credentials({ kind: 'fromNode' });
  }

  /** @internal */
  private constructor(public readonly _data: S3CredentialsData) {}
}

/** The credentials with the keys of their Secret. */
export function settleS3Credentials({ _data: data }: S3Credentials): S3CredentialsSpec {
  switch (data.kind) {
    case 'fromSecret': {
      const { accessKeyIdEntry = 'AWS_ACCESS_KEY_ID', secretAccessKeyEntry = 'AWS_SECRET_ACCESS_KEY' } = data.options ?? {};
      const entry = (key: string) => ({ name: data.secretName, key });
      return { kind: 'secret', accessKeyId: entry(accessKeyIdEntry), secretAccessKey: entry(secretAccessKeyEntry) };
    }
    case 'workloadIdentity': return { kind: 'workload-identity', roleArn: data.roleArn };
    case 'podIdentity': return { kind: 'pod-identity' };
    case 'fromNode': return { kind: 'node' };
  }
}

type S3ServerSideEncryptionData = { readonly kind: 'aes256' } | { readonly kind: 'kms'; readonly keyId: string };

/**
 * Encryption by S3 itself.
 */
export class S3ServerSideEncryption {
  /** With keys of S3. */
  public static aes256(): S3ServerSideEncryption {
    return new S3ServerSideEncryption({ kind: 'aes256' });
  }

  /**
   * With a key of AWS KMS.
   *
   * @param keyId id or ARN of the key.
   */
  public static kms(keyId: string): S3ServerSideEncryption {
    return new S3ServerSideEncryption({ kind: 'kms', keyId });
  }

  /** @internal */
  private constructor(public readonly _data: S3ServerSideEncryptionData) {}
}

/** The encryption as S3 calls it. */
export function settleServerSideEncryption({ _data: data }: S3ServerSideEncryption): S3StoreSpec['serverSideEncryption'] {
  return data.kind === 'aes256' ? { algorithm: 'AES256' } : { algorithm: 'aws:kms', keyId: data.keyId };
}
