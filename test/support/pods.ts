import { KubernetesObject, Rendered } from './render';

type Labels = { readonly [key: string]: string };

/** A workload and the template of its pods. */
export interface Workload {
  readonly owner: KubernetesObject;
  readonly labels: Labels;
  readonly spec: any;
  /** All containers, initial ones included. */
  readonly containers: readonly any[];
}

/** Every workload of a file. */
export function workloads({ objects }: Rendered): Workload[] {
  return objects.filter(({ spec }) => (spec?.jobTemplate?.spec ?? spec)?.template?.spec).map(owner => {
    const { metadata, spec } = (owner.spec.jobTemplate?.spec ?? owner.spec).template;
    return { owner, labels: metadata.labels, spec, containers: [...spec.initContainers ?? [], ...spec.containers] };
  });
}

/** A selector of pods, and what selects by it. */
export interface Selector {
  readonly by: string;
  readonly namespace?: string;
  readonly matchLabels: Labels;
}

/** Every selector of pods in a file: of Services, workloads, budgets, affinities and spread constraints. */
export function selectors(rendered: Rendered): Selector[] {
  const found = (object: KubernetesObject, by: string, matchLabels?: Labels): Selector[] =>
    matchLabels ? [{ by: `${by} of ${object.kind} ${object.metadata.name}`, namespace: object.metadata.namespace, matchLabels }] : [];
  return [
    ...rendered.all('Service').flatMap(object => found(object, 'selector', object.spec.selector)),
    ...rendered.objects.flatMap(object => found(object, 'selector', object.spec?.selector?.matchLabels)),
    ...workloads(rendered).flatMap(({ owner, spec }) => [
      ...antiAffinityTerms(spec).flatMap(term => found(owner, 'anti-affinity', term.labelSelector.matchLabels)),
      ...(spec.topologySpreadConstraints ?? []).flatMap((spread: any) => found(owner, 'topology spread', spread.labelSelector.matchLabels)),
    ]),
  ];
}

function antiAffinityTerms({ affinity }: any): any[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] }
    = affinity?.podAntiAffinity ?? {};
  return [...required, ...preferred.map((weighted: any) => weighted.podAffinityTerm)];
}

/** Whether a selector matches pods with these labels. */
export function matches(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** One object that another one names. */
export interface Reference { readonly from: KubernetesObject; readonly kind: string; readonly name: string }

/** Everything that objects of a file refer to by name. */
export function references(rendered: Rendered): Reference[] {
  return [
    ...workloads(rendered).flatMap(workload => podReferences(workload)),
    ...rendered.all('RoleBinding').flatMap(from => [
      { from, kind: from.roleRef.kind, name: from.roleRef.name },
      ...from.subjects.map(({ kind, name }: any) => ({ from, kind, name })),
    ]),
    ...rendered.all('StatefulSet').map(from => ({ from, kind: 'Service', name: from.spec.serviceName })),
  ];
}

function podReferences({ owner: from, spec, containers }: Workload): Reference[] {
  const names: [string, string | undefined][] = [
    ['ServiceAccount', spec.serviceAccountName],
    ...(spec.imagePullSecrets ?? []).map(({ name }: any) => ['Secret', name]),
    ...containers.flatMap(({ env = [] }) => env).flatMap(({ valueFrom }: any): [string, string | undefined][] => [
      ['Secret', valueFrom?.secretKeyRef?.name], ['ConfigMap', valueFrom?.configMapKeyRef?.name],
    ]),
    ...(spec.volumes ?? []).flatMap((volume: any) => volumeReferences(volume)),
  ];
  return names.flatMap(([kind, name]) => name === undefined ? [] : [{ from, kind, name }]);
}

function volumeReferences({ secret, configMap, persistentVolumeClaim, projected }: any): [string, string | undefined][] {
  return [
    ['Secret', secret?.secretName],
    ['ConfigMap', configMap?.name],
    ['PersistentVolumeClaim', persistentVolumeClaim?.claimName],
    ...(projected?.sources ?? []).flatMap((source: any): [string, string | undefined][] => [
      ['Secret', source.secret?.name], ['ConfigMap', source.configMap?.name],
    ]),
  ];
}
