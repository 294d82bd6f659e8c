import { envdirSecret, Settings, StoreInUse, StoreKind } from './kind';
import { pathText, settlePath, StoreOwner, StorePrefix } from './prefix';
import { AzureCredentialsSpec, AzureStoreSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { Rule, valueRule } from '../../kernel/rule';
import { isHost } from '../../kernel/syntax';
import { SecretKey, secretKey } from '../../kit/secret-key';

type AzureCredentialsData =
  | { readonly kind: 'accessKey'; readonly accessKey: SecretKey }
  | { readonly kind: 'sasToken'; readonly token: SecretKey }
  | { readonly kind: 'managedIdentity'; readonly clientId?: string };

/**
 * How a cluster proves to Azure who it is.
 */
export class AzureCredentials {
  /**
   * The key of the storage account.
   *
   * @param accessKey where it is.
   */
  public static accessKey(accessKey: SecretKey): AzureCredentials {
    return new AzureCredentials({ kind: 'accessKey', accessKey: copied(accessKey) });
  }

  /**
   * A shared access signature that may read, write, list and delete in the container.
   *
   * @param token where it is.
   */
  public static sasToken(token: SecretKey): AzureCredentials {
    return new AzureCredentials({ kind: 'sasToken', token: copied(token) });
  }

  /**
   * The identity of the node or pod, as the metadata service of Azure gives it. wal-g 3.0.5 knows no federated tokens:
   * workload identity in the narrower sense does not work.
   *
   * @param clientId client id of a user-assigned identity; the system's if not given.
   */
  public static managedIdentity(clientId?: string): AzureCredentials {
    return new AzureCredentials({ kind: 'managedIdentity', clientId });
  }

  /** @internal */
  private constructor(public readonly _data: AzureCredentialsData) {}
}

/**
 * A container of Azure Blob Storage. The container must exist: wal-g makes none.
 */
export interface AzureStoreOptions {
  /**
   * Name of the storage account.
   *
   * @changes dangerous
   */
  readonly account: string;

  /**
   * Name of the container.
   *
   * @changes dangerous
   */
  readonly container: string;

  /**
   * Who the cluster is to Azure.
   *
   * @changes rollout
   */
  readonly credentials: AzureCredentials;

  /**
   * Directory of this cluster in the container.
   *
   * @default - `<namespace>/<cluster>/<PostgreSQL major>`
   * @changes dangerous
   */
  readonly prefix?: StorePrefix;

  /**
   * What follows `<account>.blob.` in the host name: for clouds of their own, and for emulators, with a port.
   *
   * @default 'core.windows.net'
   * @changes at-once
   */
  readonly endpointSuffix?: string;
}

/** The container with its defaults. The endpoint has one of wal-g's own. */
export function settleAzure({ account, container, credentials, prefix, endpointSuffix }: AzureStoreOptions, owner: StoreOwner): AzureStoreSpec {
  return onlyDefined({
    kind: 'azure', account, container, path: settlePath(owner, prefix), credentials: settleCredentials(credentials._data), endpointSuffix,
  });
}

function settleCredentials(data: AzureCredentialsData): AzureCredentialsSpec {
  switch (data.kind) {
    case 'accessKey': return { kind: 'access-key', secret: secretKey(data.accessKey) };
    case 'sasToken': return { kind: 'sas-token', secret: secretKey(data.token) };
    case 'managedIdentity': return onlyDefined({ kind: 'managed-identity', clientId: data.clientId });
  }
}

const rules: readonly Rule<StoreInUse<AzureStoreSpec>>[] = [
  valueRule('backup-azure-account', 'store.account', '3 to 24 of a-z 0-9', 'There is no such host: nothing is archived.',
    ({ store }) => store.account, account => /^[a-z0-9]{3,24}$/.test(account)),
  valueRule('backup-azure-container', 'store.container', '3 to 63 of a-z 0-9 and single -, alphanumeric first and last', 'Azure refuses every request: nothing is archived.',
    ({ store }) => store.container, container => container.length >= 3 && container.length <= 63 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(container)),
  valueRule('backup-azure-endpoint-suffix', 'store.endpointSuffix', 'a host name and perhaps a port', 'There is no such host: nothing is archived.',
    ({ store }) => store.endpointSuffix, suffix => isHost(suffix.replace(/:\d{1,5}$/, ''))),
  valueRule('backup-azure-client-id', 'store.credentials.clientId', 'the UUID of an identity', 'Azure refuses to say who the cluster is: nothing is archived.',
    ({ store: { credentials } }) => credentials.kind === 'managed-identity' ? credentials.clientId : undefined,
    id => /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(id)),
];

/** The variable of each kind of secret. */
const SECRETS = { 'access-key': 'AZURE_STORAGE_ACCESS_KEY', 'sas-token': 'AZURE_STORAGE_SAS_TOKEN' } as const;

function identity(credentials: AzureCredentialsSpec): Settings {
  return credentials.kind === 'managed-identity' && credentials.clientId !== undefined ? { AZURE_CLIENT_ID: credentials.clientId } : {};
}

/** The store in a container of Azure. */
export const AZURE: StoreKind<AzureStoreSpec> = {
  rules,
  bind: ({ account, container, path, credentials, endpointSuffix }) => ({
    settings: {
      WALG_AZ_PREFIX: `azure://${container}/${pathText(path)}`,
      AZURE_STORAGE_ACCOUNT: account,
      ...endpointSuffix === undefined ? {} : { AZURE_ENDPOINT_SUFFIX: endpointSuffix },
      ...identity(credentials),
    },
    secrets: credentials.kind === 'managed-identity' ? [] : [envdirSecret(SECRETS[credentials.kind], credentials.secret)],
  }),
  secretKeys: ({ credentials }) => ({
    'credentials.accessKey': credentials.kind === 'access-key' ? credentials.secret : undefined,
    'credentials.token': credentials.kind === 'sas-token' ? credentials.secret : undefined,
  }),
  locate: ({ account, container, path, endpointSuffix }) => ({
    text: `azure://${account}${endpointSuffix === undefined ? '' : `.blob.${endpointSuffix}`}/${container}/${pathText(path)}`, isGlobal: endpointSuffix === undefined,
  }),
};
