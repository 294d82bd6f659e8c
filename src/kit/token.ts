import { k8s } from 'cdk8s-plus-27';
import { SERVICE_ACCOUNT_MOUNT } from '../spilo/paths';

const VOLUME = 'kube-api-access';
/** The kubelet renews the token well before the end of its hour. */
const TOKEN_SECONDS = 3607;

/**
 * The token of a pod's ServiceAccount, mounted by hand into the one container that needs it. Other containers of the
 * pod have no business with the Kubernetes API.
 */
export function token(): { volume: k8s.Volume; mount: k8s.VolumeMount } {
  return {
    volume: {
      name: VOLUME,
      projected: {
        defaultMode: 0o440,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardApi: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
    mount: { name: VOLUME, mountPath: SERVICE_ACCOUNT_MOUNT, readOnly: true },
  };
}
