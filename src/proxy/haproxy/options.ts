import { Duration } from 'cdk8s';
import { HaproxyCheckOptions, HaproxyReadOnlyOptions, HaproxyWriteCheck, MemberDiscovery } from './checks';
import { ContainerImage } from '../../kit/image';
import { ServiceOptions } from '../../kit/service-options';
import { ProxyOptions } from '../common/options';
import { PatroniTlsOptions } from '../common/patroni-tls';

/**
 * Properties of `PatroniHaproxy`.
 */
export interface PatroniHaproxyProps extends ProxyOptions {
  /**
   * The image. HAProxy 3.1 or newer takes no member for a leader before its first check; 3.2.0 is refused, it hangs at a
   * switchover.
   *
   * @default - docker.io/library/haproxy:3.4.2-alpine, whose user and group are 99
   * @changes rollout
   */
  readonly image?: ContainerImage;

  /**
   * The Service `<name>-rw` for writers.
   *
   * @default - a ClusterIP Service
   */
  readonly readWriteService?: ServiceOptions;

  /**
   * The Service `<name>-ro` for readers.
   *
   * @default - a ClusterIP Service
   */
  readonly readOnlyService?: ServiceOptions;

  /**
   * Which member takes writers.
   *
   * @default HaproxyWriteCheck.PRIMARY
   * @changes rollout
   */
  readonly writeCheck?: HaproxyWriteCheck;

  /**
   * The address for readers.
   *
   * @default - replicas that are at most 16 MiB behind, or the leader while there is none
   */
  readonly readOnly?: HaproxyReadOnlyOptions;

  /**
   * How often HAProxy asks each member for its role.
   *
   * @default - often enough to follow a switchover within about two seconds
   */
  readonly healthCheck?: HaproxyCheckOptions;

  /**
   * How HAProxy finds the members.
   *
   * @default MemberDiscovery.DNS_TEMPLATE
   * @changes rollout
   */
  readonly discovery?: MemberDiscovery;

  /**
   * Most members that HAProxy has room for, with `MemberDiscovery.DNS_TEMPLATE`.
   *
   * @default - two more than the cluster has, at least 5
   * @changes rollout
   */
  readonly maxMembers?: number;

  /**
   * DNS domain of the Kubernetes cluster. HAProxy knows no search domains.
   *
   * @default 'cluster.local'
   * @changes rollout
   */
  readonly clusterDomain?: string;

  /**
   * TLS of Patroni's REST API, which HAProxy asks for the roles.
   *
   * @default - the API has no TLS, as with Spilo's defaults
   */
  readonly patroniTls?: PatroniTlsOptions;

  /**
   * Most connections of one pod.
   *
   * @default 2000
   * @changes rollout
   */
  readonly maxConnections?: number;

  /**
   * After which time without a byte a session is cut.
   *
   * @default Duration.hours(4)
   * @changes rollout
   */
  readonly sessionTimeout?: Duration;

  /**
   * Lines to add, unchecked, by section: `global`, `resolvers`, `defaults`, the frontends `rw`, `ro` and `metrics`, the backends
   * `primary` and `replicas`. They come last in their section.
   *
   * @default - none
   * @changes rollout
   */
  readonly uncheckedLines?: { [section: string]: string[] };

  /**
   * A whole configuration of your own, unchecked. It must listen on 5000 for writers, on 5001 for readers, and answer `/healthz` on
   * 8404; all properties that shape the configuration are refused beside it.
   *
   * @default - the library's
   * @changes rollout
   */
  readonly uncheckedConfig?: string;
}
