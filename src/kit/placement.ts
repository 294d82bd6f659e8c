import { k8s } from 'cdk8s-plus-27';
import { kubernetesJson } from './kubernetes-json';
import { wrongTypes } from './kubernetes-types';
import { Texts } from '../kernel/contribution';
import { copied, given, onlyDefined } from '../kernel/data';
import { Finding, labelSyntaxRule, Rule, valueRule } from '../kernel/rule';
import { isLabelKey, isLabelValue, isObjectName, LABEL_KEY_SYNTAX, LABEL_VALUE_SYNTAX } from '../kernel/syntax';

/** How far pods stay away from each other, by the name of the factory. */
type SeparationKind = 'preferHosts' | 'requireHosts' | 'preferZones' | 'requireZones' | 'none';

/**
 * How far members stay away from each other (pod anti-affinity).
 */
export class Separation {
  /** Members prefer different hosts; two share one rather than stay pending. */
  public static preferHosts(): Separation { return new Separation({ kind: 'preferHosts' }); }

  /** Two members never share a host; a member without a free host stays pending. */
  public static requireHosts(): Separation { return new Separation({ kind: 'requireHosts' }); }

  /** Members prefer different zones. */
  public static preferZones(): Separation { return new Separation({ kind: 'preferZones' }); }

  /** Two members never share a zone. */
  public static requireZones(): Separation { return new Separation({ kind: 'requireZones' }); }

  /** Members go anywhere. */
  public static none(): Separation { return new Separation({ kind: 'none' }); }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: SeparationKind }) {}
}

/**
 * On which nodes pods run. With local volumes a member that has a claim stays on its node.
 */
export interface PlacementOptions {
  /**
   * Pods run on nodes that carry, for each label key, one of the values.
   *
   * @default - any node
   * @changes rollout
   */
  readonly nodes?: { [label: string]: string[] };

  /**
   * Pods prefer nodes that carry, for each label key, one of the values.
   *
   * @default - no preference
   * @changes rollout
   */
  readonly preferredNodes?: { [label: string]: string[] };

  /**
   * Pods run on nodes that carry exactly these labels.
   *
   * @default - any node
   * @changes rollout
   */
  readonly nodeSelector?: { [label: string]: string };

  /**
   * How far the pods stay away from each other.
   *
   * @default Separation.preferHosts()
   * @changes rollout
   */
  readonly separation?: Separation;

  /**
   * Topology spread constraints: `k8s.TopologySpreadConstraint` of any version of cdk8s-plus, or maps with Kubernetes' own
   * names. Where `labelSelector` is not given, the pods themselves are spread.
   *
   * @default - none
   * @changes rollout
   */
  readonly topologySpread?: any[];

  /**
   * Taints that pods put up with, for nodes that are reserved for databases: `k8s.Toleration` of any version of
   * cdk8s-plus, or maps with Kubernetes' own names.
   *
   * @default - none
   * @changes rollout
   */
  readonly tolerations?: any[];

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

/** `PlacementOptions` as a spec has them. */
export interface PlacementSpec {
  readonly nodes?: { readonly [label: string]: readonly string[] };
  readonly preferredNodes?: { readonly [label: string]: readonly string[] };
  readonly nodeSelector?: Texts;
  readonly separation: SeparationKind;
  readonly topologySpread?: readonly any[];
  readonly tolerations?: readonly any[];
  readonly priorityClassName?: string;
  readonly schedulerName?: string;
}

/** The placement with its default. */
export function settlePlacement(options: PlacementOptions = {}): PlacementSpec {
  const { separation = Separation.preferHosts(), topologySpread, tolerations, ...rest } = options;
  return onlyDefined({
    ...copied(rest),
    separation: separation._data.kind,
    topologySpread: topologySpread?.map(constraint => kubernetesJson(constraint, k8s.toJson_TopologySpreadConstraint)),
    tolerations: tolerations?.map(toleration => kubernetesJson(toleration, k8s.toJson_Toleration)),
  });
}

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

function podAntiAffinity(separation: SeparationKind, pods: Texts): k8s.PodAntiAffinity | undefined {
  if (separation === 'none') { return undefined; }
  const term: k8s.PodAffinityTerm = { labelSelector: { matchLabels: { ...pods } }, topologyKey: separation.endsWith('Zones') ? ZONE : HOST };
  return separation.startsWith('require')
    ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
    : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] };
}

