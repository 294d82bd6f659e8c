import { Duration, Size } from 'cdk8s';
import { PgAdminProps, PgAdminServer, SslMode } from './options';
import { PgAdminServerSpec, PgAdminSpec } from './spec';
import { onlyDefined } from '../kernel/data';
import { quantity, ResourcesSpec } from '../kernel/quantity';
import { settleImage } from '../kit/image';
import { Separation, settlePlacement } from '../kit/placement';
import { settlePod } from '../kit/pod-options';
import { PullPolicy } from '../kit/pull-policy';
import { settleResources } from '../kit/resources';
import { secretKey } from '../kit/secret-key';
import { settleService } from '../kit/service-options';
import { clusterRef } from '../spilo/cluster-ref';
import { ConnectionTarget } from '../spilo/connection';

const OWN_IMAGE = { reference: 'docker.io/dpage/pgadmin4:9.17', uid: 5050, gid: 5050 };
const DEFAULT_RESOURCES: ResourcesSpec = { cpu: { request: '100m' }, memory: { request: '256Mi', limit: '1Gi' } };

/** An entry with every value known. */
function settleServer(server: PgAdminServer): PgAdminServerSpec {
  const { cluster, target = ConnectionTarget.LEADER, name, database = 'postgres', user, sslMode = SslMode.REQUIRE } = server;
  const toLeader = target === ConnectionTarget.LEADER;
  const { hostname: host, port } = toLeader ? cluster.leaderEndpoint : cluster.replicaEndpoint;
  return { name: name ?? `${cluster.clusterName}${toLeader ? '' : ' (replicas)'}`, host, port, database, user: user ?? cluster.superuserName, sslMode };
}

/** pgAdmin with every default. */
export function settlePgAdmin(id: string, props: PgAdminProps): PgAdminSpec {
  const { storage = {}, placement } = props;
  return {
    name: props.name ?? id,
    clusters: props.servers.map(({ cluster }) => clusterRef(cluster)),
    servers: props.servers.map(settleServer),
    email: props.email,
    password: secretKey(props.password),
    image: settleImage(props.image, OWN_IMAGE),
    imagePullPolicy: props.imagePullPolicy ?? PullPolicy.IF_NOT_PRESENT,
    service: settleService(props.service),
    storage: onlyDefined({ size: quantity(storage.size ?? Size.gibibytes(1)), storageClassName: storage.storageClassName }),
    resources: settleResources(props.resources, DEFAULT_RESOURCES),
    replaceServers: props.replaceServers ?? false,
    // There is one pod.
    placement: settlePlacement({ separation: Separation.none(), ...placement }),
    pod: settlePod(props.pod, { gracePeriod: Duration.seconds(30), readOnlyRoot: true }),
  };
}
