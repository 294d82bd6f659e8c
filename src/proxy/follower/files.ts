import { ServiceOptions } from '../../kit/service-options';

/**
 * The language of the templates.
 */
export enum TemplateEngine {
  /** Mustache, by pystache, which the Spilo image has. */
  MUSTACHE = 'mustache',
  /** Jinja2, as pc4patroni has it. It needs `image`, since the Spilo image does not have it. */
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