type Nodes = { readonly [label: string]: readonly string[] };

function expressions(nodes: Nodes): k8s.NodeSelectorRequirement[] {
  return Object.entries(nodes).map(([key, values]) => ({ key, operator: 'In', values: [...values] }));
}

function nodeAffinity(placement: PlacementSpec): k8s.NodeAffinity | undefined {
  const [nodes, preferredNodes] = [given(placement.nodes), given(placement.preferredNodes)];
  if (!nodes && !preferredNodes) { return undefined; }
  return {
    requiredDuringSchedulingIgnoredDuringExecution: nodes && { nodeSelectorTerms: [{ matchExpressions: expressions(nodes) }] },
    preferredDuringSchedulingIgnoredDuringExecution: preferredNodes
      && [{ weight: 100, preference: { matchExpressions: expressions(preferredNodes) } }],
  };
}

/** Where a helper runs: on the same nodes as the pods that it helps, and beside them if need be. */
export function helperPlacement(placement: PlacementSpec): Partial<k8s.PodSpec> {
  const { nodeSelector, tolerations, priorityClassName, schedulerName } = placement;
  return onlyDefined({
    affinity: given(onlyDefined({ nodeAffinity: nodeAffinity(placement) })),
    nodeSelector: given(nodeSelector) as { [key: string]: string } | undefined,
    tolerations: given(tolerations) as k8s.Toleration[] | undefined,
    priorityClassName,
    schedulerName,
  });
}

/** The fields of a pod that say where it runs; `pods` are the labels of those that it keeps away from. */
export function podPlacement(placement: PlacementSpec, pods: Texts): Partial<k8s.PodSpec> {
  return onlyDefined({
    ...helperPlacement(placement),
    affinity: given(onlyDefined({ nodeAffinity: nodeAffinity(placement), podAntiAffinity: podAntiAffinity(placement.separation, pods) })),
    topologySpreadConstraints: given(placement.topologySpread)?.map(constraint =>
      ({ ...constraint, labelSelector: constraint.labelSelector ?? { matchLabels: { ...pods } } })),
  });
}

function badNodes(property: string, nodes: Nodes = {}): Finding[] {
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
  return maxSkew > 0 && isLabelKey(topologyKey) && ['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable);
}

/** What has not Kubernetes' types, and of the rest what means nothing. */
function badParts<Part>(type: string, property: string, parts: readonly Part[] = [], isGood: (part: Part) => boolean): Finding[] {
  return parts.flatMap((part, index) => {
    const wrong = wrongTypes(type, part, `${property}[${index}]`);
    return wrong.length > 0 || isGood(part) ? wrong : [{ received: part }];
  });
}

/** Checks of `PlacementOptions`, for every construct that has them. */
export function placementRules<Input>(placement: (input: Input) => PlacementSpec): Rule<Input>[] {
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
      find: input => badParts('Toleration', 'placement.tolerations', placement(input).tolerations, isToleration),
    },
    {
      id: 'placement-topology-spread',
      property: 'placement.topologySpread',
      allowed: 'maxSkew of at least 1, a label key as topologyKey, whenUnsatisfiable DoNotSchedule or ScheduleAnyway',
      why: 'The API server refuses the pod.',
      find: input => badParts('TopologySpreadConstraint', 'placement.topologySpread', placement(input).topologySpread, isSpread),
    },
    valueRule('placement-priority-class', 'placement.priorityClassName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
      input => placement(input).priorityClassName, isObjectName),
    valueRule('placement-scheduler', 'placement.schedulerName', 'a DNS-1123 subdomain', 'The API server refuses the pod.',
      input => placement(input).schedulerName, isObjectName),
  ];
}
