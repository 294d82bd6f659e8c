import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { poolerManifests } from './manifests';
import { PgBouncerPoolerProps } from './options';
import { POOLER_RULES, share } from './rules';
import { settlePooler } from './settle';
import { PoolerSpec } from './spec';
import { admit, admitShape, build, planOf } from '../../kernel/admit';
import properties from '../../properties.json';
import { Connection, ConnectionOptions, ConnectionTarget, userConnection } from '../../spilo/connection';
import { Endpoint, serviceHost } from '../../spilo/endpoint';
import { POSTGRES_PORT } from '../../spilo/paths';

/**
 * Connection pools by PgBouncer, for the leader or for the replicas, which follow a switchover.
 *
 * Clients log in with their own names and SCRAM passwords: PgBouncer looks them up in PostgreSQL by one function, which a
 * Job creates. No password is in a manifest. Channel binding does not work through PgBouncer.
 */
export class PgBouncerPooler extends Construct {
  /** Where clients connect to. */
  public readonly endpoint: Endpoint;
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };

  /** @internal */
  public readonly _spec: PoolerSpec;

  constructor(scope: Construct, id: string, props: PgBouncerPoolerProps) {
    const { value, violations } = admitShape(scope, id, properties, 'PgBouncerPoolerProps', props);
    const spec = settlePooler(value, Chart.of(scope).namespace);
    const manifests = admit(scope, id, planOf(spec, POOLER_RULES, poolerManifests, violations));
    super(scope, id);
    this._spec = spec;
    this.endpoint = new Endpoint(serviceHost(spec.name, spec.cluster.namespace), POSTGRES_PORT);
    const owner = Construct.isConstruct(value.cluster) ? value.cluster : undefined;
    this.objects = build(this, manifests, { shares: share(spec).map(part => ({ ...part, owner })) });
  }

  /**
   * Host, port and libpq's variables for an application that goes through the pooler.
   *
   * @param options who connects; superusers only get through where `users` lists them. A `target` other than the pooler's is
   * refused.
   */
  public connection(options: ConnectionOptions): Connection {
    const endpoints = { [ConnectionTarget.LEADER]: this.endpoint, [ConnectionTarget.REPLICAS]: this.endpoint };
    return userConnection({ path: this.node.path, shapes: properties, endpoints, onlyTarget: this._spec.target, asksRole: false }, options);
  }
}
