import { k8s } from 'cdk8s-plus-27';
import { PatroniTlsSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { Rule, valueRule } from '../../kernel/rule';
import { DNS_1123 } from '../../kernel/syntax';
import { SecretKey, secretFiles, secretKey, secretKeyRule } from '../../kit/secret-key';

/**
 * TLS of Patroni's REST API, where the members have it on.
 */
export interface PatroniTlsOptions {
  /**
   * Where the certificate authority is that signed the members' certificates: a Secret in the proxy's namespace.
   *
   * @changes rollout
   */
  readonly ca: SecretKey;

  /**
   * The name that the members' certificates carry.
   *
   * @default - any name that the authority signed
   * @changes rollout
   */
  readonly verifyHost?: string;
}

/** The options as a spec has them. */
export function settlePatroniTls(options?: PatroniTlsOptions): PatroniTlsSpec | undefined {
  return options && onlyDefined({ ca: secretKey(options.ca), verifyHost: options.verifyHost });
}

const MOUNT = '/patroni-tls';

/** Where a proxy finds the certificate authority. */
export const PATRONI_CA_FILE = `${MOUNT}/ca.crt`;

/** The volume with the authority, and its mount. */
export function patroniTlsAccess(tls?: PatroniTlsSpec): { readonly volumes: k8s.Volume[]; readonly mounts: k8s.VolumeMount[] } {
  if (!tls) { return { volumes: [], mounts: [] }; }
  return { volumes: [secretFiles('patroni-tls', tls.ca, 'ca.crt')], mounts: [{ name: 'patroni-tls', mountPath: MOUNT, readOnly: true }] };
}

/** Checks of the options. */
export function patroniTlsRules<Input>(prefix: string, tls: (input: Input) => PatroniTlsSpec | undefined): Rule<Input>[] {
  return [
    secretKeyRule('patroni-tls-ca', `${prefix}patroniTls.ca`, input => ({ [`${prefix}patroniTls.ca`]: tls(input)?.ca })),
    valueRule('patroni-tls-host', `${prefix}patroniTls.verifyHost`, 'a DNS name', 'The proxy would trust no member, or refuses its configuration.',
      input => tls(input)?.verifyHost, host => DNS_1123.test(host)),
  ];
}
