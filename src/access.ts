import { ServiceType } from 'cdk8s-plus-27';
import { Manifest } from './private/contribution';
import { Feature, FeatureContext } from './private/feature';
import { MAX_DNS_LABEL, DNS_1035 } from './private/names';
import { postgresService } from './private/render/service';
import { annotationsRule, Finding, labelsRules, Rule } from './private/rules';
import { isCidr, isWholeNumber } from './private/syntax';

/**
 * How a Service is reached. All of it takes effect at once and touches no member.
 */
export interface ServiceOptions {
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
   * Annotations, as load balancers of clouds want them.
   *
   * @default - none
   * @changes at-once
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Labels of the Service, beside the cluster's own.
   *
   * @default - none
   * @changes at-once
   */
  readonly labels?: { [key: string]: string };

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

  /**
   * `Local` keeps the client's address and answers only on nodes that run the member; `Cluster` answers on every node.
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

/**
 * A further entry point.
 */
export interface AccessOptions extends ServiceOptions {
  /**
   * Name of the Service after the cluster's name and a dash.
   *
   * @default - `nodeport` or `lb`, for replicas `repl-nodeport` or `repl-lb`
   * @changes recreation
   */
  readonly nameSuffix?: string;

  /**
   * Port of the Service.
   *
   * @default 5432
   * @changes at-once
   */
  readonly port?: number;
}

/**
 * A further entry point: a Service that selects members by the role that Patroni labels them with.
 *
 * A Service of this kind for the leader has a weakness, measured: when the leader's node dies, its pod keeps the label
 * until Kubernetes declares the node lost (40 to 50 s), so new connections fail for that long although a new leader
 * serves. `leaderService` with its own type has no such weakness in Endpoints mode.
 */
export class Access {
  /**
   * The leader on a port of every node.
   *
   * @param portOnNodes the port, 30000 to 32767.
   * @param options name and further settings.
   */
  public static leaderNodePort(portOnNodes: number, options: AccessOptions = {}): Access {
    return new Access('leader', 'nodeport', { ...options, type: ServiceType.NODE_PORT, nodePort: portOnNodes });
  }

  /**
   * The replicas on a port of every node.
   *
   * @param portOnNodes the port, 30000 to 32767.
   * @param options name and further settings.
   */
  public static replicaNodePort(portOnNodes: number, options: AccessOptions = {}): Access {
    return new Access('replicas', 'repl-nodeport', { ...options, type: ServiceType.NODE_PORT, nodePort: portOnNodes });
  }

  /**
   * The leader behind a load balancer.
   *
   * @param options name and further settings.
   */
  public static leaderLoadBalancer(options: AccessOptions = {}): Access {
    return new Access('leader', 'lb', { ...options, type: ServiceType.LOAD_BALANCER });
  }

  /**
   * The replicas behind a load balancer.
   *
   * @param options name and further settings.
   */
  public static replicaLoadBalancer(options: AccessOptions = {}): Access {
    return new Access('replicas', 'repl-lb', { ...options, type: ServiceType.LOAD_BALANCER });
  }

  private constructor(
    /** @internal */
    public readonly _target: 'leader' | 'replicas',
    private readonly defaultSuffix: string,
    /** @internal */
    public readonly _options: AccessOptions,
  ) {}

  /** @internal */
  public get _suffix(): string {
    return this._options.nameSuffix ?? this.defaultSuffix;
  }

