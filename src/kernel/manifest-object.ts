import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { Manifest, Stamp, StampReader } from './contribution';
import { hash } from './hash';
import { MAX_DNS_LABEL } from './syntax';

/** The API object of a manifest: a plain one, which the user may patch; names and stamps by content come after the patches. */
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
    const { clusterScoped, stamp, stampOf, nameByContent } = this.manifest;
    let json = super.toJson();
    if (clusterScoped) { json = withoutNamespace(json); }
    if (stamp) { json = stamped(json, stamp, this.dataOf(stamp.of)); }
    if (stampOf) { json = this.readStamp(json, stampOf); }
    if (nameByContent) { json = namedByContent(json, this.dataOf(nameByContent)); }
    return this.rendered = json;
  }

  private dataOf(ids: readonly string[] = []): unknown[] {
    return ids.map(id => this.sibling(id).json.data);
  }

  private readStamp(json: any, { id, container, variable }: StampReader): any {
    const { json: { spec: source }, manifest } = this.sibling(id);
    const value = source?.template?.metadata.annotations[manifest.stamp!.annotation];
    const pod = json.spec?.template?.spec;
    // What a patch has taken away has no stamp, and reads none.
    if (value === undefined || !Array.isArray(pod?.containers)) { return json; }
    const containers = pod.containers.map((one: any) =>
      one.name === container ? { ...one, env: [...one.env ?? [], { name: variable, value }] } : one);
    return { ...json, spec: { ...json.spec, template: { ...json.spec.template, spec: { ...pod, containers } } } };
  }

  /** Another object of the same construct, as it is rendered: only a patch can change it. */
  private sibling(id: string): { json: any; manifest: Manifest } {
    const object = this.node.scope!.node.findChild(id) as ManifestObject;
    return { json: object.rendered ?? object.toJson(), manifest: object.manifest };
  }
}

function withoutNamespace(json: any): any {
  const { namespace: _, ...metadata } = json.metadata ?? {};
  return { ...json, metadata };
}

function stamped(json: any, { annotation, of }: Stamp, data: unknown[]): any {
  const template = json.spec?.template;
  if (template === undefined) { return json; }
  const annotations = { ...template.metadata?.annotations, [annotation]: hash(of ? data : template) };
  return { ...json, spec: { ...json.spec, template: { ...template, metadata: { ...template.metadata, annotations } } } };
}

/** A pod carries the name of its Job as a label, which ends at 63 characters. Whoever takes the name away has a way of naming. */
function namedByContent(json: any, data: unknown[]): any {
  if (typeof json.metadata?.name !== 'string') { return json; }
  const suffix = `-${hash([json.spec, ...data])}`;
  return { ...json, metadata: { ...json.metadata, name: json.metadata.name.slice(0, MAX_DNS_LABEL - suffix.length) + suffix } };
}
