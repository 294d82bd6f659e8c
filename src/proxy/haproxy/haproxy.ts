import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { PatroniHaproxyProps } from './options';
import { haproxyManifests } from './pod';
import { HAPROXY_RULES } from './rules';
import { settleHaproxy } from './settle';
import { HaproxySpec } from './spec';
import { admit, admitShape, build, planOf } from '../../kernel/admit';
import properties from '../../properties.json';
import { Connection, ConnectionOptions, ConnectionTarget, userConnection } from '../../spilo/connection';
import { Endpoint, serviceHost } from '../../spilo/endpoint';
import { POSTGRES_PORT } from '../../spilo/paths';

/**
 * One address for writers and one for readers, by HAProxy, which asks Patroni's REST API of each member for its role.
 *
 * Sessions on a member that ceases to be the leader are cut at once, so that clients reconnect to the new one instead of
 * keeping a read-only session. Connections pass through untouched: TLS and SCRAM are between client and member. Needs no
 * permission on the Kubernetes API, and works with both of Patroni's stores.
 */
export class PatroniHaproxy extends Construct {
  /** Where writers connect to. */
  public readonly readWriteEndpoint: Endpoint;
  /** Where readers connect to; the endpoint of writers where there is none. */
  public readonly readOnlyEndpoint: Endpoint;
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };

  /** @internal */
  public readonly _spec: HaproxySpec;

  constructor(scope: Construct, id: string, props: PatroniHaproxyProps) {
    const { value, violations } = admitShape(scope, id, properties, 'PatroniHaproxyProps', props);
    const spec = settleHaproxy(value, Chart.of(scope).namespace);
    const manifests = admit(scope, id, planOf(spec, HAPROXY_RULES, haproxyManifests, violations));
    super(scope, id);
    const { name, cluster, config } = spec;
    const endpoint = (kind: string) => new Endpoint(serviceHost(`${name}-${kind}`, cluster.namespace), POSTGRES_PORT);
    this._spec = spec;
    this.readWriteEndpoint = endpoint('rw');
    this.readOnlyEndpoint = endpoint(config.readOnly ? 'ro' : 'rw');
    this.objects = build(this, manifests);
  }

  /**
   * Host, port and libpq's variables for an application that goes through the proxy.
   *
   * @param options who connects where.
   */
  public connection(options: ConnectionOptions): Connection {
    const endpoints = { [ConnectionTarget.LEADER]: this.readWriteEndpoint, [ConnectionTarget.REPLICAS]: this.readOnlyEndpoint };
    return userConnection({ path: this.node.path, shapes: properties, endpoints, asksRole: true }, options);
  }
}
