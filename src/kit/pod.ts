import { k8s } from 'cdk8s-plus-27';
import { plainJson } from './kubernetes-json';
import { Texts } from '../kernel/contribution';
import { given, onlyDefined } from '../kernel/data';

/** What every container may do: nothing but its work. */
export const RESTRICTED: k8s.SecurityContext = {
  allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
};

/** Who the processes of a pod are; volumes get the group where `ownsVolumes`. */
export interface PodUser { readonly uid: number; readonly gid: number; readonly ownsVolumes: boolean }

/** Pod Security `restricted`. */
export function podSecurity({ uid, gid, ownsVolumes }: PodUser): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: gid,
    // Kubernetes would otherwise change the owner of every file at each start: minutes on a large volume.
    ...ownsVolumes ? { fsGroup: gid, fsGroupChangePolicy: 'OnRootMismatch' } : {},
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A pod that is no member: a Job, a proxy, pgAdmin. */
export interface Pod {
  readonly user: PodUser;
  readonly containers: readonly k8s.Container[];
  readonly initContainers?: readonly k8s.Container[];
  /** Containers of the user's, which come last and stay as they are. */
  readonly users?: { readonly containers: readonly k8s.Container[]; readonly initContainers: readonly k8s.Container[] };
  readonly volumes: readonly k8s.Volume[];
  readonly pullSecrets: readonly string[];
  readonly placement: Partial<k8s.PodSpec>;
  readonly serviceAccountName?: string;
  readonly restartPolicy?: string;
  readonly gracePeriod?: number;
  readonly shareProcessNamespace?: boolean;
}

/** Its spec: restricted, and without a token unless one of its volumes is one. */
export function podSpec(pod: Pod): k8s.PodSpec {
  const { containers, initContainers = [], users } = pod;
  return onlyDefined({
    ...pod.placement,
    restartPolicy: pod.restartPolicy,
    serviceAccountName: pod.serviceAccountName,
    automountServiceAccountToken: false,
    // Variables for every Service of the namespace are noise, and some programs take those for settings of theirs.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: pod.gracePeriod,
    shareProcessNamespace: pod.shareProcessNamespace,
    securityContext: podSecurity(pod.user),
    imagePullSecrets: given(pod.pullSecrets)?.map(name => ({ name })),
    initContainers: given([...initContainers.map(restricted), ...users?.initContainers ?? []]),
    containers: [...containers.map(restricted), ...users?.containers ?? []],
    volumes: [...pod.volumes],
  });
}

function restricted(container: k8s.Container): k8s.Container {
  return { securityContext: RESTRICTED, ...container };
}

/** The JSON of a pod template. What users put into it is Kubernetes' JSON since their program was settled. */
export function podTemplateJson(template: k8s.PodTemplateSpec): any {
  return plainJson(template);
}

/** Without it the cluster autoscaler never removes a node with a pod that has a local volume. */
export const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** The annotation for volumes of the library's own: nothing in these outlives the pod. */
export function safeToEvict(volumes: readonly k8s.Volume[]): Texts {
  const local = volumes.filter(({ emptyDir }) => emptyDir).map(({ name }) => name);
  return local.length === 0 ? {} : { [SAFE_TO_EVICT]: local.join(',') };
}

const TOKEN_VOLUME = 'kube-api-access';
/** The kubelet renews the token well before the end of its hour. */
const TOKEN_SECONDS = 3607;
const TOKEN_MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The token of a pod's ServiceAccount, mounted by hand into the one container that needs it. Other containers of the
 * pod have no business with the Kubernetes API.
 */
export function token(): { volume: k8s.Volume; mount: k8s.VolumeMount } {
  return {
    volume: {
      name: TOKEN_VOLUME,
      projected: {
        defaultMode: 0o440,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          // By the name that Kubernetes has; the struct's is `downwardApi`.
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } } as k8s.VolumeProjection,
        ],
      },
    },
    mount: { name: TOKEN_VOLUME, mountPath: TOKEN_MOUNT, readOnly: true },
  };
}
