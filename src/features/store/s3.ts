import { ISecret, SecretValue } from 'cdk8s-plus-27';
import { Settings, Store, StoreBinding, StorePlace, storeRule, StoreUse } from './access';
import { pathIn, StorePrefix } from './prefix';
import { isStorePath, PATH_SYNTAX, secretFile, secretVariable } from './syntax';
import { FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';
import { isOneLine } from '../../kernel/syntax';

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
  readonly accessKeyIdKey?: string;

  /**
   * Key of the secret access key.
   *
   * @default 'AWS_SECRET_ACCESS_KEY'
   * @changes rollout
   */
  readonly secretAccessKeyKey?: string;
}

/**
 * How a cluster proves to S3 who it is.
 */
export class S3Credentials {
  /**
   * An access key in a Secret. A rotated key counts for the next segment, without a restart.
   *
   * @param secret the Secret, in the namespace of the cluster.
   * @param options keys, where they are not the usual ones.
   */
  public static fromSecret(secret: ISecret, options: S3KeyOptions = {}): S3Credentials {
    const { accessKeyIdKey = 'AWS_ACCESS_KEY_ID', secretAccessKeyKey = 'AWS_SECRET_ACCESS_KEY' } = options;
    return new S3Credentials(() => ({
      settings: {},
      secrets: [
        secretVariable('AWS_ACCESS_KEY_ID', { secret, key: accessKeyIdKey }),
        secretVariable('AWS_SECRET_ACCESS_KEY', { secret, key: secretAccessKeyKey }),
      ],
    }));
  }

  /**
   * A role of AWS that trusts the cluster's ServiceAccount. The token and its renewal are part of the pod: no webhook and
   * no annotation is needed. Read in wal-g's and the SDK's source, not run against AWS.
   *
   * @param roleArn the role.
   */
  public static workloadIdentity(roleArn: string): S3Credentials {
    return new S3Credentials(({ files }) => ({
      settings: {
        // Not AWS_ROLE_ARN: with that variable wal-g assumes the role a second time, as itself.
        AWS_CONFIG_FILE: `${files}/aws-config`,
        AWS_SDK_LOAD_CONFIG: '1',
      },
      files: [{ serviceAccountToken: { path: 'aws-token', audience: 'sts.amazonaws.com', expirationSeconds: 3607 } }],
      texts: {
        'aws-config': [
          '[default]', `role_arn = ${roleArn}`, `web_identity_token_file = ${files}/aws-token`, 'sts_regional_endpoints = regional', '',
        ].join('\n'),
      },
    }), roleArn);
  }

  /**
   * Whatever the node has: its instance profile.
   */
  public static fromNode(): S3Credentials {
    return new S3Credentials(() => ({ settings: {} }));
  }

  private constructor(
    /** @internal */
    public readonly _bind: (place: StorePlace) => StoreBinding,
    /** @internal */
    public readonly _roleArn?: string,
  ) {}
}

/**
 * Encryption by S3 itself.
 */
export class S3ServerSideEncryption {
  /** With keys of S3. */
  public static aes256(): S3ServerSideEncryption {
    return new S3ServerSideEncryption({ WALG_S3_SSE: 'AES256' });
  }

  /**
   * With a key of AWS KMS.
   *
   * @param keyId id or ARN of the key.
   */
  public static kms(keyId: string): S3ServerSideEncryption {
    return new S3ServerSideEncryption({ WALG_S3_SSE: 'aws:kms', WALG_S3_SSE_KMS_ID: keyId });
  }

  /** @internal */
  private constructor(public readonly _settings: Settings) {}
}

/**
 * A bucket of Amazon S3 or of anything that speaks its protocol. The bucket must exist: wal-g makes none.
 */
export interface S3StoreOptions {
  /**
   * Name of the bucket.
   *
   * @changes dangerous
   */
  readonly bucket: string;

  /**
   * Who the cluster is to S3.
   *
   * @changes rollout
   */
  readonly credentials: S3Credentials;

  /**
   * Directory of this cluster in the bucket.
   *
   * @default - `<namespace>/<cluster>/<PostgreSQL major>`
   * @changes dangerous
   */
  readonly prefix?: StorePrefix;

  /**
   * Region of the bucket: `eu-central-1`. Compatible servers take any word, mostly `us-east-1`.
   *
   * @default - must be given without an endpoint; `us-east-1` with one
   * @changes at-once
   */
  readonly region?: string;

  /**
   * URL of a compatible server: `https://minio.example.org:9000`.
   *
   * @default - Amazon's own for the region
   * @changes at-once
   */
  readonly endpoint?: string;

  /**
   * Whether the bucket is part of the path (`https://host/bucket`) and not of the host name (`https://bucket.host`).
   *
   * @default - true with an endpoint, since few servers have a name for each bucket
   * @changes at-once
   */
  readonly pathStyle?: boolean;

