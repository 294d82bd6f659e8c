/** How changes reach the members. Durations in seconds. */
export interface RolloutSpec {
  readonly strategy: string;
  readonly deadline: number;
  readonly jobTtl?: number;
  readonly minReady: number;
  readonly maxUnavailable: number;
}
