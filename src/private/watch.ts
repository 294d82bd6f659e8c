import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { FeatureContext } from './feature';

/** A cluster of an app, and what of it can collide with another one. */
interface Watched { readonly path: string; readonly nodePorts: number[] }

/** The clusters of each app. One check hangs on each root, however many clusters there are: it stays linear. */
const apps = new WeakMap<IConstruct, Watched[]>();

/**
 * Checks what one cluster alone cannot know, when the app is synthesized: objects and ports that exist twice, which
 * cdk8s renders without a word.
 */
export function watchApp(construct: IConstruct, { props }: FeatureContext): void {
  const { root, path } = construct.node;
  const services = [props.leaderService, props.replicaService, ...(props.access ?? []).map(({ _options }) => _options)];
  const nodePorts = services.flatMap(service => service?.nodePort ?? []);
  const clusters = apps.get(root) ?? [];
  if (clusters.length === 0) {
    apps.set(root, clusters);
    root.node.addValidation({ validate: () => [...duplicateObjects(root), ...duplicateNodePorts(clusters)] });
  }
  clusters.push({ path, nodePorts });
}

function duplicateObjects(root: IConstruct): string[] {
  const seen = new Map<string, string>();
  return root.node.findAll().filter(ApiObject.isApiObject).flatMap(object => {
    const { kind, apiGroup, name, metadata, node } = object as ApiObject;
    const where = metadata.namespace === undefined ? 'no namespace' : `namespace ${metadata.namespace}`;
    const received = `${kind} ${name} in ${where}`;
    return again(seen, `${apiGroup}/${received}`, 'duplicate-object', `${node.path}: name`, received);
  });
}

/** A NodePort is one for the whole Kubernetes cluster, whatever the namespace. */
function duplicateNodePorts(clusters: readonly Watched[]): string[] {
  const seen = new Map<string, string>();
  return clusters.flatMap(({ path, nodePorts }) =>
    nodePorts.flatMap(port => again(seen, String(port), 'duplicate-node-port', `${path}: nodePort`, String(port))));
}

function again(seen: Map<string, string>, identity: string, rule: string, place: string, received: string): string[] {
  const first = seen.get(identity);
  if (first === undefined) {
    seen.set(identity, place);
    return [];
  }
  return [`[${rule}] ${place}: received ${received}, allowed: one that nothing else in the app has (${first} has it too)`];
}
