import { ResourcesSpec } from '../kernel/quantity';
import { ContainerImageSpec } from '../kit/image';
import { PlacementSpec } from '../kit/placement';
import { PodSpec } from '../kit/pod-options';
import { SecretKeySpec } from '../kit/secret-key';
import { ServiceSpec } from '../kit/service-options';
import { ClusterRefSpec } from '../spilo/cluster-ref';

/** An entry of pgAdmin's list of servers. */
export interface PgAdminServerSpec {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly sslMode: string;
}

/** pgAdmin. */
export interface PgAdminSpec {
  readonly name: string;
  readonly clusters: readonly ClusterRefSpec[];
  readonly servers: readonly PgAdminServerSpec[];
  readonly email: string;
  readonly password: SecretKeySpec;
  readonly image: ContainerImageSpec;
  readonly imagePullPolicy: string;
  readonly service: ServiceSpec;
  readonly storage: { readonly size: string; readonly storageClassName?: string };
  readonly resources: ResourcesSpec;
  readonly replaceServers: boolean;
  readonly placement: PlacementSpec;
  readonly pod: PodSpec;
}
