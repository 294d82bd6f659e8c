import { posix } from 'path';
import { k8s } from 'cdk8s-plus-27';
import { Model } from './contribution';
import { listed } from './data';
import { Finding, Rule } from './rule';
import { twice } from './syntax';

/** Variables that are made of all contributions, and so are not among them. */
const COLLECTED_ENV = ['SPILO_CONFIGURATION', 'CRONTAB'];

/** Kubernetes compares paths as text, but the second mount of one directory hides the first. */
function normalized(path: string): string {
  return posix.resolve('/', path);
}

/** Parts of a pod are what users wrote: whether they are what the API server takes is for other rules, or for the API server, to say. */
const isText = (value: unknown) => typeof value === 'string';

function volumeNames({ volumes, claimTemplates }: Model): string[] {
  return [...volumes.map(({ name }) => name), ...claimTemplates.map(({ metadata }) => metadata!.name!)];
}

/** A rule that names of one kind stand once, whichever feature they come from. */
function unique(id: string, property: string, names: (model: Model) => string[]): Rule<Model> {
  return {
    id,
    property,
    allowed: 'a name that neither the library nor another property uses',
    why: 'The API server refuses the pod, or one of the two silently loses.',
    find: model => twice(names(model)).map(received => ({ received })),
  };
}

function mountsWithoutVolume(model: Model): Finding[] {
  const volumes = volumeNames(model);
  const mountsOf = (property: string, containers: readonly Pick<k8s.Container, 'volumeMounts'>[]) =>
    containers.flatMap(({ volumeMounts }) => listed(volumeMounts).map(({ name }) => ({ property, received: name })));
  return [
    ...mountsOf('pod.volumeMounts', [{ volumeMounts: model.mounts }]),
    ...mountsOf('pod.sidecars', model.sidecars),
    ...mountsOf('pod.initContainers', model.initContainers),
  ].filter(({ received }) => isText(received) && !volumes.includes(received));
}

/** What only shows when the contributions of all features are put together; `container` is the name of the main one. */
export const modelRules = (container: string): readonly Rule<Model>[] => [
  unique('clash-env', 'pod.env', ({ env }) => [...COLLECTED_ENV, ...env.map(({ name }) => name)]),
  unique('clash-container', 'pod.sidecars', ({ initContainers, sidecars }) =>
    [container, ...initContainers.map(({ name }) => name), ...sidecars.map(({ name }) => name)]),
  unique('clash-volume', 'pod.volumes', volumeNames),
  unique('clash-mount-path', 'pod.volumeMounts', ({ mounts }) => mounts.map(({ mountPath }) => mountPath).filter(isText).map(normalized)),
  {
    id: 'mount-without-volume',
    property: 'pod.volumeMounts',
    allowed: 'the name of a volume of the pod',
    why: 'The API server refuses the pod.',
    find: mountsWithoutVolume,
  },
];

/** Two contributions that say different things about one field. */
export const FIELD_CLASH: Omit<Rule<Model>, 'find'> = {
  id: 'clash-field',
  property: 'pod',
  allowed: 'the value that the library or another property set',
  why: 'One of the two would silently lose.',
};
