import { ServiceType } from 'cdk8s-plus-27';
import { Manifest } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { postgresService } from '../../kit/service';
import { GivenService, ServiceOptions, serviceRules } from '../../kit/service-options';
import { DNS_1035, MAX_DNS_LABEL } from '../../spilo/names';

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

/** Every Service of a cluster whose options a user gave. */
function serviceOptions({ props }: FeatureContext): GivenService[] {
  return [
    { property: 'leaderService', options: props.leaderService ?? {} },
    { property: 'replicaService', options: props.replicaService ?? {} },
    ...(props.access ?? []).map(({ _options }, index) => ({ property: `access[${index}]`, options: _options })),
  ];
}

const rules: Rule<FeatureContext>[] = [
  ...serviceRules('leaderService', serviceOptions),
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
    find: ({ props }) => (props.access ?? [])
      .map(({ _options }, index) => ({ property: `access[${index}].port`, received: _options.port }))
      .filter(({ received }) => received !== undefined && !isWholeNumber(received, 1, 65535)),
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

