import { SecretValue } from 'cdk8s-plus-27';
import { Settings, Store, StoreBinding, storeRule, StoreUse } from './access';
import { pathIn, StorePrefix } from './prefix';
import { isHost, isStorePath, PATH_SYNTAX, secretVariable } from './syntax';
import { FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';

/**
 * How a cluster proves to Azure who it is.
 */
export class AzureCredentials {
  /**
   * The key of the storage account.
   *
   * @param accessKey where it is.
   */
  public static accessKey(accessKey: SecretValue): AzureCredentials {
    return new AzureCredentials(() => ({ settings: {}, secrets: [secretVariable('AZURE_STORAGE_ACCESS_KEY', accessKey)] }));
  }

  /**
   * A shared access signature that may read, write, list and delete in the container.
   *
   * @param token where it is.
   */
  public static sasToken(token: SecretValue): AzureCredentials {
    return new AzureCredentials(() => ({ settings: {}, secrets: [secretVariable('AZURE_STORAGE_SAS_TOKEN', token)] }));
  }

  /**
   * The identity of the node or pod, as the metadata service of Azure gives it. wal-g 3.0.5 knows no federated tokens:
   * workload identity in the narrower sense does not work.
   *
   * @param clientId client id of a user-assigned identity; the system's if not given.
   */
  public static managedIdentity(clientId?: string): AzureCredentials {
    return new AzureCredentials(() => ({ settings: (clientId === undefined ? {} : { AZURE_CLIENT_ID: clientId }) as Settings }), clientId);
  }

  private constructor(
    /** @internal */
    public readonly _bind: () => StoreBinding,
    /** @internal */
    public readonly _clientId?: string,
  ) {}
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

/** The store in a container of Azure. */
export class AzureStore implements Store {
  public readonly kind = 'azure';

  constructor(public readonly options: AzureStoreOptions) {}

  public bind(context: FeatureContext): StoreBinding {
    const { account, container, prefix, endpointSuffix, credentials } = this.options;
    const { settings, secrets } = credentials._bind();
    return {
      settings: {
        WALG_AZ_PREFIX: `azure://${container}/${pathIn(context, prefix)}`,
        AZURE_STORAGE_ACCOUNT: account,
        ...(endpointSuffix === undefined ? {} : { AZURE_ENDPOINT_SUFFIX: endpointSuffix }),
        ...settings,
      },
      secrets,
    };
  }
}

/** Checks of the store in Azure. */
export const azureStoreRules: Rule<StoreUse>[] = [
  storeRule(AzureStore, 'backup-azure-account', 'azure.account', '3 to 24 of a-z 0-9', 'There is no such host: nothing is archived.',
    ({ options }) => options.account, account => /^[a-z0-9]{3,24}$/.test(account)),
  storeRule(AzureStore, 'backup-azure-container', 'azure.container', '3 to 63 of a-z 0-9 and single -, alphanumeric first and last', 'Azure refuses every request: nothing is archived.',
    ({ options }) => options.container, container => container.length >= 3 && container.length <= 63 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(container)),
  storeRule(AzureStore, 'backup-azure-prefix', 'azure.prefix', PATH_SYNTAX, 'The envdir holds one line, and tools read other characters differently.',
    ({ options }, { context }) => pathIn(context, options.prefix), isStorePath),
  storeRule(AzureStore, 'backup-azure-endpoint-suffix', 'azure.endpointSuffix', 'a host name and perhaps a port', 'There is no such host: nothing is archived.',
    ({ options }) => options.endpointSuffix, suffix => isHost(suffix.replace(/:\d{1,5}$/, ''))),
  storeRule(AzureStore, 'backup-azure-client-id', 'azure.credentials', 'the UUID of an identity', 'Azure refuses to say who the cluster is: nothing is archived.',
    ({ options }) => options.credentials._clientId, id => /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(id)),
];
