import { Duration, Size } from 'cdk8s';
import { FollowedFile, FollowedPort, FollowerLogLevel, ReloadSignal, TemplateEngine } from './files';
import { ContainerImage } from '../../kit/image';
import { ISpiloCluster } from '../../spilo/cluster-ref';
import { ProxyOptions } from '../common/options';
import { PatroniTlsOptions } from '../common/patroni-tls';

/**
 * Properties of `PatroniConfigFollower`.
 */
export interface PatroniConfigFollowerProps extends ProxyOptions {
  /**
   * The container with the proxy: `k8s.Container` of any version of cdk8s-plus, or a map with Kubernetes' own names. What it
   * lacks is added: restricted rights, the volume `/run/proxy`, and `resources`.
   *
   * @changes rollout
   */
  readonly proxy: any;

  /**
   * The files that the proxy reads, and their templates.
   */
  readonly files: FollowedFile[];

  /**
   * The ports of the proxy.
   */
  readonly ports: FollowedPort[];

  /**
   * Further clusters that templates know as `clusters`, after `cluster`, which is the first.
   *
   * @default - none
   * @changes rollout
   */
  readonly furtherClusters?: ISpiloCluster[];

  /**
   * A signal to the proxy after a file changed.
   *
   * @default - none
   */
  readonly reloadSignal?: ReloadSignal;

  /**
   * A shell command after a file changed, in the follower's container, which sees the proxy's processes and `/run/proxy`.
   * It runs after the signal.
   *
   * @default - none
   * @changes rollout
   */
  readonly reloadCommand?: string;

  /**
   * User and group id of all containers of the pod: the follower may only signal processes of its own user.
   *
   * @default 65532
   * @changes rollout
   */
  readonly uid?: number;

  /**
   * The language of the templates.
   *
   * @default TemplateEngine.MUSTACHE
   * @changes rollout
   */
  readonly engine?: TemplateEngine;

  /**
   * An image for the follower, with Python 3 and the template engine.
   *
   * @default - the Spilo image of `cluster`
   * @changes rollout
   */
  readonly image?: ContainerImage;

  /**
   * Time between two looks at Patroni while there is a leader. While there is none, the follower looks four times a second,
   * for a minute.
   *
   * @default Duration.seconds(1)
   * @changes rollout
   */
  readonly interval?: Duration;

  /**
   * How far a replica may be behind to be one of `replicas`.
   *
   * @default - any lag
   * @changes rollout
   */
  readonly maxLag?: Size;

  /**
   * TLS of Patroni's REST API, of all clusters.
   *
   * @default - the API has no TLS
   */
  readonly patroniTls?: PatroniTlsOptions;

  /**
   * How much the follower says.
   *
   * @default FollowerLogLevel.INFO
   * @changes rollout
   */
  readonly logLevel?: FollowerLogLevel;
}
