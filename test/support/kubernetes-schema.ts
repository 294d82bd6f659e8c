import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import { KubernetesObject } from './render';

/** The constructor copies its data, so only the validator of its instances is used. */
interface Model { readonly prototype: { validate(): void } }

const GROUPS: { readonly [apiVersion: string]: { readonly [kind: string]: unknown } } = {
  'v1': core,
  'apps/v1': apps,
  'batch/v1': batch,
  'policy/v1': policy,
  'rbac.authorization.k8s.io/v1': rbac,
};

/**
 * What Kubernetes' OpenAPI schema has against an object: missing and wrong values, and fields that it does not know.
 *
 * The API server drops unknown fields; the schema itself allows them. So the validator reads the object through a proxy:
 * a field that the validator never looks at is one that the schema does not have.
 */
export function schemaViolations(object: KubernetesObject): string[] {
  const model = GROUPS[object.apiVersion]?.[object.kind] as Model | undefined;
  if (!model) { return [`no schema for ${object.apiVersion} ${object.kind}`]; }
  const read = new Map<object, Set<PropertyKey>>();
  try {
    model.prototype.validate.call(recorded(object, read));
  } catch (error) {
    return [(error as Error).message];
  }
  return unread(object, '', read);
}

function recorded(value: any, read: Map<object, Set<PropertyKey>>): any {
  if (typeof value !== 'object' || value === null) { return value; }
  const fields = read.get(value) ?? new Set<PropertyKey>();
  read.set(value, fields);
  return new Proxy(value, {
    get: (target, field) => {
      fields.add(field);
      return recorded(target[field], read);
    },
    // The fields of a map are read by walking over them.
    ownKeys: target => {
      Reflect.ownKeys(target).forEach(field => fields.add(field));
      return Reflect.ownKeys(target);
    },
  });
}

function unread(value: any, path: string, read: Map<object, Set<PropertyKey>>): string[] {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.keys(value).flatMap(field => read.get(value)?.has(field) ?? false
    ? unread(value[field], `${path}.${field}`, read)
    : [`${path}.${field} is no field of Kubernetes`]);
}
