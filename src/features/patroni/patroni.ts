import { Duration, Size } from 'cdk8s';
import { Dcs } from './dcs';
import { Fencing } from './fencing';
import { PatroniSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { quantity } from '../../kernel/quantity';

/**
 * Patroni's three periods. How long writes stop after the loss of the leader's node is `ttl` and up to 3 s (measured).
 */
export interface PatroniTimingOptions {
  /** How long the leader's lock lives without being renewed. At least 20 s. */
  readonly ttl: Duration;
  /** How often each member looks at the store. At least 1 s. */
  readonly loopWait: Duration;
  /** How long Patroni retries calls of the store and of PostgreSQL before it demotes. At least 3 s. */
  readonly retryTimeout: Duration;
}

/**
 * How fast Patroni notices and how patient it is. `loopWait + 2 * retryTimeout` must not exceed `ttl`.
 */
export class PatroniTiming {
  /** Patroni's own: ttl 30 s, loop 10 s, retry 10 s. A lost node stops writes for 25 to 32 s (measured). */
  public static readonly DEFAULT = PatroniTiming.seconds(30, 10, 10);

  /** ttl 20 s (Patroni's minimum), loop 5 s, retry 5 s. A lost node stops writes for 19 to 23 s (measured). */
  public static readonly FAST = PatroniTiming.seconds(20, 5, 5);

  /**
   * Periods of your own.
   *
   * @param periods the three periods, in whole seconds.
   */
  public static of(periods: PatroniTimingOptions): PatroniTiming { return new PatroniTiming({ kind: 'of', periods: copied(periods) }); }

  private static seconds(ttl: number, loopWait: number, retryTimeout: number): PatroniTiming {
    return PatroniTiming.of({ ttl: Duration.seconds(ttl), loopWait: Duration.seconds(loopWait), retryTimeout: Duration.seconds(retryTimeout) });
  }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'of'; readonly periods: PatroniTimingOptions }) {}
}

/**
 * Whether a commit waits for replicas, and for how many. `docs/choose.md` says what each costs and what it lost under which fault.
 */
export class Synchronous {
  /** A commit waits for no replica. Transactions that no replica has are lost with the leader. */
  public static off(): Synchronous { return new Synchronous({ kind: 'off' }); }

  /**
   * A commit waits for replicas as long as there are any; a failover loses nothing that was acknowledged. Without a replica
   * that could be waited for, commits go on.
   *
   * @param nodes how many replicas a commit waits for; 1 if not given.
   */
  public static on(nodes?: number): Synchronous { return new Synchronous({ kind: 'on', nodes }); }

  /**
   * As `on()`, but a commit waits for any replicas of the required number, whichever are fastest. Needs Patroni 4.
   *
   * @param nodes how many replicas a commit waits for; 1 if not given.
   */
  public static quorum(nodes?: number): Synchronous { return new Synchronous({ kind: 'quorum', nodes }); }

  /**
   * As `on()`, and without a synchronous replica nothing can be written.
   *
   * @param nodes how many replicas a commit waits for; 1 if not given.
   */
  public static strict(nodes?: number): Synchronous { return new Synchronous({ kind: 'strict', nodes }); }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'off' | 'on' | 'quorum' | 'strict'; readonly nodes?: number }) {}
}

/**
 * What a former leader does whose data could not be rewound to that of the new leader.
 */
export enum RewindFailure {
  /** It stays out, with its data, until a person decides. */
  KEEP_DATA = 'keep-data',
  /** It deletes its data and copies the new leader. Transactions that only it had are gone for good. */
  COPY_LEADER = 'copy-leader',
}

/**
 * A replication slot that Patroni keeps on every leader.
 */
export class PermanentSlot {
  /** A physical slot, for a replica outside the cluster. */
  public static physical(): PermanentSlot { return new PermanentSlot({ kind: 'physical' }); }

  /**
   * A logical slot, for change data capture; it survives failovers.
   *
   * @param database the database.
   * @param plugin the output plugin, such as `pgoutput`.
   */
  public static logical(database: string, plugin: string): PermanentSlot { return new PermanentSlot({ kind: 'logical', database, plugin }); }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'physical' | 'logical'; readonly database?: string; readonly plugin?: string }) {}
}

/**
 * Slots that Patroni leaves alone. All that is given must be so.
 */
export interface IgnoredSlotOptions {
  /**
   * Name of the slot.
   *
   * @default - any name
   */
  readonly name?: string;

  /**
   * `physical` or `logical`.
   *
   * @default - both
   */
  readonly type?: string;

  /**
   * Database of a logical slot.
   *
   * @default - any database
   */
  readonly database?: string;

  /**
   * Output plugin of a logical slot.
   *
   * @default - any plugin
   */
  readonly plugin?: string;
}

/**
 * Patroni. The values live in its dynamic configuration.
 */
export interface PatroniOptions {
  /**
   * Where Patroni keeps its state.
   *
   * @default Dcs.endpoints()
   * @changes dangerous
   */
  readonly dcs?: Dcs;

