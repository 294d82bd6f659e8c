/** The volume of each member. */
export interface StorageSpec {
  readonly size: string;
  readonly storageClassName?: string;
  readonly accessMode: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly whenDeleted: string;
  readonly whenScaled: string;
}
