import { URL } from 'url';
import { envdirSecret, secretFile, Settings, StoreBinding, StoreInUse, StoreKind } from './kind';
import { StorePlace } from './places';
import { pathText, settlePath, StoreOwner, StorePrefix } from './prefix';
import { S3Credentials, S3ServerSideEncryption, settleS3Credentials, settleServerSideEncryption } from './s3-access';
import { S3CredentialsSpec, S3StoreSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isUrl, URL_SYNTAX } from '../../kernel/syntax';
import { SecretKey, secretKey } from '../../kit/secret-key';

/**
 * A bucket that is reached by the protocol of S3. The bucket must exist: wal-g makes none.
 */
export interface S3BucketOptions {
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

/**
 * A bucket of Amazon S3.
 */
export interface S3StoreOptions extends S3BucketOptions {
  /**
   * Region of the bucket: `eu-central-1`.
   *
   * @changes at-once
   */
  readonly region: string;

  /**
   * Whether the bucket is part of the path (`https://host/bucket`) and not of the host name (`https://bucket.host`). Amazon's
   * certificates do not cover a bucket with a dot in its name, unless it is part of the path.
   *
   * @default false
   * @changes at-once
   */
  readonly pathStyle?: boolean;
}

/**
 * A bucket of a server that speaks the protocol of S3: MinIO, Ceph, and many clouds.
 */
export interface S3CompatibleStoreOptions extends S3BucketOptions {
  /**
   * URL of the server: `https://minio.example.org:9000`. It may have a path.
   *
   * @changes at-once
   */
  readonly endpoint: string;

  /**
   * Region of the bucket. Most servers take any word.
   *
   * @default 'us-east-1'
   * @changes at-once
   */
  readonly region?: string;

  /**
   * Whether the bucket is part of the path (`https://host/bucket`) and not of the host name (`https://bucket.host`).
   *
   * @default true since few servers have a name for each bucket
   * @changes at-once
   */
  readonly pathStyle?: boolean;

  /**
   * Certificate authority of the endpoint, PEM, in a Secret.
   *
   * @default - those of the image
   * @changes rollout
   */
  readonly ca?: SecretKey;
}

/** A bucket of Amazon's, with its defaults. The storage class has one of the bucket's own. */
export function settleS3({ region, pathStyle = false, ...bucket }: S3StoreOptions, owner: StoreOwner): S3StoreSpec {
  return { ...settleBucket(bucket, owner), region, pathStyle };
}

/** A bucket elsewhere, with its defaults. */
export function settleS3Compatible(
  { endpoint, region = 'us-east-1', pathStyle = true, ca, ...bucket }: S3CompatibleStoreOptions, owner: StoreOwner,
): S3StoreSpec {
  return onlyDefined({ ...settleBucket(bucket, owner), region, endpoint, pathStyle, ca: ca && secretKey(ca) });
}

function settleBucket({ bucket, credentials, prefix, serverSideEncryption, storageClass }: S3BucketOptions, owner: StoreOwner) {
  return onlyDefined({
    kind: 's3' as const,
    bucket,
    path: settlePath(owner, prefix),
    credentials: settleS3Credentials(credentials),
    serverSideEncryption: serverSideEncryption && settleServerSideEncryption(serverSideEncryption),
    storageClass,
  });
}

/** Objects in these classes must be thawed by hand before anything can read them. */
const FROZEN = ['GLACIER', 'DEEP_ARCHIVE'];

const rules: readonly Rule<StoreInUse<S3StoreSpec>>[] = [
  valueRule('backup-s3-bucket', 'store.bucket', '3 to 63 of a-z 0-9 . -, alphanumeric first and last', 'S3 refuses every request: nothing is archived.',
    ({ store }) => store.bucket, bucket => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)),
  valueRule('backup-s3-region', 'store.region', 'a region of Amazon such as eu-central-1; with an endpoint any word of A-Z a-z 0-9 . _ -',
    'S3 refuses every request: nothing is archived.',
    ({ store }) => store.region, (region, { store }) => (store.endpoint === undefined ? /^[a-z0-9-]+$/ : /^[\w.-]+$/).test(region)),
  valueRule('backup-s3-endpoint', 'store.endpoint', URL_SYNTAX, 'wal-g cannot connect: nothing is archived.', ({ store }) => store.endpoint, isUrl),
  valueRule('backup-s3-ca', 'store.ca', 'only with an https:// endpoint', 'The certificate would not be used: the connection is not encrypted.',
    ({ store }) => store.ca && store.endpoint, endpoint => endpoint.startsWith('https://')),
  valueRule('backup-s3-storage-class', 'store.storageClass', `A-Z 0-9 _; not ${FROZEN.join(', ')}`, 'A restore would wait for hours until somebody thaws every object by hand.',
    ({ store }) => store.storageClass, storageClass => /^[A-Z][A-Z0-9_]*$/.test(storageClass) && !FROZEN.includes(storageClass)),
  valueRule('backup-s3-role', 'store.credentials.roleArn', 'arn:aws:iam::ACCOUNT:role/NAME', 'AWS refuses to say who the cluster is: nothing is archived.',
    ({ store: { credentials } }) => credentials.kind === 'workload-identity' ? credentials.roleArn : undefined,
    arn => isOneLine(arn) && /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)),
  valueRule('backup-s3-kms-key', 'store.serverSideEncryption.keyId', 'id or ARN of a key, in one line', 'S3 refuses every object: nothing is archived.',
    ({ store }) => store.serverSideEncryption?.keyId, key => isOneLine(key) && key.trim() !== ''),
];

