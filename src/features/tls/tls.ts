import { ISecret } from 'cdk8s-plus-27';
import { Contribution } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';

const MOUNT = '/tls';

/**
 * Keys of a Secret that holds a certificate.
 */
export interface TlsOptions {
  /**
   * Key of the certificate chain.
   *
   * @default 'tls.crt'
   */
  readonly certificateKey?: string;

  /**
   * Key of the private key.
   *
   * @default 'tls.key'
   */
  readonly privateKeyKey?: string;

  /**
   * Key of the certificate authority that signs client certificates.
   *
   * @default - client certificates are not checked
   */
  readonly caKey?: string;
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
   * @param secret a Secret of type `kubernetes.io/tls`, in the namespace of the cluster.
   * @param options keys, where they are not the usual ones.
   */
  public static fromSecret(secret: ISecret, options: TlsOptions = {}): Tls {
    return new Tls(secret.name, options);
  }

  private constructor(private readonly secretName: string, private readonly options: TlsOptions) {}

  /** @internal */
  public _contribute(): Contribution {
    const { certificateKey = 'tls.crt', privateKeyKey = 'tls.key', caKey } = this.options;
    return {
      env: [
        { name: 'SSL_CERTIFICATE_FILE', value: `${MOUNT}/${certificateKey}` },
        { name: 'SSL_PRIVATE_KEY_FILE', value: `${MOUNT}/${privateKeyKey}` },
        ...(caKey === undefined ? [] : [{ name: 'SSL_CA_FILE', value: `${MOUNT}/${caKey}` }]),
      ],
      // PostgreSQL refuses a key that others can read; root's file is fine when only its group may read it.
      volumes: [{ name: 'tls', secret: { secretName: this.secretName, defaultMode: 0o440 } }],
      mounts: [{ name: 'tls', mountPath: MOUNT, readOnly: true }],
    };
  }
}

export const tlsFeature: Feature = {
  rules: [],
  contribute: ({ props }) => props.tls?._contribute() ?? {},
};
