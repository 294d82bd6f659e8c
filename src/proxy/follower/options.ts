import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { ServiceOptions } from '../../kit/service-options';
import { ISpiloCluster } from '../../spilo/cluster-ref';
import { ProxyOptions } from '../common/options';
import { PatroniTlsOptions } from '../haproxy/options';

/**
 * The language of the templates.
 */
export enum TemplateEngine {
  /** Mustache, by pystache, which the Spilo image has. */
  MUSTACHE = 'mustache',
  /** Jinja2, as pc4patroni has it. It needs `followerImage`, since the Spilo image does not have it. */
  JINJA2 = 'jinja2',
}

/**
 * How much the follower says.
 */
export enum FollowerLogLevel {
  /** Everything. */
  DEBUG = 'DEBUG',
  /** Changes and troubles. */
  INFO = 'INFO',
  /** Troubles. */
  WARNING = 'WARNING',
  /** Nothing but what ends the follower. */
  ERROR = 'ERROR',
}

/**
 * A signal that makes a proxy read its configuration again.
 */
export interface ReloadSignal {
  /**
   * Name of the proxy's process. Of a master and its workers only the master gets the signal.
   *
   * @changes rollout
   */
  readonly process: string;

  /**
   * The signal, without `SIG`: `HUP` for PgBouncer, nginx and Envoy's hot restarter, `USR2` for HAProxy.
   *
   * @default 'HUP'
   * @changes rollout
   */
  readonly signal?: string;
}

/**
 * A file that the follower writes.
 */
export interface FollowedFile {
  /**
   * The template. It knows `scope`, `primary` (also `master`), `replicas` (also `slaves`), `members`, `readers` (the
   * replicas, or the leader while there is none), `readers_hosts` (their addresses with commas) and `clusters`. A member
   * has `name`, `host` (also `hostname`), `port`, `role`, `state`, `lag`, `tags`, `timeline` and `last`.
   *
   * @changes at-once running pods have it within about two minutes
   */
  readonly template: string;

  /**
   * Where the proxy reads it: a path below `/run/proxy`, which both containers share.
   *
   * @changes rollout
   */
  readonly destination: string;
}

/**
 * A port of the proxy, with a Service of its own.
 */
export interface FollowedPort {
  /**
   * Name of the port; the Service is named `<name>-<port name>`.
   *
   * @changes recreation
   */
  readonly name: string;

  /**
   * Port that the proxy listens on. Above 1023.
   *
   * @changes rollout
   */
  readonly containerPort: number;

  /**
   * Port of the Service.
   *
   * @default 5432
   * @changes at-once
   */
  readonly port?: number;

  /**
   * How the Service is reached.
   *
   * @default - a ClusterIP Service
   */
  readonly service?: ServiceOptions;
}

/**
 * Properties of `PatroniConfigFollower`.
 */
export interface PatroniConfigFollowerProps extends ProxyOptions {
  /**
   * The container with the proxy: any image. What it lacks is added: restricted rights, the volume `/run/proxy`, and
   * `resources`.
   *
   * @changes rollout
   */
  readonly proxy: k8s.Container;

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
   * An image with Python 3 and the template engine.
   *
   * @default - the Spilo image of `cluster`
   * @changes rollout
   */
  readonly followerImage?: string;

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
