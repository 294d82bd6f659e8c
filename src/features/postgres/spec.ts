/** PostgreSQL. */
export interface PostgresSpec {
  readonly version: number;
  /** All that are set, defaults included. */
  readonly parameters: { readonly [name: string]: string };
  readonly preloadLibraries: readonly string[];
  /** Lines for clients. */
  readonly hba: readonly string[];
  readonly ident: readonly string[];
  readonly allowPlaintext: boolean;
  readonly initdb: { readonly locale: string; readonly walSegmentSize: string; readonly uncheckedOptions: { readonly [option: string]: string } };
}
