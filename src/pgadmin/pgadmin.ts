import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PgAdminContext } from './context';
import { PgAdminProps } from './options';
import { claim, deployment, serverList, service } from './render';
import { PGADMIN_RULES } from './rules';
import { ManifestObject } from '../kernel/manifest-object';
import { check, refusal } from '../kernel/rule';
import { watch } from '../kernel/watch';

/**
 * pgAdmin beside its clusters, with the clusters listed.
 *
 * It runs as the image's user 5050 under Pod Security `restricted`, with a read-only root file system and without a
 * token of the Kubernetes API. One pod at a time: its own database is a file on one volume.
 */
export class PgAdmin extends Construct {
  /** The list of servers, a ConfigMap. */
  public readonly serverList: ApiObject;
  /** The claim of the volume. Deleting it deletes pgAdmin's users and what they saved. */
  public readonly claim: ApiObject;
  /** The Service. */
  public readonly service: ApiObject;
  /** The Deployment. */
  public readonly deployment: ApiObject;

  constructor(scope: Construct, id: string, props: PgAdminProps) {
    const context: PgAdminContext = { props, name: props.name ?? id };
    const violations = check(PGADMIN_RULES, context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id);
    this.serverList = new ManifestObject(this, serverList(context));
    this.claim = new ManifestObject(this, claim(context));
    this.service = new ManifestObject(this, service(context));
    this.deployment = new ManifestObject(this, deployment(context));
    watch(this, props.service?.nodePort === undefined ? [] : [props.service.nodePort]);
  }
}
