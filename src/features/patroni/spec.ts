import { JsonMap } from '../../kernel/contribution';

/** Whether a commit waits, and for how many replicas. */
export interface SynchronousSpec { readonly mode: 'off' | 'on' | 'quorum' | 'strict'; readonly nodes: number }

/** What ends the PostgreSQL of a leader whose Patroni hangs. */
export interface FencingSpec { readonly mode: 'probe' | 'watchdog'; readonly safetyMargin: number }

/** A replication slot that Patroni keeps. */
export interface SlotSpec { readonly type: 'physical' | 'logical'; readonly database?: string; readonly plugin?: string }

/** Patroni. Durations in seconds. */
export interface PatroniSpec {
  readonly store: 'endpoints' | 'configmaps';
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
  readonly maximumLagOnFailover: string;
  readonly synchronous: SynchronousSpec;
  readonly failsafeMode: boolean;
  readonly fencing: FencingSpec;
  readonly primaryStartTimeout: number;
  readonly slots: { readonly [name: string]: SlotSpec };
  readonly ignoreSlots: readonly { readonly [key: string]: string }[];
  readonly onRewindFailure: string;
  readonly tags: { readonly [name: string]: string };
  readonly bypassApiService: boolean;
  readonly uncheckedConfiguration: JsonMap;
}
