import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { PgAdminProps, PgAdminServer, SslMode } from './options';
import { ConnectionTarget } from '../spilo/cluster-ref';

/** What rules and render functions look at. */
export interface PgAdminContext { readonly props: PgAdminProps; readonly name: string }

const DEFAULT_IMAGE = 'docker.io/dpage/pgadmin4:9.17';
const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(100) },
  memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) },
};

export const imageOf = ({ props }: PgAdminContext) => props.image ?? DEFAULT_IMAGE;
export const sizeOf = ({ props }: PgAdminContext) => props.storage?.size ?? Size.gibibytes(1);
export const resourcesOf = ({ props }: PgAdminContext) => props.resources ?? DEFAULT_RESOURCES;

/** An entry with every value known. */
export function settle({ cluster, target = ConnectionTarget.LEADER, name, database = 'postgres', user, sslMode = SslMode.REQUIRE }: PgAdminServer) {
  const toLeader = target === ConnectionTarget.LEADER;
  return {
    name: name ?? `${cluster.clusterName}${toLeader ? '' : ' (replicas)'}`,
    host: toLeader ? cluster.leaderHost : cluster.replicaHost,
    port: cluster.postgresPort,
    database,
    user: user ?? cluster.superuserName,
    sslMode,
  };
}
