import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Manifest } from './contribution';

/** The API object of a manifest: a plain one, which the user may patch, and then the manifest's own last word. */
export class ManifestObject extends ApiObject {
  constructor(scope: Construct, private readonly manifest: Manifest) {
    const { id, apiVersion, kind, name, namespace, labels, annotations, body } = manifest;
    super(scope, id, { apiVersion, kind, metadata: { name, namespace, labels, annotations }, ...body });
  }

  public toJson(): any {
    const json = super.toJson();
    const sibling = (id: string) => (this.node.scope!.node.findChild(id) as ApiObject).toJson();
    return this.manifest.finish ? this.manifest.finish(json, sibling) : json;
  }
}
