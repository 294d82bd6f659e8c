import { k8s } from 'cdk8s-plus-27';
import { Merged } from './contribution';
import { Finding, Rule } from './rule';
import { CONTAINER } from '../cluster/stateful-set';

/** Variables that are made of all contributions, and so are not among them. */
const COLLECTED_ENV = ['SPILO_CONFIGURATION', 'CRONTAB'];

/** Names that stand twice among `names`. */
function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

/** Kubernetes compares paths as text, but the second mount of one directory hides the first. */
function normalized(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

function volumeNames({ volumes, claimTemplates }: Merged): string[] {
  return [...volumes.map(({ name }) => name), ...claimTemplates.map(({ metadata }) => metadata!.name!)];
}

/** A rule that names of one kind stand once, whichever feature they come from. */
function unique(id: string, property: string, names: (merged: Merged) => string[]): Rule<Merged> {
  return {
    id,
    property,
    allowed: 'a name that neither the library nor another property uses',
    why: 'The API server refuses the pod, or one of the two silently loses.',
    find: merged => twice(names(merged)).map(received => ({ received })),
  };
}

function mountsWithoutVolume(merged: Merged): Finding[] {
  const volumes = volumeNames(merged);
  const mountsOf = (property: string, containers: readonly Pick<k8s.Container, 'volumeMounts'>[]) =>
    containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => ({ property, received: name })));
  return [
    ...mountsOf('pod.volumeMounts', [{ volumeMounts: merged.mounts }]),
    ...mountsOf('pod.sidecars', merged.sidecars),
    ...mountsOf('pod.initContainers', merged.initContainers),
  ].filter(({ received }) => !volumes.includes(received));
}

/** What only shows when the contributions of all features are put together. */
export const MODEL_RULES: readonly Rule<Merged>[] = [
  unique('clash-env', 'pod.env', ({ env }) => [...COLLECTED_ENV, ...env.map(({ name }) => name)]),
  unique('clash-container', 'pod.sidecars', ({ initContainers, sidecars }) =>
    [CONTAINER, ...initContainers.map(({ name }) => name), ...sidecars.map(({ name }) => name)]),
  unique('clash-volume', 'pod.volumes', volumeNames),
  unique('clash-mount-path', 'pod.volumeMounts', ({ mounts }) => mounts.map(({ mountPath }) => normalized(mountPath))),
  {
    id: 'mount-without-volume',
    property: 'pod.volumeMounts',
    allowed: 'the name of a volume of the pod',
    why: 'The API server refuses the pod.',
    find: mountsWithoutVolume,
  },
];

/** Two contributions that say different things about one field. */
export const FIELD_CLASH: Omit<Rule<Merged>, 'find'> = {
  id: 'clash-field',
  property: 'pod',
  allowed: 'the value that the library or another property set',
  why: 'One of the two would silently lose.',
};
