import { ContainerImageSpec } from '../../kit/image';
import { ServiceSpec } from '../../kit/service-options';
import { ClusterRefSpec } from '../../spilo/cluster-ref';
import { PatroniTlsSpec, ProxySpec } from '../common/spec';

/** How often each member is asked, in milliseconds, and how often it may fail. */
export interface HaproxyCheckSpec {
  readonly interval: number;
  readonly fastInterval: number;
  readonly downInterval: number;
  readonly timeout: number;
  readonly fall: number;
  readonly rise: number;
}

/** Which members take readers. */
export interface HaproxyReaderSpec {
  readonly check: string;
  readonly maxLag: string;
  readonly tags: { readonly [name: string]: string };
  readonly fallbackToLeader: boolean;
}

/** What a configuration of HAProxy before a cluster depends on. Durations in seconds. */
export interface HaproxyConfigSpec {
  readonly cluster: ClusterRefSpec;
  readonly image: ContainerImageSpec;
  readonly writeCheck: string;
  /** Absent where there is no address for readers. */
  readonly readOnly?: HaproxyReaderSpec;
  readonly healthCheck: HaproxyCheckSpec;
  readonly discovery: string;
  readonly maxMembers?: number;
  readonly clusterDomain: string;
  readonly patroniTls?: PatroniTlsSpec;
  readonly maxConnections: number;
  readonly sessionTimeout: number;
  readonly uncheckedLines: { readonly [section: string]: readonly string[] };
  readonly gracePeriod: number;
  /** Where clients connect to: everywhere, or in the pod only. */
  readonly bindAddress: string;
}

/** A proxy by HAProxy. */
export interface HaproxySpec extends ProxySpec {
  readonly config: HaproxyConfigSpec;
  readonly readWriteService: ServiceSpec;
  readonly readOnlyService: ServiceSpec;
  readonly uncheckedConfig?: string;
  /** Properties that were given although `uncheckedConfig` makes them meaningless, or readers that there are none for. */
  readonly ignored: readonly string[];
}
