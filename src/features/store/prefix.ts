import { FeatureContext } from '../../kernel/feature';

/**
 * The cluster that wrote a store, as Spilo names its directories.
 */
export interface SpiloPrefixOptions {
  /**
   * `SCOPE`: name of the cluster.
   *
   * @changes dangerous
   */
  readonly scope: string;

  /**
   * `WAL_BUCKET_SCOPE_PREFIX`. Spilo's default is the namespace and a dash, and nothing in the namespace `default`.
   *
   * @default - none
   * @changes dangerous
   */
  readonly scopePrefix?: string;

  /**
   * `WAL_BUCKET_SCOPE_SUFFIX`. The operator sets it to a slash and the UID of its custom resource.
   *
   * @default - none
   * @changes dangerous
   */
  readonly scopeSuffix?: string;

  /**
   * PostgreSQL's major version, which ends the path.
   *
   * @default - the version of the cluster
   * @changes dangerous
   */
  readonly postgresVersion?: number;
}

/**
 * The directory of one generation of one cluster in a store. A cluster that starts anew needs a new one: its WAL would
 * collide with that of its predecessor.
 */
export class StorePrefix {
  /**
   * The library's layout with a word for the generation: `<namespace>/<cluster>/<generation>/<PostgreSQL major>`.
   *
   * @param generation `a-z`, `A-Z`, `0-9`, `-`, `_` and `.`.
   */
  public static generation(generation: string): StorePrefix {
    return new StorePrefix(context => layout(context, generation));
  }

  /**
   * A path of your own.
   *
   * @param path path below the bucket or directory, without a slash at either end.
   */
  public static of(path: string): StorePrefix {
    return new StorePrefix(() => path);
  }

  /**
   * The path that Spilo itself writes to: `spilo/<prefix><scope><suffix>/wal/<PostgreSQL major>`.
   *
   * @param options the variables of that Spilo.
   */
  public static fromSpilo(options: SpiloPrefixOptions): StorePrefix {
    const { scope, scopePrefix = '', scopeSuffix = '' } = options;
    return new StorePrefix(context =>
      `spilo/${scopePrefix}${scope}${scopeSuffix}/wal/${options.postgresVersion ?? context.postgresVersion}`);
  }

  /**
   * The path that Zalando's operator writes to: `spilo/<cluster>/<uid>/wal/<PostgreSQL major>`.
   *
   * @param clusterName name of the `postgresql` resource.
   * @param uid its `metadata.uid`.
   * @param postgresVersion PostgreSQL's major version; the cluster's own if not given.
   */
  public static fromOperator(clusterName: string, uid: string, postgresVersion?: number): StorePrefix {
    return StorePrefix.fromSpilo({ scope: clusterName, scopeSuffix: `/${uid}`, postgresVersion });
  }

  private constructor(private readonly path: (context: FeatureContext) => string) {}

  /** @internal */
  public _path(context: FeatureContext): string { return this.path(context); }
}

function layout({ namespace, names, postgresVersion }: FeatureContext, generation?: string): string {
  return [namespace, names.cluster, generation, postgresVersion].filter(part => part !== undefined).join('/');
}

/** The path of a cluster in a store whose options may say one. */
export function pathIn(context: FeatureContext, prefix?: StorePrefix): string {
  return prefix?._path(context) ?? layout(context);
}
