import { ImageSpec } from './spec';
import { copied } from '../kernel/data';

/** Where Zalando publishes Spilo; the older `registry.opensource.zalan.do/acid` is being retired. */
const REGISTRY = 'ghcr.io/zalando';

/** Libraries that every Spilo preloads before it appends those that depend on the PostgreSQL version. */
const PRELOADED = ['bg_mon', 'pg_stat_statements', 'pgextwlist', 'pg_auth_mon', 'set_user'];

/** Locales of the published images. */
const PUBLISHED_LOCALES = ['en_US.UTF-8', 'C.UTF-8'];

/**
 * What the library has to know about a Spilo image.
 */
export interface SpiloImageFacts {
  /**
   * PostgreSQL major versions in the image.
   */
  readonly postgresVersions: number[];

  /**
   * Version of Patroni, `major.minor.patch`. Decides which options exist.
   */
  readonly patroniVersion: string;

  /**
   * Newest PostgreSQL major for which Spilo preloads TimescaleDB.
   *
   * @default - the newest of `postgresVersions`
   */
  readonly timescaledbUpTo?: number;

  /**
   * Whether the image creates the user that `PGUSER_ADMIN` names. Patroni 4 dropped that, so Spilo 4.0 and newer cannot.
   *
   * @default - true with Patroni below 4
   */
  readonly createsAdminUser?: boolean;

  /**
   * Whether the image has been seen to boot as user 101 with a read-only root file system.
   *
   * @default false
   */
  readonly readOnlyRoot?: boolean;

  /**
   * Whether `Fencing.watchdog()` was proven with the image's Patroni: a leader that hangs was ended in time, and none that is well.
   *
   * @default false
   */
  readonly fencing?: boolean;

  /**
   * Locales that are compiled in the image, beside `C` and `POSIX`. Spilo deletes all others when it is built.
   *
   * @default - `en_US.UTF-8` and `C.UTF-8`, as in the published images
   */
  readonly locales?: string[];
}

/**
 * A Spilo image: which PostgreSQL, Patroni and wal-g it brings, and what it can and cannot do.
 *
 * The facts were read from the image's build files at each release tag of Spilo.
 */
export class SpiloImage {
  /** PostgreSQL 10 to 15, Patroni 3.0.1. The image of many how-tos. */
  public static readonly SPILO_15_3_0_P1 = SpiloImage.catalogued('spilo-15:3.0-p1', [10, 11, 12, 13, 14, 15], '3.0.1', { timescaledbUpTo: 14 });
  /** PostgreSQL 10 to 15, Patroni 3.1.2. */
  public static readonly SPILO_15_3_1_P1 = SpiloImage.catalogued('spilo-15:3.1-p1', [10, 11, 12, 13, 14, 15], '3.1.2');
  /** PostgreSQL 10 to 15, Patroni 3.2.2. */
  public static readonly SPILO_15_3_2_P1 = SpiloImage.catalogued('spilo-15:3.2-p1', [10, 11, 12, 13, 14, 15], '3.2.2');
  /** PostgreSQL 11 to 16, Patroni 3.2.2. */
  public static readonly SPILO_16_3_2_P3 = SpiloImage.catalogued('spilo-16:3.2-p3', [11, 12, 13, 14, 15, 16], '3.2.2');
  /** PostgreSQL 12 to 16, Patroni 3.3.3. */
  public static readonly SPILO_16_3_3_P3 = SpiloImage.catalogued('spilo-16:3.3-p3', [12, 13, 14, 15, 16], '3.3.3');
  /** PostgreSQL 13 to 17, Patroni 4.0.4. */
  public static readonly SPILO_17_4_0_P2 = SpiloImage.catalogued('spilo-17:4.0-p2', [13, 14, 15, 16, 17], '4.0.4');
  /** PostgreSQL 13 to 17, Patroni 4.0.4. Measured most, and therefore the default. */
  public static readonly SPILO_17_4_0_P3 = SpiloImage.catalogued('spilo-17:4.0-p3', [13, 14, 15, 16, 17], '4.0.4', {
    readOnlyRoot: true, fencing: true,
  });
  /** PostgreSQL 14 to 18, Patroni 4.1.0. Known from its release's build files only. */
  public static readonly SPILO_18_4_1_P1 = SpiloImage.catalogued('spilo-18:4.1-p1', [14, 15, 16, 17, 18], '4.1.0', { timescaledbUpTo: 17 });
  /**
   * PostgreSQL 14 to 18, Patroni 4.1.0. Scripts of the branch that became it booted with a read-only root file system; the fence was
   * not tried with it.
   */
  public static readonly SPILO_18_4_1_P2 = SpiloImage.catalogued('spilo-18:4.1-p2', [14, 15, 16, 17, 18], '4.1.0', {
    timescaledbUpTo: 17, readOnlyRoot: true,
  });

