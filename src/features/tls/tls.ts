import { TlsSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';

/**
 * Keys of a Secret that holds a certificate.
 */
export interface TlsOptions {
  /**
   * Key of the certificate chain.
   *
   * @default 'tls.crt'
   */
  readonly certificateEntry?: string;

  /**
   * Key of the private key.
   *
   * @default 'tls.key'
   */
  readonly privateKeyEntry?: string;

  /**
   * Key of the certificate authority that signs client certificates.
   *
   * @default - client certificates are not checked
   */
  readonly caEntry?: string;
}

/**
 * The server certificate of all members. Without one Spilo signs a certificate for `spilo.example.org` at each start of
 * a pod, valid for 30 days: clients can encrypt with it, but verify nothing.
 */
export class Tls {
  /**
   * A certificate from a Secret, such as cert-manager makes them. Spilo reloads it within five minutes of a renewal. Give
   * it the names of the Services: `<cluster>`, `<cluster>-repl`, each with namespace.
   *
   * @param secretName name of a Secret of type `kubernetes.io/tls`, in the namespace of the cluster.
   * @param options keys, where they are not the usual ones.
   */
  public static fromSecret(secretName: string, options: TlsOptions = {}): Tls {
    return new Tls({ kind: 'fromSecret', secretName, options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'fromSecret'; readonly secretName: string; readonly options: TlsOptions }) {}
}

/** The certificate with every key of its Secret. */
export function settleTls(tls?: Tls): TlsSpec | undefined {
  if (!tls) { return undefined; }
  const { secretName, options: { certificateEntry = 'tls.crt', privateKeyEntry = 'tls.key', caEntry } } = tls._data;
  return onlyDefined({ secretName, certificateEntry, privateKeyEntry, caEntry });
}
