import { ApiObject } from 'cdk8s';
import { EnvValue, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { authObjects } from './auth';
import { PoolerContext, peerService, toLeader } from './config';
import { PgBouncerPoolerProps } from './options';
import { POOLER, poolerWorkload } from './pod';
import { POOLER_RULES } from './rules';
import { Manifest } from '../../kernel/contribution';
import { ManifestObject } from '../../kernel/manifest-object';
import { check, refusal } from '../../kernel/rule';
import { watch } from '../../kernel/watch';
import { openService } from '../../kit/service';
import { Connection, ConnectionOptions, ISpiloCluster } from '../../spilo/cluster-ref';
import { POSTGRES_PORT, POSTGRES_PORT_NAME } from '../../spilo/paths';
import { podTemplate, proxyConfigMap, proxyLabels, proxyObjects, proxySelector, ProxyWorkload, stampConfig } from '../common/workload';

/**
 * Connection pools by PgBouncer, for the leader or for the replicas, which follow a switchover.
 *
 * Clients log in with their own names and SCRAM passwords: PgBouncer looks them up in PostgreSQL by one function, which a
 * Job creates. No password is in a manifest. Channel binding does not work through PgBouncer.
 */
export class PgBouncerPooler extends Construct {
  /** Host name of the Service. */
  public readonly host: string;
  /** Port of the Service. */
  public readonly port = POSTGRES_PORT;
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };

  private readonly cluster: ISpiloCluster;

  constructor(scope: Construct, id: string, props: PgBouncerPoolerProps) {
    const context: PoolerContext = { props, name: props.name ?? `${props.cluster.clusterName}-pooler${toLeader(props) ? '' : '-ro'}` };
    const violations = check(POOLER_RULES, context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id);
    const { cluster, service } = props;
    this.cluster = cluster;
    this.host = cluster.namespace === undefined ? context.name : `${context.name}.${cluster.namespace}.svc`;
    this.objects = Object.fromEntries(manifests(context).map(manifest => [manifest.id, new ManifestObject(this, manifest)]));
    watch(this, service?.nodePort === undefined ? [] : [service.nodePort]);
  }

  /**
   * Host, port and libpq's variables for an application that goes through the pooler. `target` has no meaning here.
   *
   * @param options who connects; superusers only get through where `users` lists them.
   */
  public connection(options: ConnectionOptions = {}): Connection {
    const { env } = this.cluster.connection(options);
    return {
      host: this.host,
      port: this.port,
      env: { ...env, PGHOST: EnvValue.fromValue(this.host), PGPORT: EnvValue.fromValue(String(this.port)), PGTARGETSESSIONATTRS: EnvValue.fromValue('any') },
    };
  }
}

function manifests(context: PoolerContext): Manifest[] {
  const { props, name } = context;
  const { workload, files } = poolerWorkload(context);
  const [budget, deployment] = proxyObjects(context, workload);
  const port = { name: POSTGRES_PORT_NAME, port: POSTGRES_PORT, targetPort: k8s.IntOrString.fromString(POOLER), protocol: 'TCP' };
  return [
    ...props.authBootstrap === false ? [] : authObjects(context),
    proxyConfigMap('Config', `${name}-config`, POOLER, name, files),
    openService('Service', name, proxyLabels(POOLER, name), props.service ?? {}, port, proxySelector(POOLER, name)),
    budget,
    ...props.peering ? [headlessService(context), statefulSet(context, workload)] : [deployment],
  ];
}

/** Peers find each other while they start and stop, too. */
function headlessService({ name }: PoolerContext): Manifest {
  const spec: k8s.ServiceSpec = {
    clusterIp: 'None',
    publishNotReadyAddresses: true,
    selector: { ...proxySelector(POOLER, name) },
    ports: [{ name: POSTGRES_PORT_NAME, port: POSTGRES_PORT, targetPort: k8s.IntOrString.fromString(POOLER), protocol: 'TCP' }],
  };
  return {
    id: 'PeerService', apiVersion: 'v1', kind: 'Service', name: peerService(name), labels: proxyLabels(POOLER, name), body: { spec: k8s.toJson_ServiceSpec(spec) },
  };
}

/** Peers need names that stay. */
function statefulSet(context: PoolerContext, workload: ProxyWorkload): Manifest {
  const { props, name } = context;
  return {
    id: 'StatefulSet',
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name,
    labels: proxyLabels(POOLER, name),
    body: {
      spec: k8s.toJson_StatefulSetSpec({
        replicas: props.replicas ?? 2,
        serviceName: peerService(name),
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: proxySelector(POOLER, name) },
        template: podTemplate(context, workload),
      }),
    },
    finish: (json, sibling) => stampConfig(json, workload.configMaps.map(id => sibling(id).data)),
  };
}
