import { ServiceSpec } from '../../kit/service-options';
import { PatroniTlsSpec, ProxySpec } from '../common/spec';

/** Whom a follower asks: the headless Service of one cluster. */
export interface FollowedClusterSpec { readonly host: string; readonly port: number }

/** What a follower beside a proxy does. */
export interface FollowingSpec {
  readonly clusters: readonly FollowedClusterSpec[];
  /** `template` is a key of the ConfigMap with the templates. */
  readonly files: readonly { readonly template: string; readonly destination: string }[];
  readonly image: string;
  readonly engine?: string;
  /** In seconds. */
  readonly interval: number;
  /** In bytes. */
  readonly maxLag?: number;
  readonly reload?: { readonly command?: string; readonly process?: string; readonly signal?: string };
  readonly logLevel?: string;
  readonly patroniTls?: PatroniTlsSpec;
}

/** A port of the proxy. */
export interface FollowedPortSpec { readonly name: string; readonly containerPort: number; readonly port: number; readonly service: ServiceSpec }

/** Any proxy with a follower. */
export interface FollowerSpec extends ProxySpec {
  /** The container in Kubernetes' own names. */
  readonly proxy: any;
  readonly templates: readonly { readonly template: string; readonly destination: string }[];
  readonly ports: readonly FollowedPortSpec[];
  readonly following: FollowingSpec;
  /** Absent where it is the Spilo image. */
  readonly image?: string;
  readonly maxLag?: string;
  readonly uid: number;
}
