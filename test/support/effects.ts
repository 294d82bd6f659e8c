import { parse } from 'yaml';

/** Objects of a construct by id, as the manifest has them. */
export interface Objects { readonly [id: string]: any }

/** What is different between two renderings of a construct, on the way from the first to the second. */
export interface Difference {
  /** Kind and name of objects that went, and of those that came. Jobs end by themselves and do not count. */
  readonly gone: readonly string[];
  readonly come: readonly string[];
  /** Whether pods are replaced. */
  readonly template: boolean;
  /** Whether pods are replaced for something that a running cluster takes. */
  readonly takenByRunning: boolean;
  /** Whether Patroni's dynamic configuration is different, which the rollout Job writes. */
  readonly dynamicConfiguration: boolean;
  /** Fields that Kubernetes does not let anybody change. */
  readonly immutable: readonly string[];
  /** Objects of which anything is different, by id. */
  readonly objects: readonly string[];
}

/** What is compared of one rendering. Most are part of several pairs, and of both directions: each is read once. */
interface Reading {
  readonly lasting: readonly string[];
  readonly template: string;
  readonly takenByRunning: string;
  readonly dynamicConfiguration: string;
  readonly objects: { readonly [id: string]: string };
}

const readings = new WeakMap<Objects, Reading>();

function readingOf(objects: Objects): Reading {
  const known = readings.get(objects);
  if (known) { return known; }
  const pods = template(objects);
  const document = configuration(pods);
  const reading: Reading = {
    lasting: Object.values(objects).filter(({ kind }) => kind !== 'Job').map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    template: JSON.stringify(pods),
    takenByRunning: JSON.stringify(withoutBootstrap(pods, document)),
    // The Job leaves `standby_cluster` alone: it counts at bootstrap only.
    dynamicConfiguration: JSON.stringify(without(document?.bootstrap.dcs, 'standby_cluster')),
    objects: Object.fromEntries(Object.entries(objects).map(([id, object]) => [id, JSON.stringify(object)])),
  };
  readings.set(objects, reading);
  return reading;
}

/** Compares two renderings. */
export function difference(before: Objects, after: Objects): Difference {
  const [old, young] = [readingOf(before), readingOf(after)];
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = ids.filter(id => old.objects[id] !== young.objects[id]);
  return {
    gone: old.lasting.filter(name => !young.lasting.includes(name)),
    come: young.lasting.filter(name => !old.lasting.includes(name)),
    template: old.template !== young.template,
    takenByRunning: old.takenByRunning !== young.takenByRunning,
    dynamicConfiguration: old.dynamicConfiguration !== young.dynamicConfiguration,
    immutable: changed.filter(id => before[id] && before[id].metadata.name === after[id]?.metadata.name).flatMap(id =>
      IMMUTABLE.filter(([kind, , of]) => kind === before[id].kind && JSON.stringify(of(before[id])) !== JSON.stringify(of(after[id])))
        .map(([, field]) => `${id}: ${field}`)),
    objects: changed,
  };
}

/** The pod template without the stamp that the library derives from the rest of it. */
function template(objects: Objects): any {
  const { spec } = objects.StatefulSet ?? objects.Deployment;
  const { annotations, ...metadata } = spec.template.metadata;
  const { 'cdk8s-spilo/template': _, ...rest } = annotations ?? {};
  return { ...spec.template, metadata: { ...metadata, annotations: rest } };
}

function configuration({ spec }: any): any {
  const variable = spec.containers[0].env?.find(({ name }: { name: string }) => name === 'SPILO_CONFIGURATION');
  return variable && parse(variable.value);
}

/** Variables that are read once: Spilo's in an empty cluster, pgAdmin's with an empty volume. */
const READ_ONCE = ['PGUSER_ADMIN', 'PGPASSWORD_ADMIN', 'PGADMIN_DEFAULT_EMAIL'];

/** The template without what is read once. Of Spilo's document that is `bootstrap`, of pgAdmin's pod its first password. */
function withoutBootstrap(full: any, document: any): unknown {
  const { spec } = full;
  const [first, ...others] = spec.containers;
  const env = first.env
    ?.filter(({ name }: { name: string }) => !READ_ONCE.includes(name))
    .map((variable: { name: string }) => variable.name === 'SPILO_CONFIGURATION' ? { ...document, bootstrap: undefined } : variable);
  const volumes = spec.volumes.filter(({ name }: { name: string }) => first.name !== 'pgadmin' || name !== 'login');
  return { ...full, spec: { ...spec, volumes, containers: [{ ...first, env }, ...others] } };
}

function without(object: any, ...fields: string[]): any {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([field]) => !fields.includes(field)));
}

/** By kind the fields that the API server refuses to change: its validation of updates, by hand. */
const IMMUTABLE: [string, string, (object: any) => unknown][] = [
  ['StatefulSet', 'spec', ({ spec }) => without(spec, 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds', 'revisionHistoryLimit')],
  ['Deployment', 'spec.selector', ({ spec }) => spec.selector],
  ['Job', 'spec.template', ({ spec }) => [spec.template, spec.podFailurePolicy]],
  ['PersistentVolumeClaim', 'spec', ({ spec }) => without(spec, 'resources')],
  ['PersistentVolume', 'spec.nfs', ({ spec }) => spec.nfs],
  ['RoleBinding', 'roleRef', ({ roleRef }) => roleRef],
  ['Service', 'spec.clusterIP', ({ spec }) => spec.clusterIP],
  ['Service', 'spec.loadBalancerClass', ({ spec }) => spec.loadBalancerClass],
  ['Service', 'spec.ipFamilies[0]', ({ spec }) => spec.ipFamilies?.[0]],
];
