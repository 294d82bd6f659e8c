import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { PatroniConfigFollowerProps } from './options';
import { followerManifests, portService } from './pod';
import { FOLLOWER_RULES } from './rules';
import { settleFollower } from './settle';
import { FollowerSpec } from './spec';
import { admit, admitShape, build, planOf } from '../../kernel/admit';
import properties from '../../properties.json';
import { Endpoint, serviceHost } from '../../spilo/endpoint';

/**
 * Any proxy, with a configuration that follows the leader: what pc4patroni does, for Kubernetes.
 *
 * A program beside the proxy asks Patroni's REST API for the members, renders templates, writes files whose bytes changed
 * as a whole, and has the proxy read them again until that succeeds. The proxy starts with a finished configuration. The
 * program needs no permission on the Kubernetes API, and tells its state on port 8405 at `/healthz`.
 *
 * Sessions that exist stay where they are, unless the proxy cuts them by itself: where that matters use `PatroniHaproxy`.
 */
export class PatroniConfigFollower extends Construct {
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };
  /** Where the Services answer, by the names of their ports. */
  public readonly endpoints: { [port: string]: Endpoint };

  /** @internal */
  public readonly _spec: FollowerSpec;

  constructor(scope: Construct, id: string, props: PatroniConfigFollowerProps) {
    const { value, violations } = admitShape(scope, id, properties, 'PatroniConfigFollowerProps', props);
    const spec = settleFollower(value, Chart.of(scope).namespace);
    const manifests = admit(scope, id, planOf(spec, FOLLOWER_RULES, followerManifests, violations));
    super(scope, id);
    this._spec = spec;
    this.endpoints = Object.fromEntries(spec.ports.map(({ name, port }) =>
      [name, new Endpoint(serviceHost(portService(spec, name), spec.cluster.namespace), port)]));
    this.objects = build(this, manifests);
  }
}
