/** The ServiceAccount of the members. */
export interface ServiceAccountSpec {
  readonly name: string;
  /** Whether it is somebody else's. */
  readonly exists: boolean;
  readonly annotations?: { readonly [key: string]: string };
}
