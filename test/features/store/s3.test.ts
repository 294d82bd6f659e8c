import { secretNamed } from '../../support/render';
import { withStore } from '../../support/stores';
import { BackupStore, S3Credentials, S3ServerSideEncryption, S3StoreOptions } from 'cdk8s-spilo';

const keys = S3Credentials.fromSecret(secretNamed('s3'));
const withS3 = (options: Partial<S3StoreOptions> = {}) =>
  withStore(BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: keys, ...options }));

test('on Amazon it takes a region, and addresses the bucket by host', () => {
  expect(withS3().settings).toMatchObject({ WALG_S3_PREFIX: 's3://backups/shop/orders/17', AWS_REGION: 'eu-central-1', AWS_S3_FORCE_PATH_STYLE: 'false' });
  expect(withS3().settings).not.toHaveProperty('AWS_ENDPOINT');
});

test('elsewhere it takes an endpoint, addresses the bucket by path, and needs no region', () => {
  expect(withS3({ endpoint: 'http://minio:9000', region: undefined }).settings)
    .toMatchObject({ AWS_ENDPOINT: 'http://minio:9000', AWS_S3_FORCE_PATH_STYLE: 'true', AWS_REGION: 'us-east-1' });
  expect(withS3({ endpoint: 'http://minio:9000', pathStyle: false }).settings.AWS_S3_FORCE_PATH_STYLE).toBe('false');
});

describe('credentials', () => {
  test('are two keys of a Secret, in the envdir', () => {
    expect(withS3().envdir).toEqual(expect.arrayContaining([
      { secret: { name: 's3', items: [{ key: 'AWS_ACCESS_KEY_ID', path: 'AWS_ACCESS_KEY_ID' }] } },
      { secret: { name: 's3', items: [{ key: 'AWS_SECRET_ACCESS_KEY', path: 'AWS_SECRET_ACCESS_KEY' }] } },
    ]));
  });

  test('may have other names in the Secret', () => {
    const credentials = S3Credentials.fromSecret(secretNamed('s3'), { accessKeyIdKey: 'id', secretAccessKeyKey: 'secret' });
    expect(withS3({ credentials }).envdir).toContainEqual({ secret: { name: 's3', items: [{ key: 'secret', path: 'AWS_SECRET_ACCESS_KEY' }] } });
  });

  test('by workload identity are a token and a profile, not AWS_ROLE_ARN, with which wal-g would assume the role twice', () => {
    const { rendered, settings, files, envdir } = withS3({ credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders') });
    expect(settings).not.toHaveProperty('AWS_ROLE_ARN');
    expect(files).toContainEqual({ serviceAccountToken: { path: 'aws-token', audience: 'sts.amazonaws.com', expirationSeconds: 3607 } });
    expect(rendered.get('ConfigMap', 'orders-walg-files').data['aws-config']).toContain('role_arn = arn:aws:iam::123456789012:role/orders\n');
    expect(envdir.filter(({ secret }: any) => secret)).toEqual([]);
  });

  test('of the node are none', () => {
    const { envdir, files } = withS3({ credentials: S3Credentials.fromNode() });
    expect([envdir, files]).toEqual([[{ configMap: { name: 'orders-walg' } }], []]);
  });
});

test('the authority of an endpoint is a file', () => {
  const { settings, files } = withS3({ endpoint: 'https://minio:9000', ca: { secret: secretNamed('ca'), key: 'ca.crt' } });
  expect(settings.WALG_S3_CA_CERT_FILE).toBe('/etc/wal-g/files/s3-ca.crt');
  expect(files).toEqual([{ secret: { name: 'ca', items: [{ key: 'ca.crt', path: 's3-ca.crt' }] } }]);
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
