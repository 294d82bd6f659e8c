import { Duration } from 'cdk8s';
import { CallbackSpec } from './spec';
import { seconds } from '../../kernel/duration';

/**
 * A program of yours that each member runs when its role changes: for load balancers that want to be told who the leader
 * is. Where they can ask instead, use `PatroniHaproxy`: a member that dies tells nobody.
 */
export interface CallbackOptions {
  /**
   * Text of the program, beginning with `#!`. It runs in the database container as user `postgres`, with three arguments:
   * `on_start`, `on_stop` or `on_role_change`; the role, `primary` (Patroni 3: `master`), `standby_leader` or `replica`; and
   * the name of the cluster. `POD_IP` is the member's address. The image has bash, curl and Python.
   *
   * Its exit status counts for nothing, and of two runs that overlap Patroni ends the older one.
   *
   * @changes at-once within about a minute, when the kubelet has renewed the file
   */
  readonly script: string;

  /**
   * After which time a run is ended. Spilo's own work on a new leader, such as its monitoring schema, waits for it.
   *
   * @default Duration.seconds(30)
   * @changes rollout
   */
  readonly timeout?: Duration;
}

/** The callback with its default. */
export function settleCallback(callback?: CallbackOptions): CallbackSpec | undefined {
  return callback && { script: callback.script, timeout: seconds(callback.timeout ?? Duration.seconds(30)) };
}
