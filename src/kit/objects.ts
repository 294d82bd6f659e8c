import { k8s } from 'cdk8s-plus-27';
import { Manifest, Texts } from '../kernel/contribution';

/** A ConfigMap. */
export function configMap(id: string, name: string, labels: Texts, data: Texts): Manifest {
  return { id, apiVersion: 'v1', kind: 'ConfigMap', name, labels, body: { data } };
}

/** A Secret. `data` and not `stringData`: the latter reads as changed on every client-side apply. */
export function secret(id: string, name: string, labels: Texts, texts: Texts): Manifest {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]));
  return { id, apiVersion: 'v1', kind: 'Secret', name, labels, body: { type: 'Opaque', data } };
}

/** A ServiceAccount whose token no pod gets unless it asks for it. */
export function serviceAccount(id: string, name: string, labels: Texts, annotations?: Texts): Manifest {
  return { id, apiVersion: 'v1', kind: 'ServiceAccount', name, labels, annotations, body: { automountServiceAccountToken: false } };
}

/** A claim for a volume. A named volume belongs to it, and no class shall make a second one. */
export function claim(id: string, name: string, labels: Texts, spec: {
  readonly size: string; readonly accessMode: string; readonly storageClassName?: string; readonly volumeName?: string;
}): Manifest {
  const { size, accessMode, storageClassName, volumeName } = spec;
  return {
    id,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    labels,
    body: {
      spec: k8s.toJson_PersistentVolumeClaimSpec({
        accessModes: [accessMode],
        storageClassName: volumeName === undefined ? storageClassName : '',
        volumeName,
        resources: { requests: { storage: k8s.Quantity.fromString(size) } },
      }),
    },
  };
}

/** A PodDisruptionBudget. */
export function budget(
  id: string, name: string, labels: Texts, selector: Texts, maxUnavailable: number, unhealthyPodEvictionPolicy?: string,
): Manifest {
  return {
    id,
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    name,
    labels,
    body: {
      spec: k8s.toJson_PodDisruptionBudgetSpec({
        maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable), unhealthyPodEvictionPolicy, selector: { matchLabels: { ...selector } },
      }),
    },
  };
}
