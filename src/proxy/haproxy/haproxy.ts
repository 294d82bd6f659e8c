import { ApiObject, Duration } from 'cdk8s';
import { EnvValue, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { haproxyConfig, METRICS_PORT } from './config';
import { PatroniHaproxyProps } from './options';
import { HAPROXY_CONFIG_FILE, hardStopAfter, haproxyContainer, haproxyVolumes } from './pod';
import { DEFAULT_HAPROXY_IMAGE, HAPROXY_RULES, knowsInitState, versionOf } from './rules';
import { Manifest } from '../../kernel/contribution';
import { ManifestObject } from '../../kernel/manifest-object';
import { check, refusal } from '../../kernel/rule';
import { watch } from '../../kernel/watch';
import { openService } from '../../kit/service';
import { ServiceOptions } from '../../kit/service-options';
import { Connection, ConnectionOptions, ConnectionTarget, ISpiloCluster } from '../../spilo/cluster-ref';
import { POSTGRES_PORT, POSTGRES_PORT_NAME } from '../../spilo/paths';
import { ProxyContext, proxyConfigMap, proxyLabels, proxyObjects, proxyResources, proxySelector, pullPolicy } from '../common/workload';

type Context = ProxyContext<PatroniHaproxyProps>;

const APPLICATION = 'haproxy';

/**
 * One address for writers and one for readers, by HAProxy, which asks Patroni's REST API of each member for its role.
 *
 * Sessions on a member that ceases to be the leader are cut at once, so that clients reconnect to the new one instead of
 * keeping a read-only session. Connections pass through untouched: TLS and SCRAM are between client and member. Needs no
 * permission on the Kubernetes API, and works with both of Patroni's stores.
 */
export class PatroniHaproxy extends Construct {
  /** Host name of the Service for writers. */
  public readonly readWriteHost: string;
  /** Host name of the Service for readers; that for writers where there is none. */
  public readonly readOnlyHost: string;
  /** Port of both Services. */
  public readonly port = POSTGRES_PORT;
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };

  private readonly cluster: ISpiloCluster;

  constructor(scope: Construct, id: string, props: PatroniHaproxyProps) {
    const context: Context = { props, name: props.name ?? `${props.cluster.clusterName}-proxy` };
    const violations = check(HAPROXY_RULES, context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id);
    const { namespace } = props.cluster;
    const host = (name: string) => namespace === undefined ? name : `${name}.${namespace}.svc`;
    this.cluster = props.cluster;
    this.readWriteHost = host(`${context.name}-rw`);
    this.readOnlyHost = hasReadOnly(context) ? host(`${context.name}-ro`) : this.readWriteHost;
    this.objects = Object.fromEntries(manifests(context).map(manifest => [manifest.id, new ManifestObject(this, manifest)]));
    watch(this, [props.readWriteService, props.readOnlyService].flatMap(options => options?.nodePort ?? []));
  }

  /**
   * Host, port and libpq's variables for an application that goes through the proxy.
   *
   * @param options who connects where; the superuser to the leader if not given.
   */
  public connection(options: ConnectionOptions = {}): Connection {
    const direct = this.cluster.connection(options);
    const host = options.target === ConnectionTarget.REPLICAS ? this.readOnlyHost : this.readWriteHost;
    return {
      host,
      port: this.port,
      env: { ...direct.env, PGHOST: EnvValue.fromValue(host), PGPORT: EnvValue.fromValue(String(this.port)) },
    };
  }
}

function hasReadOnly({ props }: Context): boolean {
  return props.readOnly?.enabled !== false;
}

function manifests(context: Context): Manifest[] {
  const { props, name } = context;
  const { gracePeriod = Duration.minutes(1), patroniTls } = props;
  const container = haproxyContainer({
    image: props.image ?? DEFAULT_HAPROXY_IMAGE,
    imagePullPolicy: pullPolicy(props),
    resources: proxyResources(props),
    readOnly: hasReadOnly(context),
    patroniTls,
    exposed: true,
  });
  const uid = props.uid ?? 99;
  return [
    proxyConfigMap('Config', `${name}-config`, APPLICATION, name, { [HAPROXY_CONFIG_FILE]: configuration(context, gracePeriod) }),
    service(context, 'ReadWriteService', 'rw', props.readWriteService),
    ...hasReadOnly(context) ? [service(context, 'ReadOnlyService', 'ro', props.readOnlyService)] : [],
    ...proxyObjects(context, {
      application: APPLICATION,
      uid,
      gid: uid,
      gracePeriod,
      containers: [container],
      volumes: haproxyVolumes(`${name}-config`, patroniTls),
      podAnnotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(METRICS_PORT), 'prometheus.io/path': '/metrics' },
      configMaps: ['Config'],
    }),
  ];
}

/** HAProxy takes no file without a line feed at its end. */
function configuration({ props }: Context, gracePeriod: Duration): string {
  if (props.config !== undefined) { return `${props.config.replace(/\n+$/, '')}\n`; }
  return haproxyConfig({ ...props, initState: knowsInitState(versionOf(props)), hardStopAfter: hardStopAfter(gracePeriod) });
}

function service({ name }: Context, id: string, kind: 'rw' | 'ro', options: ServiceOptions = {}): Manifest {
  const port = { name: POSTGRES_PORT_NAME, port: POSTGRES_PORT, targetPort: k8s.IntOrString.fromString(kind), protocol: 'TCP' };
  return openService(id, `${name}-${kind}`, proxyLabels(APPLICATION, name), options, port, proxySelector(APPLICATION, name));
}
