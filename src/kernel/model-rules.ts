import { k8s } from 'cdk8s-plus-27';
import { Model } from './contribution';
import { listed } from './data';
import { Finding, Rule } from './rule';
import { normalizedPath, twice } from './syntax';

/** Variables that are made of all contributions, and so are not among them. */
const COLLECTED_ENV = ['SPILO_CONFIGURATION', 'CRONTAB'];

/** Parts of a pod are what users wrote: whether they are what the API server takes is for other rules, or for the API server, to say. */
const isText = (value: unknown): value is string => typeof value === 'string';

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

/** Kubernetes compares paths as text, but the second mount of one directory hides the first. */
function mountedTwice({ mounts, sidecars, initContainers }: Model): Finding[] {
  const within = (property: string, containers: readonly Pick<k8s.Container, 'volumeMounts'>[]) => containers.flatMap(({ volumeMounts }) =>
    twice(listed(volumeMounts).map(mount => mount?.mountPath).filter(isText).map(normalizedPath)).map(received => ({ property, received })));
  return [
    ...within('pod.volumeMounts', [{ volumeMounts: mounts }]),
    ...within('pod.sidecars', sidecars),
    ...within('pod.initContainers', initContainers),
  ];
}

function mountsWithoutVolume(model: Model): Finding[] {
  const volumes = volumeNames(model);
  const mountsOf = (property: string, containers: readonly Pick<k8s.Container, 'volumeMounts'>[]) =>
    containers.flatMap(({ volumeMounts }) => listed(volumeMounts).map(mount => ({ property, received: mount?.name })));
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
  {
    id: 'clash-mount-path',
    property: 'pod.volumeMounts',
    allowed: 'a path at which neither the library nor another mount of the same container mounts something',
    why: 'The API server refuses the pod, or one of the two silently loses.',
    find: mountedTwice,
  },
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
