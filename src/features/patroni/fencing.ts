import { Duration } from 'cdk8s';
import { copied } from '../../kernel/data';

/**
 * How the fence works.
 */
export interface FencingOptions {
  /**
   * How long before the leader's lock expires PostgreSQL is ended. Larger: a slow answer of the Kubernetes API is covered as
   * well. Whole seconds; `ttl - safetyMargin` must be at least `loopWait + retryTimeout`, so that a leader whose API is slow
   * but answers is not ended.
   *
   * @default Duration.seconds(5)
   * @changes rollout
   */
  readonly safetyMargin?: Duration;
}

/**
 * What ends the PostgreSQL of a leader whose Patroni hangs. Patroni itself cannot do it then, and another member leads when
 * `ttl` is over; a leader that still takes writes would lose all of them.
 */
export class Fencing {
  /**
   * The kubelet alone: a liveness probe restarts the container before another member can lead. It does not help where the kubelet
   * itself hangs, or where Patroni's API answers and its loop hangs.
   */
  public static probe(): Fencing { return new Fencing({ kind: 'probe' }); }

  /**
   * The probe, and a small program in the database container that ends PostgreSQL when Patroni did not renew the leader's lock
   * for `ttl - safetyMargin`. It needs no capability, no device and no kubelet. A member without it never leads: Patroni's
   * watchdog is `required`. While a cluster is paused (`patronictl pause`), Patroni puts the fence away. The program starts
   * before the image's own `/launch.sh init`, so the image must begin with that.
   *
   * It speaks to Patroni's driver `testing`, which Patroni's authors keep for tests: the image must be one with which it was
   * proven (`SpiloImageFacts.fencing`), otherwise it is refused (rule `patroni-fencing-image`).
   *
   * @param options how the fence works.
   */
  public static watchdog(options?: FencingOptions): Fencing { return new Fencing({ kind: 'watchdog', options: copied(options ?? {}) }); }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'probe' | 'watchdog'; readonly options?: FencingOptions }) {}
}
