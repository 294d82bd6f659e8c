import { Gate } from './gate';
import { Secrets } from './pod';
import * as servers from './servers';
import { World } from './world';
import { secretKey } from '../../../test/support/render';
import { AzureCredentials, BackupStore, S3Credentials } from 'cdk8s-spilo';

/** One kind of store that a real server on loopback stands for. */
export interface Kind {
  readonly store: BackupStore;
  readonly gate: Gate;
  readonly secrets: Secrets;
  /** The same, but wrong. */
  readonly wrong: Secrets;
  /** Whether the server looks at credentials, where it does so only when it is told to. */
  readonly check?: (credentials: boolean) => Promise<unknown>;
  /** What wal-g has to be told beside what is rendered. */
  readonly env?: { [name: string]: string };
}

/** Starts the server of a kind. */
export const KINDS: { readonly [name: string]: (world: World) => Promise<Kind> } = {
  s3: async world => {
    const { endpoint, gate, keys, check } = await servers.s3(world);
    return {
      store: BackupStore.s3Compatible({ bucket: 'backups', endpoint, credentials: S3Credentials.fromSecret('s3') }),
      gate,
      secrets: { s3: keys },
      check,
      wrong: { s3: { ...keys, AWS_SECRET_ACCESS_KEY: 'wrong' } },
    };
  },
  azure: async world => {
    const { suffix, gate, ca, accessKey } = await servers.azure(world);
    const credentials = AzureCredentials.accessKey(secretKey('azure', 'key'));
    return {
      store: BackupStore.azure({ account: 'devstoreaccount1', container: 'backups', endpointSuffix: suffix, credentials }),
      gate,
      secrets: { azure: { key: accessKey } },
      wrong: { azure: { key: Buffer.from('wrong').toString('base64') } },
      env: { SSL_CERT_FILE: ca },
    };
  },
  ssh: async world => {
    const { port, gate, user, directory, privateKey, strangersKey } = await servers.ssh(world);
    return {
      store: BackupStore.ssh({ host: '127.0.0.1', port, user, directory, privateKey: secretKey('ssh', 'key') }),
      gate,
      secrets: { ssh: { key: privateKey } },
      wrong: { ssh: { key: strangersKey } },
    };
  },
};
