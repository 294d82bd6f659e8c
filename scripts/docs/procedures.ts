/** Where a page tells how to do what `never` and `dangerous` forbid to do by a changed value alone. */

const OPERATIONS = 'operations.md';
const PASSWORDS = `${OPERATIONS}#changing-passwords`;
const STORE = `${OPERATIONS}#another-place-for-backups`;

/** By struct, or by struct and property. */
const PROCEDURES: { readonly [of: string]: string } = {
  'SpiloClusterProps.credentials': PASSWORDS,
  'UserNamesOptions': PASSWORDS,
  'CredentialsOptions': PASSWORDS,
  'CredentialsSecrets': PASSWORDS,
  'PlainTextPasswords': PASSWORDS,
  'StorageOptions.size': `${OPERATIONS}#larger-volumes`,
  'StorageOptions': `${OPERATIONS}#another-storage-class`,
  'PgAdminStorageOptions': `${OPERATIONS}#another-storage-class`,
  'LoadBalancerAccessOptions': `${OPERATIONS}#fields-of-a-service-that-cannot-change`,
  'ServiceOptions': `${OPERATIONS}#fields-of-a-service-that-cannot-change`,
  'ServiceBaseOptions': `${OPERATIONS}#fields-of-a-service-that-cannot-change`,
  'PatroniOptions.dcs': `${OPERATIONS}#switching-patronis-store`,
  'PostgresOptions.version': 'operate/upgrade.md#a-new-major-version-of-postgresql',
  'NewClaimStoreOptions': STORE,
  'ExistingClaimStoreOptions': STORE,
  'VolumeStoreOptions': STORE,
  'NfsStoreOptions': STORE,
  'S3BucketOptions': STORE,
  'S3StoreOptions': STORE,
  'SpiloPrefixOptions': STORE,
  'GcsStoreOptions': STORE,
  'AzureStoreOptions': STORE,
  'SshStoreOptions': STORE,
};

/** The procedure for a property, if a changed value alone does not do it. */
export function procedure(struct: string, property: string, effect: string | undefined): string | undefined {
  if (effect !== 'never' && effect !== 'dangerous') { return undefined; }
  const page = PROCEDURES[`${struct}.${property}`] ?? PROCEDURES[struct];
  if (page === undefined) { throw new Error(`scripts/docs/procedures.ts names no procedure for ${struct}.${property}, which is ${effect}`); }
  return page;
}
