import { Size } from 'cdk8s';
import { DEFAULT_PARAMETERS } from './parameters';
import { PostgresSpec } from './spec';
import { mebibytes, quantity, ResourcesSpec } from '../../kernel/quantity';

/**
 * Options of `initdb`. They only count when a new cluster is made. UTF-8 and data checksums are always on: Spilo drops
 * both as soon as anybody adds an option of his own, so the library says them again.
 */
export interface InitdbOptions {
  /**
   * Locale of the databases: one that is compiled in the image, `C` or `POSIX`.
   *
   * @default 'en_US.UTF-8'
   * @changes bootstrap
   */
  readonly locale?: string;

  /**
   * Size of WAL segments: a power of two from 1 MiB to 1 GiB.
   *
   * @default Size.mebibytes(16)
   * @changes bootstrap
   */
  readonly walSegmentSize?: Size;

  /**
   * Further options of `initdb`, unchecked, without the leading dashes; an option without a value has an empty text:
   * `{ set: 'huge_pages=off' }`.
   *
   * @default - none
   * @changes bootstrap
   */
  readonly uncheckedOptions?: { [option: string]: string };
}

/**
 * PostgreSQL.
 */
export interface PostgresOptions {
  /**
   * Major version, one of those in the image. There is no default, since it must never change with the image: the data of a
   * cluster keeps its version, and a major upgrade is more than a number.
   *
   * @changes dangerous
   */
  readonly version: number;

  /**
   * Parameters, all as strings: `'on'`, `'256MB'`. Those that must be alike on all members go into Patroni's dynamic
   * configuration, the others into each member's own.
   *
   * `shared_preload_libraries`, `archive_command` and others that Patroni, Spilo or the library set are refused.
   *
   * @default - shared_buffers of a quarter of the memory limit, max_connections 100, SCRAM passwords
   * @changes rollout those that all members share through Patroni's dynamic configuration
   */
  readonly parameters?: { [name: string]: string };

  /**
   * Libraries to preload beside those that Spilo needs, after them. A list that names one of Spilo's own says the order
   * itself: `['citus', 'bg_mon']` loads Citus first.
   *
   * @default - Spilo's own
   * @changes rollout
   */
  readonly preloadLibraries?: string[];

  /**
   * Lines of `pg_hba.conf` for clients. They replace the library's last line, which lets everybody in over TLS with a
   * SCRAM password. The lines before it stay: for Patroni and replication, for the superuser over TLS, whom Patroni's rewind
   * and the library's own Jobs log in as, and against connections without TLS. The first line that matches decides.
   * Comments stay, and count for nothing.
   *
   * @default ['hostssl all all all scram-sha-256']
   * @changes rollout
   */
  readonly hba?: string[];

  /**
   * Lines of `pg_ident.conf`: name of the map, name in the client's certificate, user of PostgreSQL's. Lines of `hba` use them
   * by `map=NAME`.
   *
   * @default - none
   * @changes rollout
   */
  readonly ident?: string[];

  /**
   * Whether clients may connect without TLS. Your own `hba` lines, or the default line, then count for both.
   *
   * @default false
   * @changes rollout
   */
  readonly allowPlaintext?: boolean;

  /**
   * Options of `initdb`.
   *
   * @default - UTF-8, locale en_US.UTF-8, data checksums
   */
  readonly initdb?: InitdbOptions;
}

/** A quarter of the memory limit: PostgreSQL's own advice for a server of its own. */
const SHARED_BUFFERS_SHARE = 4;

/** PostgreSQL with every default. Without a memory limit nothing follows for `shared_buffers`. */
export function settlePostgres(options: PostgresOptions, { resources }: { readonly resources: ResourcesSpec }): PostgresSpec {
  const { version, parameters, preloadLibraries = [], ident = [], allowPlaintext = false, initdb = {} } = options;
  const { hba = [`${allowPlaintext ? 'host' : 'hostssl'} all all all scram-sha-256`] } = options;
  const { locale = 'en_US.UTF-8', walSegmentSize = Size.mebibytes(16), uncheckedOptions = {} } = initdb;
  const limit = resources.memory?.limit;
  return {
    version,
    parameters: {
      ...limit === undefined ? {} : { shared_buffers: `${Math.floor(mebibytes(limit) / SHARED_BUFFERS_SHARE)}MB` },
      ...DEFAULT_PARAMETERS,
      ...parameters,
    },
    preloadLibraries: [...preloadLibraries],
    hba: [...hba],
    ident: [...ident],
    allowPlaintext,
    initdb: { locale, walSegmentSize: quantity(walSegmentSize), uncheckedOptions: { ...uncheckedOptions } },
  };
}
