import { ResourcesSpec } from '../../kernel/quantity';
import { PlacementSpec } from '../../kit/placement';
import { PodSpec } from '../../kit/pod-options';
import { SecretKeySpec } from '../../kit/secret-key';
import { ClusterRefSpec } from '../../spilo/cluster-ref';

/** What all proxies are. */
export interface ProxySpec {
  readonly name: string;
  /** The chart's namespace. */
  readonly namespace?: string;
  readonly cluster: ClusterRefSpec;
  readonly replicas: number;
  readonly imagePullPolicy: string;
  readonly resources: ResourcesSpec;
  readonly placement: PlacementSpec;
  readonly pod: PodSpec;
}

/** TLS of Patroni's REST API. */
export interface PatroniTlsSpec { readonly ca: SecretKeySpec; readonly verifyHost?: string }
