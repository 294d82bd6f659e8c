import { ContainerImageSpec } from '../../kit/image';
import { SecretKeySpec } from '../../kit/secret-key';
import { ServiceSpec } from '../../kit/service-options';
import { ProxySpec } from '../common/spec';
import { FollowingSpec } from '../follower/spec';
import { HaproxyConfigSpec } from '../haproxy/spec';

/** A user that PgBouncer knows by itself. */
export interface PoolerUserSpec { readonly name: string; readonly password: SecretKeySpec }

/** Connection pools by PgBouncer. */
export interface PoolerSpec extends ProxySpec {
  readonly image: ContainerImageSpec;
  readonly target: 'leader' | 'replicas';
  readonly authUser: string;
  readonly authPassword: SecretKeySpec;
  readonly authPasswordRevision?: string;
  readonly authBootstrap: boolean;
  readonly users: readonly PoolerUserSpec[];
  readonly upstream: string;
  /** Where HAProxy is the upstream. */
  readonly haproxy?: HaproxyConfigSpec;
  /** Where a follower is the upstream. */
  readonly following?: FollowingSpec;
  readonly poolMode: string;
  readonly maxClientConnections: number;
  readonly poolSize: number;
  readonly maxServerConnections: number;
  readonly databases: { readonly [name: string]: string };
  readonly uncheckedSettings: { readonly [name: string]: string };
  readonly uncheckedConfig?: string;
  readonly clientTls: { readonly secretName?: string; readonly caEntry?: string; readonly allowPlaintext: boolean };
  readonly serverTls?: { readonly ca: SecretKeySpec; readonly verifyFull: boolean };
  /** Where an exporter runs. */
  readonly exporter?: ContainerImageSpec;
  readonly peering: boolean;
  readonly service: ServiceSpec;
  /** Properties that were given and have no effect. */
  readonly ignored: readonly string[];
}