  /** @internal */
  public _service({ names, labels }: FeatureContext): Manifest {
    const { port, ...options } = this._options;
    return postgresService(`Access-${this._suffix}`, names.suffixed(this._suffix), labels, options, labels[this._target], port);
  }
}

/** A Service whose options a user gave, and the property that holds them. */
export interface GivenService { readonly property: string; readonly options: AccessOptions }

/** Findings about one option of every Service. */
function about<Input, Key extends keyof AccessOptions>(
  services: (input: Input) => readonly GivenService[],
  key: Key,
  isBad: (value: NonNullable<AccessOptions[Key]>, options: AccessOptions) => boolean,
) {
  return (input: Input): Finding[] => services(input)
    .filter(({ options }) => options[key] !== undefined && isBad(options[key]!, options))
    .map(({ property, options }) => ({ property: `${property}.${key}`, received: options[key] }));
}

const hasNodePort = ({ type }: ServiceOptions) => type === ServiceType.NODE_PORT || type === ServiceType.LOAD_BALANCER;

/** Checks of `ServiceOptions`, for every construct that takes them. The documentation names them by `property`. */
export function serviceRules<Input>(property: string, services: (input: Input) => readonly GivenService[]): Rule<Input>[] {
  return [
    {
      id: 'service-type',
      property: `${property}.type`,
      allowed: 'CLUSTER_IP, NODE_PORT or LOAD_BALANCER',
      why: 'An ExternalName Service is a DNS alias and reaches no pod.',
      find: about(services, 'type', type => type === ServiceType.EXTERNAL_NAME),
    },
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
      allowed: 'ranges as 10.0.0.0/8 or fd00::/8, with the type LOAD_BALANCER',
      why: 'Other types ignore the ranges: what is behind the Service would be open to everybody.',
      find: about(services, 'loadBalancerSourceRanges', (ranges, { type }) => type !== ServiceType.LOAD_BALANCER || !ranges.every(isCidr)),
    },
    {
      id: 'service-load-balancer-class',
      property: `${property}.loadBalancerClass`,
      allowed: 'only with the type LOAD_BALANCER',
      why: 'The API server refuses the Service.',
      find: about(services, 'loadBalancerClass', (_, { type }) => type !== ServiceType.LOAD_BALANCER),
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
    ...labelsRules<Input>('service-labels', `${property}.labels`, input => services(input).map(({ options }) => options.labels)),
    annotationsRule('service-annotations', `${property}.annotations`, input => services(input).map(({ options }) => options.annotations)),
  ];
}

/** Every Service of a cluster whose options a user gave. */
function serviceOptions({ props }: FeatureContext): GivenService[] {
  return [
    { property: 'leaderService', options: props.leaderService ?? {} },
    { property: 'replicaService', options: props.replicaService ?? {} },
    ...(props.access ?? []).map(({ _options }, index) => ({ property: `access[${index}]`, options: _options })),
  ];
}

const rules: Rule<FeatureContext>[] = [
  ...serviceRules('leaderService', services),
  {
    id: 'service-node-port-clash',
    property: 'access',
    allowed: 'a port that no other Service of the cluster has',
    why: 'The API server refuses the second Service.',
    find: context => {
      const ports = serviceOptions(context).map(({ options }) => options.nodePort);
      return serviceOptions(context)
        .filter(({ options }, index) => options.nodePort !== undefined && ports.indexOf(options.nodePort) < index)
        .map(({ property, options }) => ({ property: `${property}.nodePort`, received: options.nodePort }));
    },
  },
  {
    id: 'service-port',
    property: 'access.port',
    allowed: '1 to 65535',
    why: 'The API server refuses the Service.',
    find: about(services, 'port', port => !isWholeNumber(port, 1, 65535)),
  },
  {
    id: 'service-name',
    property: 'access.nameSuffix',
    allowed: `with the cluster's name a DNS-1035 label of at most ${MAX_DNS_LABEL} characters that no other Service of the cluster has`,
    why: 'The API server refuses the Service, or it overwrites one that the members need.',
    find: ({ props, names }) => {
      const suffixes = (props.access ?? []).map(({ _suffix }) => _suffix);
      const taken = ['repl', 'pods', 'config', 'sync', 'failover', 'leader'];
      return suffixes
        .map((received, index) => ({ property: `access[${index}].nameSuffix`, received, again: suffixes.indexOf(received) < index }))
        .filter(({ received, again }) => again || taken.includes(received)
          || !DNS_1035.test(names.suffixed(received)) || names.suffixed(received).length > MAX_DNS_LABEL)
        .map(({ property, received }) => ({ property, received }));
    },
  },
];

export const accessFeature: Feature = {
  rules,
  contribute: context => ({
    objects: [
      postgresService('ReplicaService', context.names.replicaService, context.labels, context.props.replicaService, context.labels.replicas),
      ...(context.props.access ?? []).map(access => access._service(context)),
    ],
  }),
};

