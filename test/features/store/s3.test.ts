import { withStore } from '../../support/stores';
import { BackupStore, S3CompatibleStoreOptions, S3Credentials, S3ServerSideEncryption, S3StoreOptions } from 'cdk8s-spilo';

const keys = S3Credentials.fromSecret('s3');
const withS3 = (options: Partial<S3StoreOptions> = {}) =>
  withStore(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: keys, ...options }));
const withCompatible = (options: Partial<S3CompatibleStoreOptions> = {}) =>
  withStore(BackupStore.s3Compatible({ bucket: 'backups', endpoint: 'http://minio:9000', credentials: keys, ...options }));

describe('on Amazon', () => {
  test('it takes a region, and addresses the bucket by host', () => {
    expect(withS3().settings).toMatchObject({ WALG_S3_PREFIX: 's3://backups/shop/orders/17', AWS_REGION: 'eu-central-1', AWS_S3_FORCE_PATH_STYLE: 'false' });
    expect(withS3().settings).not.toHaveProperty('AWS_ENDPOINT');
  });

  test('it may address the bucket by path, for names with a dot', () => {
    expect(withS3({ bucket: 'backups.shop', pathStyle: true }).settings.AWS_S3_FORCE_PATH_STYLE).toBe('true');
  });
});

describe('elsewhere', () => {
  test('it takes an endpoint, addresses the bucket by path, and needs no region', () => {
    expect(withCompatible().settings)
      .toMatchObject({ AWS_ENDPOINT: 'http://minio:9000', AWS_S3_FORCE_PATH_STYLE: 'true', AWS_REGION: 'us-east-1' });
    expect(withCompatible({ pathStyle: false }).settings.AWS_S3_FORCE_PATH_STYLE).toBe('false');
  });

  test.each(['https://abc.example.org/storage/v1/s3', 'http://[fd00::10]:9000'])('an endpoint may be %s', endpoint => {
    expect(withCompatible({ endpoint }).settings.AWS_ENDPOINT).toBe(endpoint);
  });

  test.each(['RegionOne', 'default_1', 'fr-par.2'])('a region may be the word %s', region => {
    expect(withCompatible({ region }).settings.AWS_REGION).toBe(region);
  });

  test('the authority of an endpoint is a file', () => {
    const { settings, files } = withCompatible({ endpoint: 'https://minio:9000', ca: { name: 'ca', key: 'ca.crt' } });
    expect(settings.WALG_S3_CA_CERT_FILE).toBe('/etc/wal-g/files/s3-ca.crt');
    expect(files).toEqual([{ secret: { name: 'ca', items: [{ key: 'ca.crt', path: 's3-ca.crt' }] } }]);
  });
});

describe('credentials', () => {
  test('are two keys of a Secret, in the envdir', () => {
    expect(withS3().envdir).toEqual(expect.arrayContaining([
      { secret: { name: 's3', items: [{ key: 'AWS_ACCESS_KEY_ID', path: 'AWS_ACCESS_KEY_ID' }] } },
      { secret: { name: 's3', items: [{ key: 'AWS_SECRET_ACCESS_KEY', path: 'AWS_SECRET_ACCESS_KEY' }] } },
    ]));
  });

  test('may have other names in the Secret', () => {
    const credentials = S3Credentials.fromSecret('s3', { accessKeyIdEntry: 'id', secretAccessKeyEntry: 'secret' });
    expect(withS3({ credentials }).envdir).toContainEqual({ secret: { name: 's3', items: [{ key: 'secret', path: 'AWS_SECRET_ACCESS_KEY' }] } });
  });

  test('by workload identity are a token and a profile, not AWS_ROLE_ARN, with which wal-g would assume the role twice', () => {
    const { rendered, settings, files, envdir } = withS3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders') });
    expect(settings).not.toHaveProperty('AWS_ROLE_ARN');
    expect(files).toContainEqual({ serviceAccountToken: { path: 'aws-token', audience: 'sts.amazonaws.com', expirationSeconds: 3607 } });
    expect(rendered.get('ConfigMap', 'orders-walg-files').data['aws-config']).toContain('role_arn = arn:aws:iam::123456789012:role/orders\n');
    expect(envdir.filter(({ secret }: any) => secret)).toEqual([]);
  });

  test('by EKS Pod Identity are a token for the agent, since what EKS adds to the container does not reach wal-g', () => {
    const { settings, files, envdir } = withS3({ credentials: S3Credentials.podIdentity() });
    expect(settings).toMatchObject({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' });
    expect(settings.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE).toMatch(/\/aws-token$/);
    expect(files).toContainEqual({ serviceAccountToken: { path: 'aws-token', audience: 'pods.eks.amazonaws.com', expirationSeconds: 3607 } });
    expect(envdir.filter(({ secret }: any) => secret)).toEqual([]);
  });

  test('of the node are none', () => {
    const { envdir, files } = withS3({ credentials: S3Credentials.fromNode() });
    expect([envdir, files]).toEqual([[{ configMap: { name: 'orders-walg' } }], []]);
  });
});

test.each([
  ['aes256', S3ServerSideEncryption.aes256(), { WALG_S3_SSE: 'AES256' }],
  ['kms', S3ServerSideEncryption.kms('alias/backups'), { WALG_S3_SSE: 'aws:kms', WALG_S3_SSE_KMS_ID: 'alias/backups' }],
])('encryption by the server: %s', (_, serverSideEncryption, expected) => {
  expect(withS3({ serverSideEncryption }).settings).toMatchObject(expected);
  expect(withS3().settings).not.toHaveProperty('WALG_S3_SSE');
});

test('storage class', () => {
  expect(withS3({ storageClass: 'STANDARD_IA' }).settings.WALG_S3_STORAGE_CLASS).toBe('STANDARD_IA');
});
