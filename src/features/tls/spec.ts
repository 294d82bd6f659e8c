/** The server certificate, from a Secret. */
export interface TlsSpec {
  readonly secretName: string;
  readonly certificateEntry: string;
  readonly privateKeyEntry: string;
  readonly caEntry?: string;
}
