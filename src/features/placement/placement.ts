import { k8s } from 'cdk8s-plus-27';
import { given, onlyDefined } from '../../kernel/empty';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Finding, labelSyntaxRule, Rule, valueRule } from '../../kernel/rule';
import { isLabelKey, isLabelValue, isObjectName, LABEL_KEY_SYNTAX, LABEL_VALUE_SYNTAX } from '../../kernel/syntax';
import { Labels } from '../../spilo/labels';

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/**
 * How far members stay away from each other (pod anti-affinity).
 */
export class Separation {
  /** Members prefer different hosts; two share one rather than stay pending. */
  public static preferHosts(): Separation { return new Separation(HOST, false); }

  /** Two members never share a host; a member without a free host stays pending. */
  public static requireHosts(): Separation { return new Separation(HOST, true); }

  /** Members prefer different zones. */
  public static preferZones(): Separation { return new Separation(ZONE, false); }

  /** Two members never share a zone. */
  public static requireZones(): Separation { return new Separation(ZONE, true); }

  /** Members go anywhere. */
  public static none(): Separation { return new Separation(); }

  private constructor(private readonly topologyKey?: string, private readonly required?: boolean) {}

  /** @internal */
  public _affinity(members: Labels): k8s.PodAntiAffinity | undefined {
    if (!this.topologyKey) { return undefined; }
    const term: k8s.PodAffinityTerm = { labelSelector: { matchLabels: members }, topologyKey: this.topologyKey };
    return this.required
      ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
      : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] };
  }
}

/**
 * On which nodes members run. With local volumes a member that has a claim stays on its node.
 */
export interface Placement {
  /**
   * Members run on nodes that carry, for each label key, one of the values.
   *
   * @default - any node
   * @changes rollout
   */
  readonly nodes?: { [label: string]: string[] };

  /**
   * Members prefer nodes that carry, for each label key, one of the values.
   *
   * @default - no preference
   * @changes rollout
   */
  readonly preferredNodes?: { [label: string]: string[] };

  /**
   * Members run on nodes that carry exactly these labels.
   *
   * @default - any node
   * @changes rollout
   */
  readonly nodeSelector?: { [label: string]: string };

  /**
   * How far members stay away from each other.
   *
   * @default Separation.preferHosts()
   * @changes rollout
   */
  readonly separation?: Separation;

  /**
   * Topology spread constraints. Where `labelSelector` is not given, the members are spread.
   *
   * @default - none
   * @changes rollout
   */
  readonly topologySpread?: k8s.TopologySpreadConstraint[];

  /**
   * Taints that members put up with: for nodes that are reserved for databases.
   *
   * @default - none
   * @changes rollout
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * Priority class of the pods: which of them the scheduler evicts others for.
   *
   * @default - the default class of the Kubernetes cluster
   * @changes rollout
   */
  readonly priorityClassName?: string;

  /**
   * The scheduler of the pods.
   *
   * @default - Kubernetes' own
   * @changes rollout
   */
  readonly schedulerName?: string;
}

function expressions(nodes: { [label: string]: string[] }): k8s.NodeSelectorRequirement[] {
  return Object.entries(nodes).map(([key, values]) => ({ key, operator: 'In', values }));
}

function nodeAffinity(options: Placement): k8s.NodeAffinity | undefined {
  const [nodes, preferredNodes] = [given(options.nodes), given(options.preferredNodes)];
  if (!nodes && !preferredNodes) { return undefined; }
  return {
    requiredDuringSchedulingIgnoredDuringExecution: nodes && { nodeSelectorTerms: [{ matchExpressions: expressions(nodes) }] },
    preferredDuringSchedulingIgnoredDuringExecution: preferredNodes
      && [{ weight: 100, preference: { matchExpressions: expressions(preferredNodes) } }],
  };
}

