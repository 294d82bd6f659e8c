import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Manifest } from './contribution';

/** A place that only one construct may write to, such as a directory of backups. */
export interface Place {
  readonly property: string;
  /** What tells it from all other places. */
  readonly text: string;
  /** Whether it is one and the same wherever a chart goes to; otherwise only within one Kubernetes cluster. */
  readonly isGlobal: boolean;
}

/** A part of something that several constructs share and that has an end, such as the connections of a cluster. */
export interface Share {
  readonly property: string;
  /** What is shared. */
  readonly of: string;
  /** The construct that has it, if the app has one: constructs of other charts may have a part as well. */
  readonly owner?: IConstruct;
  readonly amount: number;
  readonly limit: number;
}

/** An object that comes into being in the Kubernetes cluster without being applied, in the namespace of the chart. */
export interface MadeObject {
  /** Of Kubernetes' core group. */
  readonly kind: string;
  readonly name: string;
  /** Who makes it. */
  readonly by: string;
}

/** What a construct says beside its objects. */
export interface Statement {
  /** What is allowed but seldom meant. */
  readonly warnings?: readonly string[];
  readonly places?: readonly Place[];
  readonly shares?: readonly Share[];
  readonly makes?: readonly MadeObject[];
}

/** A construct of an app, and what of it can collide with another one. */
interface Watched extends Required<Statement> {
  readonly construct: IConstruct;
  readonly path: string;
  readonly chart: string;
  readonly namespace?: string;
  readonly nodePorts: readonly number[];
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

const ALLOWED = 'one that nothing else in the chart has';

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
  {
    id: 'duplicate-file',
    property: 'clusterName',
    allowed: 'a name that no other object of the kind has in this directory, or another YamlOutputType',
    why: 'Where each object has a file, cdk8s names the files by kind and name alone: the later object replaces the file of the earlier.',
  },
  {
    id: 'duplicate-place',
    property: 'backup',
    allowed: 'a place in a store that no other cluster of the app writes to: another prefix, directory or StorePrefix.generation()',
    why: 'WAL of two clusters has the same names: whoever writes first makes the other one unrestorable.',
  },
  {
    id: 'shared-limit',
    property: 'maxServerConnections',
    allowed: 'shares of all poolers before one cluster that together fit into its max_connections',
    why: 'Under load PostgreSQL would refuse connections, those of Patroni and of administrators among them.',
  },
];

