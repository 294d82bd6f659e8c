import { SecretValue } from 'cdk8s-plus-27';
import { Store, StoreBinding, StorePlace, storeRule, StoreUse } from './access';
import { pathIn, StorePrefix } from './prefix';
import { isStorePath, PATH_SYNTAX, secretFile } from './syntax';
import { FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';

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
  readonly serviceAccountKey?: SecretValue;
}

/** The store in a bucket of Google. */
export class GcsStore implements Store {
  public readonly kind = 'gcs';

  constructor(public readonly options: GcsStoreOptions) {}

  public bind(context: FeatureContext, place: StorePlace): StoreBinding {
    const { bucket, prefix, serviceAccountKey } = this.options;
    return {
      settings: {
        WALG_GS_PREFIX: `gs://${bucket}/${pathIn(context, prefix)}`,
        // The key has many lines, and an envdir carries one.
        ...(serviceAccountKey ? { GOOGLE_APPLICATION_CREDENTIALS: `${place.files}/google.json` } : {}),
      },
      files: serviceAccountKey ? [secretFile('google.json', serviceAccountKey)] : [],
    };
  }
}

/** Checks of the store in Google Cloud Storage. */
export const gcsStoreRules: Rule<StoreUse>[] = [
  storeRule(GcsStore, 'backup-gcs-bucket', 'gcs.bucket', '3 to 222 of a-z 0-9 . _ -, alphanumeric first and last', 'Google refuses every request: nothing is archived.',
    ({ options }) => options.bucket, bucket => /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)),
  storeRule(GcsStore, 'backup-gcs-prefix', 'gcs.prefix', PATH_SYNTAX, 'The envdir holds one line, and tools read other characters differently.',
    ({ options }, { context }) => pathIn(context, options.prefix), isStorePath),
];
