import { Duration, Size } from 'cdk8s';
import { JsonMap } from '../../kernel/contribution';
import { given } from '../../kernel/empty';
import { Feature, FeatureContext } from '../../kernel/feature';
import { kibibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';
import { Dcs } from '../dcs/dcs';

/**
 * Patroni's three periods. How long writes stop after the loss of the leader's node is `ttl` and up to 3 s (measured).
 */
export interface PatroniPeriods {
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
  public static of(periods: PatroniPeriods): PatroniTiming { return new PatroniTiming(periods); }

  private static seconds(ttl: number, loopWait: number, retryTimeout: number): PatroniTiming {
    return PatroniTiming.of({ ttl: Duration.seconds(ttl), loopWait: Duration.seconds(loopWait), retryTimeout: Duration.seconds(retryTimeout) });
  }

  private constructor(private readonly periods: PatroniPeriods) {}

  /** @internal */
  public _seconds(): { readonly ttl: number; readonly loopWait: number; readonly retryTimeout: number } {
    const seconds = (duration: Duration) => duration.toMilliseconds() / 1000;
    const { ttl, loopWait, retryTimeout } = this.periods;
    return { ttl: seconds(ttl), loopWait: seconds(loopWait), retryTimeout: seconds(retryTimeout) };
  }
}

/**
 * Whether a commit waits for replicas.
 */
export enum SynchronousMode {
  /** A commit waits for no replica. Transactions that no replica has are lost with the leader. */
  OFF = 'off',
  /** A commit waits for a replica as long as there is one; a failover loses nothing that was acknowledged. */
  ON = 'on',
  /** As `ON`, and without a synchronous replica nothing can be written. */
  STRICT = 'strict',
}

/**
 * A replication slot that Patroni keeps on every leader.
 */
export class PermanentSlot {
  /** A physical slot, for a replica outside the cluster. */
  public static physical(): PermanentSlot { return new PermanentSlot({ type: 'physical' }); }

  /**
   * A logical slot, for change data capture; it survives failovers.
   *
   * @param database the database.
   * @param plugin the output plugin, such as `pgoutput`.
   */
  public static logical(database: string, plugin: string): PermanentSlot { return new PermanentSlot({ type: 'logical', database, plugin }); }

  /** @internal */
  private constructor(public readonly _definition: { readonly [key: string]: string }) {}
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
   * Whether a commit waits for replicas.
   *
   * @default SynchronousMode.OFF
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly synchronousMode?: SynchronousMode;

  /**
   * How many replicas a commit waits for.
   *
   * @default 1
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly synchronousNodeCount?: number;

  /**
   * Whether the leader goes on while the Kubernetes API is away, as long as it reaches all members. Without it an outage
   * of the API stops writes for as long as it lasts (measured). Needs Patroni 3.0.
   *
   * @default true
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly failsafeMode?: boolean;

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
   * Slots that Patroni keeps. A slot that nobody reads keeps WAL until the disk is full.
   *
   * @default - none
   * @changes rollout through Patroni's dynamic configuration
   */
  readonly slots?: { [name: string]: PermanentSlot };

  /**
   * Tags of every member, as Patroni knows them: `clonefrom`, `noloadbalance`, or your own. `true` and `false` become
   * booleans.
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
}

const patroni = ({ props }: FeatureContext) => props.patroni ?? {};
const periods = (context: FeatureContext) => (patroni(context).timing ?? PatroniTiming.DEFAULT)._seconds();
const isSynchronous = (context: FeatureContext) => (patroni(context).synchronousMode ?? SynchronousMode.OFF) !== SynchronousMode.OFF;

const inSeconds = (duration?: Duration) => duration && duration.toMilliseconds() / 1000;

const LEAST_SECONDS = { ttl: 20, loopWait: 1, retryTimeout: 3 };
const SLOT_NAME = /^[a-z0-9_]{1,63}$/;

function badSlots(context: FeatureContext): Finding[] {
  return Object.entries(patroni(context).slots ?? {})
    .filter(([name, { _definition }]) => !SLOT_NAME.test(name) || Object.values(_definition).some(value => value === '' || !isOneLine(value)))
    .map(([name, { _definition }]) => ({ received: { [name]: _definition } }));
}

const rules: Rule<FeatureContext>[] = [
  {
    id: 'patroni-period',
    property: 'patroni.timing',
    allowed: 'whole seconds: ttl at least 20, loopWait at least 1, retryTimeout at least 3',
    why: 'Patroni replaces a smaller value by its default, silently.',
    find: context => Object.entries(periods(context))
      .filter(([name, value]) => !isWholeNumber(value, LEAST_SECONDS[name as keyof typeof LEAST_SECONDS]))
      .map(([name, value]) => ({ property: `patroni.timing.${name}`, received: value })),
  },
  {
    id: 'patroni-timing',
    property: 'patroni.timing',
    allowed: 'loopWait + 2 * retryTimeout <= ttl',
    why: 'The lock could expire while its owner still retries; Patroni replaces the three values by its own.',
    find: context => {
      const { ttl, loopWait, retryTimeout } = periods(context);
      return loopWait + 2 * retryTimeout > ttl ? [{ received: { ttl, loopWait, retryTimeout } }] : [];
    },
  },
  valueRule('patroni-maximum-lag', 'patroni.maximumLagOnFailover', 'more than zero, in whole bytes',
    'No replica could ever become leader.',
    context => patroni(context).maximumLagOnFailover && kibibytes(patroni(context).maximumLagOnFailover!) * 1024, bytes => isWholeNumber(bytes, 1)),
  valueRule('patroni-synchronous-nodes', 'patroni.synchronousNodeCount', 'a whole number of at least 1',
    'Patroni takes 1 instead, silently.',
    context => patroni(context).synchronousNodeCount, count => isWholeNumber(count, 1)),
  {
    id: 'patroni-synchronous-members',
    property: 'patroni.synchronousNodeCount',
    allowed: 'less than instances, so that there is a replica for each',
    why: 'In strict mode every commit would hang; otherwise the promise is silently not kept.',
    find: context => isSynchronous(context) && (patroni(context).synchronousNodeCount ?? 1) >= context.instances
      ? [{ received: patroni(context).synchronousNodeCount ?? 1 }] : [],
  },
  {
    id: 'patroni-synchronous-off',
    property: 'patroni.synchronousNodeCount',
    allowed: 'only with synchronousMode ON or STRICT',
    why: 'Without synchronous mode Patroni ignores the count.',
    find: context => patroni(context).synchronousNodeCount !== undefined && !isSynchronous(context)
      ? [{ received: patroni(context).synchronousNodeCount }] : [],
  },
  valueRule('patroni-failsafe', 'patroni.failsafeMode', 'true only with Patroni 3.0 or newer; set it to false for this image',
    'Patroni 2 ignores the option, and an outage of the Kubernetes API stops all writes.',
    context => patroni(context).failsafeMode ?? true, (on, { image }) => !on || image.patroni >= 300),
  valueRule('patroni-primary-start-timeout', 'patroni.primaryStartTimeout', 'whole seconds',
    'Patroni takes 300 instead, silently.',
    context => inSeconds(patroni(context).primaryStartTimeout), seconds => isWholeNumber(seconds, 0)),
  {
    id: 'patroni-slot',
    property: 'patroni.slots',
    allowed: 'names of 1 to 63 of a-z 0-9 _, and a database and a plugin for logical slots',
    why: 'PostgreSQL refuses the slot; a consumer would find none after a failover.',
    find: badSlots,
  },
  {
    id: 'patroni-tag',
    property: 'patroni.tags',
    allowed: 'one-line strings; not nofailover, which would apply to all members alike',
    why: 'A cluster in which no member may become leader never fails over.',
    find: context => Object.entries(patroni(context).tags ?? {})
      .filter(([name, value]) => !isOneLine(value) || name === '' || (name === 'nofailover' && value !== 'false'))
      .map(([name, value]) => ({ received: { [name]: value } })),
  },
  {
    id: 'patroni-bypass-namespace',
    property: 'patroni.bypassApiService',
    allowed: 'true only in a chart with a namespace',
    why: 'The Role lies in the namespace default and must name the namespace of the ServiceAccount.',
    find: context => patroni(context).bypassApiService && context.namespace === undefined ? [{ received: true }] : [],
  },
];

/** Patroni's dynamic configuration, without PostgreSQL's part. */
function dynamicConfiguration(context: FeatureContext): JsonMap {
  const { maximumLagOnFailover = Size.mebibytes(32), synchronousMode, synchronousNodeCount, failsafeMode = true, slots } = patroni(context);
  const { primaryStartTimeout = isSynchronous(context) ? Duration.seconds(0) : Duration.minutes(5) } = patroni(context);
  const { ttl, loopWait, retryTimeout } = periods(context);
  return {
    ttl,
    loop_wait: loopWait,
    retry_timeout: retryTimeout,
    maximum_lag_on_failover: kibibytes(maximumLagOnFailover) * 1024,
    failsafe_mode: failsafeMode,
    // Its name before and since Patroni 3.
    [context.image.patroni < 300 ? 'master_start_timeout' : 'primary_start_timeout']: primaryStartTimeout.toSeconds(),
    // Also when off: the live configuration may still say on.
    synchronous_mode: isSynchronous(context),
    synchronous_mode_strict: synchronousMode === SynchronousMode.STRICT,
    synchronous_node_count: synchronousNodeCount ?? 1,
    ...(given(slots) ? { slots: Object.fromEntries(Object.entries(slots!).map(([name, slot]) => [name, { ...slot._definition }])) } : {}),
  };
}

function tagValue(value: string): string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

export const patroniFeature: Feature = {
  rules,
  contribute: context => {
    const { tags } = patroni(context);
    return {
      configuration: {
        bootstrap: { dcs: dynamicConfiguration(context) },
        ...(given(tags) ? { tags: Object.fromEntries(Object.entries(tags!).map(([name, value]) => [name, tagValue(value)])) } : {}),
      },
    };
  },
};
