import { secretFile, StoreInUse, StoreKind } from './kind';
import { pathText, settlePath, StoreOwner, StorePrefix } from './prefix';
import { GcsStoreSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { Rule, valueRule } from '../../kernel/rule';
import { SecretKey, secretKey } from '../../kit/secret-key';

/**
 * A bucket of Google Cloud Storage. The bucket must exist: wal-g makes none.
 *
 * What is rendered is checked; no emulator serves wal-g, so that this store alone has not been run.
 */
export interface GcsStoreOptions {
  /**
   * Name of the bucket.
   *
   * @changes dangerous
   */
  readonly bucket: string;

  /**
   * Directory of this cluster in the bucket.
   *
   * @default - `<namespace>/<cluster>/<PostgreSQL major>`
   * @changes dangerous
   */
  readonly prefix?: StorePrefix;

  /**
   * JSON key of a service account, in a Secret.
   *
   * @default - workload identity: the metadata server says who the pod is. On GKE the ServiceAccount needs the annotation
   * `iam.gke.io/gcp-service-account`, see `serviceAccount.annotations`
   * @changes rollout
   */
  readonly serviceAccountKey?: SecretKey;
}

/** The bucket with its defaults. */
export function settleGcs({ bucket, prefix, serviceAccountKey }: GcsStoreOptions, owner: StoreOwner): GcsStoreSpec {
  return onlyDefined({ kind: 'gcs', bucket, path: settlePath(owner, prefix), serviceAccountKey: serviceAccountKey && secretKey(serviceAccountKey) });
}

const rules: readonly Rule<StoreInUse<GcsStoreSpec>>[] = [
  valueRule('backup-gcs-bucket', 'store.bucket', '3 to 222 of a-z 0-9 . _ -, alphanumeric first and last', 'Google refuses every request: nothing is archived.',
    ({ store }) => store.bucket, bucket => /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)),
];

const prefixOf = ({ bucket, path }: GcsStoreSpec) => `gs://${bucket}/${pathText(path)}`;

/** The store in a bucket of Google. */
export const GCS: StoreKind<GcsStoreSpec> = {
  rules,
  bind: (store, place) => {
    const { serviceAccountKey } = store;
    return {
      settings: {
        WALG_GS_PREFIX: prefixOf(store),
        // The key has many lines, and an envdir carries one.
        ...serviceAccountKey ? { GOOGLE_APPLICATION_CREDENTIALS: `${place.files}/google.json` } : {},
      },
      files: serviceAccountKey ? [secretFile('google.json', serviceAccountKey)] : [],
    };
  },
  secretKeys: ({ serviceAccountKey }) => ({ serviceAccountKey }),
  locate: store => ({ text: prefixOf(store), isGlobal: true }),
};