  /**
   * Certificate authority of the endpoint, PEM, in a Secret.
   *
   * @default - those of the image
   * @changes rollout
   */
  readonly ca?: SecretValue;

  /**
   * Encryption by the server. Encryption before sending is `encryption` of the backup.
   *
   * @default - what the bucket does by itself
   * @changes at-once
   */
  readonly serverSideEncryption?: S3ServerSideEncryption;

  /**
   * Storage class of the objects: `STANDARD_IA`. Archive classes, which answer after hours, cannot be restored from.
   *
   * @default 'STANDARD'
   * @changes at-once
   */
  readonly storageClass?: string;
}

/** The store in a bucket of S3. */
export class S3Store implements Store {
  public readonly kind = 's3';

  constructor(public readonly options: S3StoreOptions) {}

  public bind(context: FeatureContext, place: StorePlace): StoreBinding {
    const { bucket, prefix, region, endpoint, pathStyle, ca, serverSideEncryption, storageClass, credentials } = this.options;
    const { settings, secrets, files = [], texts } = credentials._bind(place);
    return {
      settings: {
        WALG_S3_PREFIX: `s3://${bucket}/${pathIn(context, prefix)}`,
        AWS_REGION: region ?? 'us-east-1',
        ...(endpoint === undefined ? {} : { AWS_ENDPOINT: endpoint }),
        AWS_S3_FORCE_PATH_STYLE: String(pathStyle ?? endpoint !== undefined),
        ...(ca === undefined ? {} : { WALG_S3_CA_CERT_FILE: `${place.files}/s3-ca.crt` }),
        ...serverSideEncryption?._settings,
        ...(storageClass === undefined ? {} : { WALG_S3_STORAGE_CLASS: storageClass }),
        ...settings,
      },
      secrets,
      files: [...files, ...(ca ? [secretFile('s3-ca.crt', ca)] : [])],
      texts,
    };
  }
}

/** Objects in these classes must be thawed by hand before anything can read them. */
const FROZEN = ['GLACIER', 'DEEP_ARCHIVE'];

/** Checks of the S3 store. */
export const s3StoreRules: Rule<StoreUse>[] = [
  storeRule(S3Store, 'backup-s3-bucket', 's3.bucket', '3 to 63 of a-z 0-9 . -, alphanumeric first and last', 'S3 refuses every request: nothing is archived.',
    ({ options }) => options.bucket, bucket => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)),
  storeRule(S3Store, 'backup-s3-prefix', 's3.prefix', PATH_SYNTAX, 'The envdir holds one line, and S3 and tools read other characters differently.',
    ({ options }, { context }) => pathIn(context, options.prefix), isStorePath),
  {
    ...storeRule(S3Store, 'backup-s3-region', 's3.region', 'a region such as eu-central-1; may be left out only with an endpoint',
      'Without endpoint and region wal-g asks the metadata service of a cloud, and archives nothing where there is none.',
      ({ options }) => ({ region: options.region, endpoint: options.endpoint }),
      ({ region, endpoint }) => region === undefined ? endpoint !== undefined : /^[a-z0-9-]+$/.test(region)),
  },
  storeRule(S3Store, 'backup-s3-endpoint', 's3.endpoint', 'http:// or https://, a host and perhaps a port', 'wal-g cannot connect: nothing is archived.',
    ({ options }) => options.endpoint, endpoint => /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/?$/.test(endpoint)),
  storeRule(S3Store, 'backup-s3-ca', 's3.ca', 'only with an https:// endpoint', 'The certificate would not be used: the connection is not encrypted.',
    ({ options }) => options.ca && (options.endpoint ?? 'no endpoint'), endpoint => endpoint.startsWith('https://')),
  storeRule(S3Store, 'backup-s3-storage-class', 's3.storageClass', `A-Z 0-9 _; not ${FROZEN.join(', ')}`, 'A restore would wait for hours until somebody thaws every object by hand.',
    ({ options }) => options.storageClass, storageClass => /^[A-Z][A-Z0-9_]*$/.test(storageClass) && !FROZEN.includes(storageClass)),
  storeRule(S3Store, 'backup-s3-role', 's3.credentials', 'arn:aws:iam::ACCOUNT:role/NAME', 'AWS refuses to say who the cluster is: nothing is archived.',
    ({ options }) => options.credentials._roleArn, arn => isOneLine(arn) && /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)),
  storeRule(S3Store, 'backup-s3-kms-key', 's3.serverSideEncryption', 'id or ARN of a key, in one line', 'S3 refuses every object: nothing is archived.',
    ({ options }) => options.serverSideEncryption?._settings.WALG_S3_SSE_KMS_ID, key => isOneLine(key) && key.trim() !== ''),
];
