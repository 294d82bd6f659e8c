import { PathSpec } from './spec';
import { copied } from '../../kernel/data';

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

type StorePrefixData =
  | { readonly kind: 'generation'; readonly generation: string }
  | { readonly kind: 'of'; readonly path: string }
  | { readonly kind: 'fromSpilo'; readonly options: SpiloPrefixOptions }
  | { readonly kind: 'fromOperator'; readonly clusterName: string; readonly uid: string; readonly postgresVersion?: number };

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
    return new StorePrefix({ kind: 'generation', generation });
  }

  /**
   * A path of your own.
   *
   * @param path path below the bucket or directory, without a slash at either end.
   */
  public static of(path: string): StorePrefix {
    return new StorePrefix({ kind: 'of', path });
  }

  /**
   * The path that Spilo itself writes to: `spilo/<prefix><scope><suffix>/wal/<PostgreSQL major>`.
   *
   * @param options the variables of that Spilo.
   */
  public static fromSpilo(options: SpiloPrefixOptions): StorePrefix {
    return new StorePrefix({ kind: 'fromSpilo', options: copied(options) });
  }

  /**
   * The path that Zalando's operator writes to: `spilo/<cluster>/<uid>/wal/<PostgreSQL major>`.
   *
   * @param clusterName name of the `postgresql` resource.
   * @param uid its `metadata.uid`.
   * @param postgresVersion PostgreSQL's major version; the cluster's own if not given.
   */
  public static fromOperator(clusterName: string, uid: string, postgresVersion?: number): StorePrefix {
    return new StorePrefix({ kind: 'fromOperator', clusterName, uid, postgresVersion });
  }

  /** @internal */
  private constructor(public readonly _data: StorePrefixData) {}
}

/** The cluster whose backups a store holds. */
export interface StoreOwner { readonly name: string; readonly namespace?: string; readonly postgresVersion: number }

/** The directory of a cluster in a store whose options may say one: `<namespace>/<cluster>/[<generation>/]<PostgreSQL major>`. */
export function settlePath({ name, namespace, postgresVersion }: StoreOwner, prefix?: StorePrefix): PathSpec {
  const layout = (...parts: (string | undefined)[]) => parts.filter(part => part !== undefined).join('/');
  if (!prefix) { return { base: layout(namespace, name), postgresVersion }; }
  const { _data: data } = prefix;
  switch (data.kind) {
    case 'generation': return { base: layout(namespace, name, data.generation), postgresVersion };
    case 'of': return { base: data.path };
    case 'fromSpilo': return spiloPath(data.options, postgresVersion);
    case 'fromOperator': return spiloPath({ scope: data.clusterName, scopeSuffix: `/${data.uid}`, postgresVersion: data.postgresVersion }, postgresVersion);
  }
}

/** A version that the user wrote stays, also where another one is asked for. */
function spiloPath({ scope, scopePrefix = '', scopeSuffix = '', postgresVersion: written }: SpiloPrefixOptions, postgresVersion: number): PathSpec {
  const base = `spilo/${scopePrefix}${scope}${scopeSuffix}/wal`;
  return written === undefined ? { base, postgresVersion } : { base: pathText({ base, postgresVersion: written }), writtenVersion: written };
}

/** The path as a text. */
export function pathText({ base, postgresVersion }: PathSpec): string {
  return postgresVersion === undefined ? base : `${base}/${postgresVersion}`;
}

/** The same directory for another major, where the path depends on it. */
export function pathOfVersion(path: PathSpec, postgresVersion: number): PathSpec {
  return path.postgresVersion === undefined ? path : { ...path, postgresVersion };
}