/** Kinds without a namespace: cdk8s gives them that of their chart, and Kubernetes does not look at it. */
const CLUSTER_SCOPED = ['Namespace', 'PersistentVolume', 'StorageClass', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass', 'CustomResourceDefinition', 'Node'];

/**
 * Checks what one construct alone cannot know, when the app is synthesized: objects, ports and files that exist twice,
 * which cdk8s renders without a word. Says the warnings of the constructs aloud at the same time.
 */
export function watch(
  construct: IConstruct,
  manifests: readonly Manifest[],
  { warnings = [], places = [], shares = [], makes = [] }: Statement = {},
): void {
  const { root } = construct.node;
  let app = apps.get(root);
  if (!app) {
    const fresh = app = { constructs: [], warned: new Set<string>(), size: 0, findings: [] };
    apps.set(root, app);
    root.node.addValidation({ validate: () => validate(root, fresh) });
  }
  const { node: { path: chart }, namespace } = Chart.of(construct);
  app.constructs.push({ construct, path: construct.node.path, chart, namespace, nodePorts: nodePortsOf(manifests), warnings, places, shares, makes });
}

function nodePortsOf(manifests: readonly Manifest[]): number[] {
  return manifests.filter(({ kind }) => kind === 'Service')
    .flatMap(({ body }) => (body?.spec?.ports ?? []) as { nodePort?: number }[]).flatMap(({ nodePort }) => nodePort ?? []);
}

/** cdk8s validates the whole app once more for every chart: a tree that has not grown is not walked again. */
function validate(root: IConstruct, app: Watch): string[] {
  const size = root.node.children.reduce((sum, chart) => sum + 1 + chart.node.children.length, app.constructs.length);
  if (size !== app.size) {
    app.size = size;
    const objects = objectsOf(root, app.constructs);
    app.findings = [...duplicateObjects(root, objects), ...takenObjects(root, objects, app.constructs),
      ...duplicateNodePorts(root, app.constructs), ...duplicateFiles(root, objects),
      ...duplicatePlaces(root, app.constructs), ...exceededLimits(root, app.constructs)];
    warn(app, [...app.constructs.flatMap(({ warnings }) => warnings), ...acrossCharts(root, objects)]);
  }
  return app.findings;
}

/** Warnings go where every tool and every language shows them, each once. */
function warn({ warned }: Watch, texts: readonly string[]): void {
  for (const text of texts) {
    if (!warned.has(text)) { process.stderr.write(`warning: ${text}\n`); }
    warned.add(text);
  }
}

/** One object of the app, and what tells it from all others. Its path is only asked for when something is wrong. */
class Seen {
  public readonly kind: string;
  public readonly name: string;
  public readonly identity: string;

  constructor(
    private readonly object: ApiObject,
    public readonly chart: string,
    /** Whether it is of a construct of this library. What two objects of other people have in common is theirs. */
    public readonly isOwn: boolean,
  ) {
    const { kind, apiGroup, name, metadata } = object;
    this.kind = kind;
    this.name = name;
    this.identity = identityOf(apiGroup, kind, name, CLUSTER_SCOPED.includes(kind) ? undefined : metadata.namespace);
  }

  public get path(): string { return this.object.node.path; }
}

function objectsOf(root: IConstruct, constructs: readonly Watched[]): Seen[] {
  const own = new Set<IConstruct | undefined>(constructs.map(({ construct }) => construct));
  const paths = new Map<Chart, string>();
  const pathOf = (chart: Chart) => paths.get(chart) ?? paths.set(chart, chart.node.path).get(chart)!;
  return (root.node.findAll().filter(ApiObject.isApiObject) as ApiObject[])
    .map(object => new Seen(object, pathOf(object.chart), own.has(object.node.scope)));
}

function identityOf(group: string, kind: string, name: string, namespace?: string): string {
  return `${group}/${kind} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

/** Charts that certainly go to one Kubernetes cluster: those of one file. Several files may go to several clusters. */
function output(root: IConstruct, chart: string): string {
  return (root as Partial<App>).yamlOutputType === YamlOutputType.FILE_PER_APP ? '' : chart;
}

/** The objects that have the identity of an earlier one, each with the path of that one. */
function repeated<Item>(items: readonly Item[], identity: (item: Item) => string): { item: Item; first: Item }[] {
  const seen = new Map<string, Item>();
  return items.flatMap(item => {
    const first = seen.get(identity(item));
    if (first !== undefined) { return [{ item, first }]; }
    seen.set(identity(item), item);
    return [];
  });
}

/** Of one construct that is there twice only the first object is told: all others follow from its name. */
function duplicateObjects(root: IConstruct, objects: readonly Seen[]): string[] {
  const found = repeated(objects, ({ chart, identity }) => `${output(root, chart)} ${identity}`).filter(ours);
  const pair = ({ item, first }: { item: Seen; first: Seen }) => `${parent(item.path)} ${parent(first.path)}`;
  return [...new Set(found.map(pair))].map(one => {
    const [{ item, first }, ...more] = found.filter(other => pair(other) === one);
    const beside = more.length > 0 ? ` and ${more.length} more objects` : '';
    return `[duplicate-object] ${item.path}: name: received ${nameOf(item)}${beside}, allowed: ${ALLOWED} (${first.path} has it too: give one of them another ${NAMES})`;
  });
}

const NAMES = 'clusterName or name';
const ours = ({ item, first }: { item: Seen; first: Seen }) => item.isOwn || first.isOwn;
const nameOf = ({ identity }: Pick<Seen, 'identity'>) => identity.slice(identity.indexOf('/') + 1);
const parent = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** Objects that have the name of one that is made in the Kubernetes cluster: applying them would replace it again and again. */
function takenObjects(root: IConstruct, objects: readonly Seen[], constructs: readonly Watched[]): string[] {
  const made = new Map(constructs.flatMap(({ path, chart, namespace, makes }) => makes.map(({ kind, name, by }) =>
    [`${output(root, chart)} ${identityOf('core', kind, name, namespace)}`, `${by} of ${path}`] as const)));
  return objects.flatMap(object => {
    const { chart, identity } = object;
    const by = made.size === 0 ? undefined : made.get(`${output(root, chart)} ${identity}`);
    return by === undefined ? [] : [`[duplicate-object] ${object.path}: name: received ${nameOf({ identity })}, allowed: ${ALLOWED} (${by} makes it: give one of them another ${NAMES})`];
  });
}

function duplicateNodePorts(root: IConstruct, constructs: readonly Watched[]): string[] {
  const ports = constructs.flatMap(({ path, chart, nodePorts }) => nodePorts.map(port => ({ path, chart, port })));
  return repeated(ports, ({ chart, port }) => `${output(root, chart)} ${port}`)
    .map(({ item, first }) => `[duplicate-node-port] ${item.path}: nodePort: received ${item.port}, allowed: ${ALLOWED} (${first.path}: nodePort has it too)`);
}

function duplicateFiles(root: IConstruct, objects: readonly Seen[]): string[] {
  const { yamlOutputType } = root as Partial<App>;
  const [inOne, inFolders] = [YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE]
    .map(type => type === yamlOutputType);
  if (!inOne && !inFolders) { return []; }
  const found = repeated(objects, ({ chart, kind, name }) => `${inOne ? '' : chart} ${kind} ${name}`)
    .filter(pair => ours(pair) && (pair.item.chart !== pair.first.chart || pair.item.identity !== pair.first.identity));
  return found.slice(0, 1).map(({ item, first }) =>
    `[duplicate-file] ${item.path}: name: received ${item.kind} ${item.name}, allowed: ${APP_RULES[2].allowed} (${first.path} has it too)`);
}

function duplicatePlaces(root: IConstruct, constructs: readonly Watched[]): string[] {
  const places = constructs.flatMap(({ path, chart, places: all }) => all.map(place => ({ path, chart, ...place })));
  return repeated(places, ({ chart, text, isGlobal }) => `${isGlobal ? '' : output(root, chart)} ${text}`)
    .map(({ item, first }) => `[duplicate-place] ${item.path}: ${item.property}: received ${item.text}, allowed: ${APP_RULES[3].allowed} (${first.path}: ${first.property} has it too)`);
}

/** Only where several have a part: one alone is the concern of its own rules. */
function exceededLimits(root: IConstruct, constructs: readonly Watched[]): string[] {
  const shares = constructs.flatMap(({ path, chart, shares: all }) => all.map(share =>
    ({ ...share, path, key: `${output(root, chartOf(share.owner) ?? chart)} ${share.of}` })));
  return [...new Set(shares.map(({ key }) => key))].flatMap(key => {
    const parts = shares.filter(share => share.key === key);
    const [{ limit, of, path, property }] = parts;
    const sum = parts.reduce((total, { amount }) => total + amount, 0);
    const all = parts.map(part => `${part.path} ${part.amount}`).join(', ');
    return parts.length > 1 && sum > limit ? [`[shared-limit] ${path}: ${property}: received ${sum} of ${of} (${all}), allowed: at most ${limit} together`] : [];
  });
}

/** Path of the chart that a construct is in. */
function chartOf(construct?: IConstruct): string | undefined {
  return construct?.node.scopes.filter(Chart.isChart).pop()?.node.path;
}

/** Charts may go to different Kubernetes clusters, so that one name in two of them is no fault; somebody may have meant one cluster. */
function acrossCharts(root: IConstruct, objects: readonly Seen[]): string[] {
  return repeated(objects.filter(({ kind, isOwn }) => isOwn && kind === 'StatefulSet'), ({ identity }) => identity)
    .filter(({ item, first }) => output(root, item.chart) !== output(root, first.chart))
    .map(({ item, first }) => `${nameOf(item)} is in the charts ${first.chart} and ${item.chart}: right if they go to different Kubernetes clusters, `
      + 'otherwise the later one replaces the earlier');
}
