import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { Manifest } from './contribution';

/** The API object of a manifest: a plain one, which the user may patch, and then the manifest's own last word. */
export class ManifestObject extends ApiObject {
  private rendered: any;

  constructor(scope: Construct, private readonly manifest: Manifest) {
    const { id, apiVersion, kind, name, namespace, labels, annotations, body } = manifest;
    super(scope, id, { apiVersion, kind, metadata: { name, namespace, labels, annotations }, ...body });
  }

  public addJsonPatch(...operations: JsonPatch[]): void {
    this.rendered = undefined;
    super.addJsonPatch(...operations);
  }

  public toJson(): any {
    const json = super.toJson();
    const { finish } = this.manifest;
    this.rendered = finish ? finish(json, id => this.sibling(id)) : json;
    return this.rendered;
  }

  /** Another object of the same construct. What `finish` looks at, only a patch can change. */
  private sibling(id: string): any {
    const object = this.node.scope!.node.findChild(id) as ManifestObject;
    return object.rendered ?? object.toJson();
  }
}