function badNodes(property: string, nodes: { [label: string]: string[] } = {}): Finding[] {
  return Object.entries(nodes)
    .filter(([key, values]) => !isLabelKey(key) || values.length === 0 || !values.every(isLabelValue))
    .map(([key, values]) => ({ property, received: { [key]: values } }));
}

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function isToleration({ key, operator, value, effect, tolerationSeconds }: k8s.Toleration): boolean {
  const exists = operator === 'Exists';
  return (exists || operator === undefined || operator === 'Equal')
    && (key === undefined ? exists : isLabelKey(key))
    && (exists ? value === undefined : value === undefined || isLabelValue(value))
    && (effect === undefined || TAINT_EFFECTS.includes(effect))
    && (tolerationSeconds === undefined || (effect === 'NoExecute' && Number.isInteger(tolerationSeconds)));
}

function isSpread({ maxSkew, topologyKey, whenUnsatisfiable }: k8s.TopologySpreadConstraint): boolean {
  return Number.isInteger(maxSkew) && maxSkew > 0 && isLabelKey(topologyKey)
    && ['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable);
}

/** Checks of the property `placement`, for every construct that has it. */
export function placementRules<Input>(placement: (input: Input) => Placement): Rule<Input>[] {
  return [
    {
      id: 'placement-nodes',
      property: 'placement.nodes',
      allowed: `at least one value for each key; keys: ${LABEL_KEY_SYNTAX}; values: ${LABEL_VALUE_SYNTAX}`,
      why: 'The API server refuses the pod, or no node ever matches.',
      find: input => [
        ...badNodes('placement.nodes', placement(input).nodes),
        ...badNodes('placement.preferredNodes', placement(input).preferredNodes),
      ],
    },
    labelSyntaxRule('placement-node-selector', 'placement.nodeSelector', input => ({ 'placement.nodeSelector': placement(input).nodeSelector })),
    {
      id: 'placement-toleration',
      property: 'placement.tolerations',
      allowed: 'Exists without value, or Equal with key; effect NoSchedule, PreferNoSchedule or NoExecute; tolerationSeconds with NoExecute only',
      why: 'The API server refuses the pod.',
      find: input => (placement(input).tolerations ?? []).filter(toleration => !isToleration(toleration)).map(received => ({ received })),
    },
    {
      id: 'placement-topology-spread',
      property: 'placement.topologySpread',
      allowed: 'maxSkew of at least 1, a label key as topologyKey, whenUnsatisfiable DoNotSchedule or ScheduleAnyway',
      why: 'The API server refuses the pod.',
      find: input => (placement(input).topologySpread ?? []).filter(constraint => !isSpread(constraint)).map(received => ({ received })),
    },
    valueRule('placement-priority-class', 'placement.priorityClassName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
      input => placement(input).priorityClassName, isObjectName),
    valueRule('placement-scheduler', 'placement.schedulerName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
      input => placement(input).schedulerName, isObjectName),
  ];
}

/** The fields of a pod that say where it runs; `pods` are the labels of those that it keeps away from. */
export function podPlacement(placement: Placement, pods: Labels): Partial<k8s.PodSpec> {
  const { separation = Separation.preferHosts(), topologySpread, nodeSelector, tolerations, priorityClassName, schedulerName } = placement;
  return {
    affinity: given(onlyDefined({ nodeAffinity: nodeAffinity(placement), podAntiAffinity: separation._affinity(pods) })),
    topologySpreadConstraints: given(topologySpread)?.map(constraint =>
      ({ ...constraint, labelSelector: constraint.labelSelector ?? { matchLabels: pods } })),
    nodeSelector: given(nodeSelector),
    tolerations: given(tolerations),
    priorityClassName,
    schedulerName,
  };
}

const placementOf = ({ props }: FeatureContext) => props.placement ?? {};

export const placementFeature: Feature = {
  rules: placementRules(placementOf),
  contribute: context => ({ pod: podPlacement(placementOf(context), context.labels.members) }),
};
