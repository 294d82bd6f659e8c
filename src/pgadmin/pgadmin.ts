import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PgAdminProps } from './options';
import { pgAdminManifests } from './render';
import { PGADMIN_RULES } from './rules';
import { settlePgAdmin } from './settle';
import { PgAdminSpec } from './spec';
import { admit, admitShape, build, planOf } from '../kernel/admit';
import properties from '../properties.json';

/**
 * pgAdmin beside its clusters, with the clusters listed.
 *
 * It runs as the image's user 5050 under Pod Security `restricted`, with a read-only root file system and without a
 * token of the Kubernetes API. One pod at a time: its own database is a file on one volume.
 */
export class PgAdmin extends Construct {
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };

  /** @internal */
  public readonly _spec: PgAdminSpec;

  constructor(scope: Construct, id: string, props: PgAdminProps) {
    const { value, violations } = admitShape(scope, id, properties, 'PgAdminProps', props);
    const spec = settlePgAdmin(id, value);
    const manifests = admit(scope, id, planOf(spec, PGADMIN_RULES, pgAdminManifests, violations));
    super(scope, id);
    this._spec = spec;
    this.objects = build(this, manifests);
  }

  /** The list of servers, a ConfigMap. */
  public get serverList(): ApiObject { return this.objects.ServerList; }

  /** The claim of the volume. Deleting it deletes pgAdmin's users and what they saved. */
  public get claim(): ApiObject { return this.objects.Claim; }

  /** The Service. */
  public get service(): ApiObject { return this.objects.Service; }

  /** The Deployment. */
  public get deployment(): ApiObject { return this.objects.Deployment; }
}
