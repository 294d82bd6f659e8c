import { Feature } from '../../kernel/feature';
import { secretKeyRule } from '../../kit/secret-key';
import { ClusterSpec } from '../../spilo/spec';

const MOUNT = '/tls';

/** The certificate, where Spilo looks for it. */
export const tlsFeature: Feature<ClusterSpec> = {
  rules: [
    secretKeyRule('tls-secret', 'tls', ({ tls }) => tls === undefined ? {} : Object.fromEntries(
      Object.entries({ certificateEntry: tls.certificateEntry, privateKeyEntry: tls.privateKeyEntry, caEntry: tls.caEntry })
        .map(([entry, key]) => [`tls.${entry}`, key === undefined ? undefined : { name: tls.secretName, key }]))),
  ],
  contribute: ({ tls }) => tls === undefined ? {} : {
    env: [
      { name: 'SSL_CERTIFICATE_FILE', value: `${MOUNT}/${tls.certificateEntry}` },
      { name: 'SSL_PRIVATE_KEY_FILE', value: `${MOUNT}/${tls.privateKeyEntry}` },
      ...(tls.caEntry === undefined ? [] : [{ name: 'SSL_CA_FILE', value: `${MOUNT}/${tls.caEntry}` }]),
    ],
    // PostgreSQL refuses a key that others can read; root's file is fine when only its group may read it.
    volumes: [{ name: 'tls', secret: { secretName: tls.secretName, defaultMode: 0o440 } }],
    mounts: [{ name: 'tls', mountPath: MOUNT, readOnly: true }],
  },
};