  /**
   * The image of clusters that name none. A release of the library may move it: PostgreSQL's major stays, since
   * `postgres.version` names it.
   */
  public static readonly DEFAULT = SpiloImage.SPILO_17_4_0_P3;

  /**
   * An image that the catalogue does not know: a newer release or one of your own.
   *
   * @param reference name with registry and tag or digest, as Kubernetes takes it.
   * @param facts what is inside.
   */
  public static of(reference: string, facts: SpiloImageFacts): SpiloImage {
    return new SpiloImage({ kind: 'of', reference, facts: copied(facts) });
  }

  private static catalogued(name: string, postgresVersions: number[], patroniVersion: string, rest: Partial<SpiloImageFacts> = {}): SpiloImage {
    return SpiloImage.of(`${REGISTRY}/${name}`, { postgresVersions, patroniVersion, ...rest });
  }

  /** The reference that the pods use. */
  public readonly reference: string;

  private constructor(
    /** @internal */
    public readonly _data: { readonly kind: 'of'; readonly reference: string; readonly facts: SpiloImageFacts },
  ) {
    this.reference = _data.reference;
  }

  /**
   * The same image from another registry, for mirrors and sites without internet.
   *
   * @param registry host and path before the image's name: `registry.example.org/mirror`.
   */
  public withRegistry(registry: string): SpiloImage {
    return this.changed(registry, reference => `${registry.replace(/\/+$/, '')}/${reference.slice(reference.lastIndexOf('/') + 1)}`);
  }

  /**
   * The same image, held to one digest: whoever may push to the registry can move a tag.
   *
   * @param digest of the image or of its index: `sha256:` and 64 hexadecimal digits. Something else is refused (rule `image-reference`).
   */
  public withDigest(digest: string): SpiloImage {
    return this.changed(digest, reference => `${reference.split('@')[0]}@${digest}`);
  }

  /** The same facts by another reference. What is no text becomes the reference itself, which is then refused with rule and path. */
  private changed(part: string, change: (reference: string) => string): SpiloImage {
    const { reference, facts } = this._data;
    if (typeof reference !== 'string') { return this; }
    return SpiloImage.of(typeof part === 'string' ? change(reference) : part, facts);
  }
}

/** The image as a spec has it, with all facts. */
export function settleSpiloImage(image: SpiloImage): ImageSpec {
  const { reference, facts } = image._data;
  const { postgresVersions, patroniVersion, timescaledbUpTo, createsAdminUser, locales = PUBLISHED_LOCALES } = facts;
  const { readOnlyRoot = false, fencing = false } = facts;
  return {
    reference,
    postgresVersions,
    patroniVersion,
    timescaledbUpTo: timescaledbUpTo ?? Math.max(...postgresVersions),
    createsAdminUser: createsAdminUser ?? patroniNumber({ patroniVersion }) < 400,
    readOnlyRoot,
    fencing,
    locales,
  };
}

/** Patroni's version as one number to compare: 4.0.4 is 400, 3.2.2 is 302. */
export function patroniNumber({ patroniVersion }: Pick<ImageSpec, 'patroniVersion'>): number {
  const [major, minor] = patroniVersion.split('.').map(Number);
  return major * 100 + minor;
}

/** What Spilo preloads for a PostgreSQL major. A list of one's own replaces it, so it has to be repeated. */
export function preloadedLibraries({ timescaledbUpTo }: ImageSpec, postgresVersion: number): string[] {
  return [...PRELOADED, ...(postgresVersion <= timescaledbUpTo ? ['timescaledb'] : []), 'pg_cron', 'pg_stat_kcache'];
}
