import { onlyDefined } from '../kernel/data';
import { Finding, annotationsRule, labelsRules, Rule } from '../kernel/rule';
import { isCidr, isLabelKey, isWholeNumber, LABEL_KEY_SYNTAX } from '../kernel/syntax';

/** What kind of Service. */
export enum ServiceType {
  /** An address within the Kubernetes cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** A port of every node. */
  NODE_PORT = 'NodePort',
  /** A load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
}

/**
 * What any Service may be told. All of it takes effect at once and touches no pod.
 */
export interface ServiceBaseOptions {
  /**
   * Annotations, as load balancers of clouds want them.
   *
   * @default - none
   * @changes at-once
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Labels of the Service, beside the library's own.
   *
   * @default - none
   * @changes at-once
   */
  readonly labels?: { [key: string]: string };

  /**
   * `Local` keeps the client's address and answers only on nodes that run a pod behind it; `Cluster` answers on every node.
   * Only for node ports and load balancers.
   *
   * @default - Kubernetes' own, `Cluster`
   * @changes at-once
   */
  readonly externalTrafficPolicy?: ExternalTrafficPolicy;

  /**
   * IP families of the Service, `IPv4` and `IPv6`, the first being the primary one.
   *
   * @default - that of the Kubernetes cluster
   * @changes never
   */
  readonly ipFamilies?: IpFamily[];

  /**
   * Whether the Service has one or two IP families.
   *
   * @default - Kubernetes' own, one
   * @changes at-once
   */
  readonly ipFamilyPolicy?: IpFamilyPolicy;
}

/**
 * How a Service is reached. All of it takes effect at once and touches no pod.
 */
export interface ServiceOptions extends ServiceBaseOptions {
  /**
   * ClusterIP, NodePort or LoadBalancer.
   *
   * @default ServiceType.CLUSTER_IP
   * @changes at-once
   */
  readonly type?: ServiceType;

  /**
   * Port on every node, for NodePort and LoadBalancer. From Kubernetes' default range, 30000 to 32767.
   *
   * @default - Kubernetes picks one
   * @changes at-once
   */
  readonly nodePort?: number;

  /**
   * Address ranges that may use the load balancer, in CIDR notation.
   *
   * @default - all
   * @changes at-once
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * Class of the load balancer.
   *
   * @default - the default of the Kubernetes cluster
   * @changes never
   */
  readonly loadBalancerClass?: string;
}

/** `ServiceOptions` as a spec has them. */
export interface ServiceSpec {
  readonly type: string;
  readonly nodePort?: number;
  readonly annotations?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly loadBalancerClass?: string;
  readonly externalTrafficPolicy?: string;
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
}

/** A Service with its default. */
export function settleService({ type = ServiceType.CLUSTER_IP, ...rest }: ServiceOptions = {}): ServiceSpec {
  return onlyDefined({ type, ...rest });
}

/** Where traffic from outside may go. */
export enum ExternalTrafficPolicy {
  /** To members on every node; the client's address is lost. */
  CLUSTER = 'Cluster',
  /** Only to a member on the node that the client asks. */
  LOCAL = 'Local',
}

/** IP version of a Service. */
export enum IpFamily {
  /** IPv4. */
  IPV4 = 'IPv4',
  /** IPv6. */
  IPV6 = 'IPv6',
}

/** How many IP families a Service has. */
export enum IpFamilyPolicy {
  /** One. */
  SINGLE_STACK = 'SingleStack',
  /** Two where the Kubernetes cluster has them. */
  PREFER_DUAL_STACK = 'PreferDualStack',
  /** Two, or the Service is refused. */
  REQUIRE_DUAL_STACK = 'RequireDualStack',
}

/** A Service of which a user may say how it is reached, and the property that holds that. */
export interface GivenService { readonly property: string; readonly service: ServiceSpec }

/** Findings about one option of every Service. */
function about<Input, Key extends keyof ServiceSpec>(
  services: (input: Input) => readonly GivenService[],
  key: Key,
  isBad: (value: NonNullable<ServiceSpec[Key]>, service: ServiceSpec) => boolean,
) {
  return (input: Input): Finding[] => services(input)
    .filter(({ service }) => service[key] !== undefined && isBad(service[key]!, service))
    .map(({ property, service }) => ({ property: `${property}.${key}`, received: service[key] }));
}

const hasNodePort = ({ type }: ServiceSpec) => type === ServiceType.NODE_PORT || type === ServiceType.LOAD_BALANCER;

function mapsOf(services: readonly GivenService[], option: 'labels' | 'annotations') {
  return Object.fromEntries(services.map(({ property, service }) => [`${property}.${option}`, service[option]]));
}

/** Checks of `ServiceOptions`, for every construct that takes them: the documentation names them by `property`; `reserved` are labels of the library's own. */
export function serviceRules<Input>(
  property: string,
  services: (input: Input) => readonly GivenService[],
  reserved: readonly string[],
): Rule<Input>[] {
  return [
    {
      id: 'service-node-port',
      property: `${property}.nodePort`,
      allowed: '30000 to 32767, with the type NODE_PORT or LOAD_BALANCER',
      why: 'The API server refuses the Service.',
      find: about(services, 'nodePort', (nodePort, options) => !isWholeNumber(nodePort, 30000, 32767) || !hasNodePort(options)),
    },
    {
      id: 'service-source-ranges',
      property: `${property}.loadBalancerSourceRanges`,
      allowed: 'at least one range as 10.0.0.0/8 or fd00::/8, with the type LOAD_BALANCER',
      why: 'Other types ignore the ranges, and an empty list is no limit: what is behind the Service would be open to everybody.',
      find: about(services, 'loadBalancerSourceRanges', (ranges, { type }) => type !== ServiceType.LOAD_BALANCER || ranges.length === 0 || !ranges.every(isCidr)),
    },
    {
      id: 'service-load-balancer-class',
      property: `${property}.loadBalancerClass`,
      allowed: `only with the type LOAD_BALANCER: ${LABEL_KEY_SYNTAX}`,
      why: 'The API server refuses the Service.',
      find: about(services, 'loadBalancerClass', (name, { type }) => type !== ServiceType.LOAD_BALANCER || !isLabelKey(name)),
    },
    {
      id: 'service-external-traffic-policy',
      property: `${property}.externalTrafficPolicy`,
      allowed: 'only with the type NODE_PORT or LOAD_BALANCER',
      why: 'The API server refuses the Service.',
      find: about(services, 'externalTrafficPolicy', (_, options) => !hasNodePort(options)),
    },
    {
      id: 'service-ip-families',
      property: `${property}.ipFamilies`,
      allowed: 'one or two different families; two of them not with SINGLE_STACK',
      why: 'The API server refuses the Service.',
      find: about(services, 'ipFamilies', (families, { ipFamilyPolicy }) => families.length < 1 || families.length > 2 || new Set(families).size < families.length
        || (families.length === 2 && (ipFamilyPolicy ?? IpFamilyPolicy.SINGLE_STACK) === IpFamilyPolicy.SINGLE_STACK)),
    },
    ...labelsRules<Input>('service-labels', `${property}.labels`, input => mapsOf(services(input), 'labels'), reserved),
    annotationsRule('service-annotations', `${property}.annotations`, input => mapsOf(services(input), 'annotations')),
  ];
}
