import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { FeatureContext } from './feature';
import { FEATURES } from '../cluster/features';

/** A construct of an app, and what of it can collide with another one. */
interface Watched {
  readonly path: string;
  readonly nodePorts: readonly number[];
  readonly warnings: readonly string[];
}

/** What is known of one app. */
interface Watch {
  readonly constructs: Watched[];
  readonly warned: Set<string>;
  /** Size of the tree when it was last checked, and what came out. */
  size: number;
  findings: string[];
}

const apps = new WeakMap<IConstruct, Watch>();

const ALLOWED = 'one that nothing else in the app has';

/** Rules about what only the whole app shows; they have ids and documentation as all others. */
export const APP_RULES = [
  {
    id: 'duplicate-object',
    property: 'clusterName',
    allowed: ALLOWED,
    why: 'cdk8s renders two objects with the same kind, namespace and name without a word, and the later one replaces the earlier.',
  },
  {
    id: 'duplicate-node-port',
    property: 'nodePort',
    allowed: ALLOWED,
    why: 'A NodePort is one for the whole Kubernetes cluster: the API server refuses the second Service, whatever its namespace.',
  },
];

/** Watches a cluster. */
export function watchApp(construct: IConstruct, context: FeatureContext): void {
  const { props } = context;
  const services = [props.leaderService, props.replicaService, ...(props.access ?? []).map(({ _options }) => _options)];
  const warnings = FEATURES.flatMap(feature => feature.warnings?.(context) ?? []);
  watch(construct, services.flatMap(service => service?.nodePort ?? []), warnings);
}

/**
 * Checks what one construct alone cannot know, when the app is synthesized: objects and ports that exist twice, which
 * cdk8s renders without a word. Says the warnings of the constructs aloud at the same time.
 */
export function watch(construct: IConstruct, nodePorts: readonly number[], warnings: readonly string[] = []): void {
  const { root, path } = construct.node;
  let app = apps.get(root);
  if (!app) {
    const fresh = app = { constructs: [], warned: new Set<string>(), size: 0, findings: [] };
    apps.set(root, app);
    root.node.addValidation({ validate: () => validate(root, fresh) });
  }
  app.constructs.push({ path, nodePorts, warnings });
}

/** cdk8s validates the whole app once more for every chart: a tree that has not grown is not walked again. */
function validate(root: IConstruct, app: Watch): string[] {
  warn(app);
  const size = root.node.children.reduce((sum, chart) => sum + 1 + chart.node.children.length, app.constructs.length);
  if (size !== app.size) {
    app.size = size;
    app.findings = [...duplicateObjects(root), ...duplicateNodePorts(app.constructs)];
  }
  return app.findings;
}

/** Warnings go where every tool and every language shows them, each once. */
function warn({ constructs, warned }: Watch): void {
  for (const text of constructs.flatMap(({ warnings }) => warnings)) {
    if (!warned.has(text)) { process.stderr.write(`warning: ${text}\n`); }
    warned.add(text);
  }
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

function duplicateNodePorts(constructs: readonly Watched[]): string[] {
  const seen = new Map<string, string>();
  return constructs.flatMap(({ path, nodePorts }) =>
    nodePorts.flatMap(port => again(seen, String(port), 'duplicate-node-port', `${path}: nodePort`, String(port))));
}

function again(seen: Map<string, string>, identity: string, rule: string, place: string, received: string): string[] {
  const first = seen.get(identity);
  if (first === undefined) {
    seen.set(identity, place);
    return [];
  }
  return [`[${rule}] ${place}: received ${received}, allowed: ${ALLOWED} (${first} has it too)`];
}