/** The store in a bucket of S3. */
export const S3: StoreKind<S3StoreSpec> = {
  rules,
  bind: (store, place) => {
    const { bucket, path, region, endpoint, pathStyle, ca, serverSideEncryption, storageClass } = store;
    const { settings, secrets, files = [], texts } = identity(store.credentials, place);
    return {
      settings: {
        WALG_S3_PREFIX: `s3://${bucket}/${pathText(path)}`,
        AWS_REGION: region,
        ...endpoint === undefined ? {} : { AWS_ENDPOINT: endpoint },
        AWS_S3_FORCE_PATH_STYLE: String(pathStyle),
        ...ca === undefined ? {} : { WALG_S3_CA_CERT_FILE: `${place.files}/s3-ca.crt` },
        ...encryptionSettings(serverSideEncryption),
        ...storageClass === undefined ? {} : { WALG_S3_STORAGE_CLASS: storageClass },
        ...settings,
      },
      secrets,
      files: [...files, ...ca === undefined ? [] : [secretFile('s3-ca.crt', ca)]],
      texts,
    };
  },
  secretKeys: ({ credentials, ca }) => ({
    ...credentials.kind === 'secret'
      ? { 'credentials.accessKeyIdEntry': credentials.accessKeyId, 'credentials.secretAccessKeyEntry': credentials.secretAccessKey } : {},
    ca,
  }),
  locate: ({ bucket, path, endpoint }) => ({ text: `${endpoint === undefined ? 's3:/' : canonical(endpoint)}/${bucket}/${pathText(path)}`, isGlobal: endpoint === undefined }),
};

/** A URL without what two spellings of one server differ in: the case of the host, and the port that it would have anyway. */
function canonical(url: string): string {
  if (!URL.canParse(url)) { return url; }
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}

function encryptionSettings(encryption: S3StoreSpec['serverSideEncryption']): Settings {
  if (!encryption) { return {}; }
  const { algorithm, keyId } = encryption;
  return { WALG_S3_SSE: algorithm, ...keyId === undefined ? {} : { WALG_S3_SSE_KMS_ID: keyId } };
}

/** Where the agent of EKS listens on every node. */
const POD_IDENTITY_AGENT = 'http://169.254.170.23/v1/credentials';

function identity(credentials: S3CredentialsSpec, { files }: StorePlace): StoreBinding {
  switch (credentials.kind) {
    case 'secret': return {
      settings: {},
      secrets: [envdirSecret('AWS_ACCESS_KEY_ID', credentials.accessKeyId), envdirSecret('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)],
    };
    case 'workload-identity': return {
      settings: {
        // Not AWS_ROLE_ARN: with that variable wal-g assumes the role a second time, as itself.
        AWS_CONFIG_FILE: `${files}/aws-config`,
        AWS_SDK_LOAD_CONFIG: '1',
      },
      files: [{ serviceAccountToken: { path: 'aws-token', audience: 'sts.amazonaws.com', expirationSeconds: 3607 } }],
      texts: {
        'aws-config': [
          '[default]', `role_arn = ${credentials.roleArn}`, `web_identity_token_file = ${files}/aws-token`, 'sts_regional_endpoints = regional', '',
        ].join('\n'),
      },
    };
    case 'pod-identity': return {
      settings: { AWS_CONTAINER_CREDENTIALS_FULL_URI: POD_IDENTITY_AGENT, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${files}/aws-token` },
      files: [{ serviceAccountToken: { path: 'aws-token', audience: 'pods.eks.amazonaws.com', expirationSeconds: 3607 } }],
    };
    case 'node': return { settings: {} };
  }
}
