/** A program that each member runs when its role changes. */
export interface CallbackSpec {
  readonly script: string;
  /** In seconds. */
  readonly timeout: number;
}