  /**
   * How fast the loss of the leader is noticed.
   *
   * @default PatroniTiming.DEFAULT
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly timing?: PatroniTiming;

  /**
   * How far a replica may be behind and still become leader. Larger: more replicas qualify, and more may be lost.
   *
   * @default Size.mebibytes(32)
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly maximumLagOnFailover?: Size;

  /**
   * Whether a commit waits for replicas, and for how many.
   *
   * @default Synchronous.off()
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly synchronous?: Synchronous;

  /**
   * Whether the leader goes on while the Kubernetes API is away, as long as it reaches all members. Without it an outage
   * of the API stops writes for as long as it lasts (measured). Needs Patroni 3.0.
   *
   * @default true
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly failsafeMode?: boolean;

  /**
   * What ends the PostgreSQL of a leader whose Patroni hangs.
   *
   * @default Fencing.probe()
   * @changes rollout
   */
  readonly fencing?: Fencing;

  /**
   * How long a leader whose PostgreSQL has crashed tries to start it again before another member leads. With zero another
   * member leads at once; what no replica has received of asynchronous replication is lost then. In synchronous mode nothing
   * is lost, and zero keeps a leader with a full disk from a restart in which it no longer has a synchronous replica:
   * after that no member may lead, until there is room (measured).
   *
   * @default - zero in synchronous mode, otherwise Duration.minutes(5)
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly primaryStartTimeout?: Duration;

  /**
   * Slots that Patroni keeps. A slot that nobody reads keeps WAL until the disk is full; one that is removed here is dropped.
   * Patroni drops all other slots that are not in use, those of `ignoreSlots` excepted.
   *
   * @default - none
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly slots?: { [name: string]: PermanentSlot };

  /**
   * Slots that Patroni does not drop although it does not know them: those of Debezium, of `CREATE SUBSCRIPTION`.
   *
   * @default - Patroni drops every slot that is not in use and not in `slots`
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly ignoreSlots?: IgnoredSlotOptions[];

  /**
   * What a former leader does whose data could not be rewound to that of the new leader.
   *
   * @default RewindFailure.KEEP_DATA
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly onRewindFailure?: RewindFailure;

  /**
   * Tags of every member, as Patroni knows them: `clonefrom`, `noloadbalance`, or your own. `true` and `false` become
   * booleans, and in `clonefrom`, `nofailover`, `noloadbalance`, `nosync` and `nostream` also `yes`, `on`, `t`, `y`, `1` and
   * `no`, `off`, `f`, `n`, `0`, in upper or lower case: Patroni would take any text there for true.
   *
   * @default - none
   * @changes rollout
   */
  readonly tags?: { [name: string]: string };

  /**
   * Whether Patroni watches the API servers themselves instead of the API's Service. Needs a Role in the namespace
   * `default`, and the chart must have a namespace.
   *
   * @default false
   * @changes rollout
   */
  readonly bypassApiService?: boolean;

  /**
   * Keys of Patroni's configuration, as Spilo's document `SPILO_CONFIGURATION` has them, unchecked: they are merged deeply
   * over what the library writes, and have the last word. `{ bootstrap: { dcs: { check_timeline: true } } }`.
   *
   * @default - none
   * @changes rollout
   */
  readonly uncheckedConfiguration?: any;
}

/** What features read: with every default. */
export function settlePatroni(options: PatroniOptions = {}): PatroniSpec {
  const {
    dcs = Dcs.endpoints(), timing = PatroniTiming.DEFAULT, maximumLagOnFailover = Size.mebibytes(32), synchronous = Synchronous.off(),
    failsafeMode = true, fencing = Fencing.probe(), slots = {}, ignoreSlots = [], onRewindFailure = RewindFailure.KEEP_DATA, tags = {},
    bypassApiService = false, uncheckedConfiguration = {},
  } = options;
  const { ttl, loopWait, retryTimeout } = timing._data.periods;
  const { kind: mode, nodes = 1 } = synchronous._data;
  const { primaryStartTimeout = mode === 'off' ? Duration.minutes(5) : Duration.seconds(0) } = options;
  return {
    store: dcs._data.kind === 'endpoints' ? 'endpoints' : 'configmaps',
    ttl: seconds(ttl),
    loopWait: seconds(loopWait),
    retryTimeout: seconds(retryTimeout),
    maximumLagOnFailover: quantity(maximumLagOnFailover),
    synchronous: { mode, nodes },
    failsafeMode,
    fencing: { mode: fencing._data.kind, safetyMargin: seconds(fencing._data.options?.safetyMargin ?? Duration.seconds(5)) },
    primaryStartTimeout: seconds(primaryStartTimeout),
    slots: Object.fromEntries(Object.entries(slots).map(([name, { _data: { kind: type, ...rest } }]) => [name, { type, ...rest }])),
    ignoreSlots: ignoreSlots.map(slot => onlyDefined({ ...slot })),
    onRewindFailure,
    tags: { ...tags },
    bypassApiService,
    uncheckedConfiguration: copied(uncheckedConfiguration),
  };
}
