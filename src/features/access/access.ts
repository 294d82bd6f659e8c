import { AccessSpec } from './spec';
import { copied } from '../../kernel/data';
import { ServiceBaseOptions, ServiceOptions, ServiceType, settleService } from '../../kit/service-options';
import { POSTGRES_PORT } from '../../spilo/paths';

/**
 * A further entry point.
 */
export interface AccessOptions extends ServiceBaseOptions {
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
 * A further entry point behind a load balancer.
 */
export interface LoadBalancerAccessOptions extends AccessOptions {
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

/** Whom a factory leads to, how, and the end of the Service's name. */
const KINDS = {
  leaderNodePort: ['leader', ServiceType.NODE_PORT, 'nodeport'],
  replicaNodePort: ['replicas', ServiceType.NODE_PORT, 'repl-nodeport'],
  leaderLoadBalancer: ['leader', ServiceType.LOAD_BALANCER, 'lb'],
  replicaLoadBalancer: ['replicas', ServiceType.LOAD_BALANCER, 'repl-lb'],
} as const;

interface AccessData { readonly kind: keyof typeof KINDS; readonly portOnNodes?: number; readonly options: LoadBalancerAccessOptions }

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
    return new Access({ kind: 'leaderNodePort', portOnNodes, options: copied(options) });
  }

  /**
   * The replicas on a port of every node.
   *
   * @param portOnNodes the port, 30000 to 32767.
   * @param options name and further settings.
   */
  public static replicaNodePort(portOnNodes: number, options: AccessOptions = {}): Access {
    return new Access({ kind: 'replicaNodePort', portOnNodes, options: copied(options) });
  }

  /**
   * The leader behind a load balancer.
   *
   * @param options name and further settings.
   */
  public static leaderLoadBalancer(options: LoadBalancerAccessOptions = {}): Access {
    return new Access({ kind: 'leaderLoadBalancer', options: copied(options) });
  }

  /**
   * The replicas behind a load balancer.
   *
   * @param options name and further settings.
   */
  public static replicaLoadBalancer(options: LoadBalancerAccessOptions = {}): Access {
    return new Access({ kind: 'replicaLoadBalancer', options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: AccessData) {}
}

/** The entry points with every default. */
export function settleAccess(access: readonly Access[] = []): AccessSpec[] {
  return access.map(({ _data: { kind, portOnNodes, options } }) => {
    const [target, type, suffix] = KINDS[kind];
    const { nameSuffix = suffix, port = POSTGRES_PORT, ...service } = options;
    const settings: ServiceOptions = { ...service, type, nodePort: portOnNodes };
    return { target, nameSuffix, port, service: settleService(settings) };
  });
}
