import { k8s } from 'cdk8s-plus-27';
import { Rule } from '../kernel/rule';
import { isObjectName, isSecretKey } from '../kernel/syntax';

/**
 * One entry of a Secret.
 */
export interface SecretKey {
  /**
   * Name of the Secret, in the namespace of whoever reads it.
   */
  readonly name: string;

  /**
   * Key of the entry.
   */
  readonly key: string;
}

/** One entry of a Secret, as a spec has it. */
export interface SecretKeySpec { readonly name: string; readonly key: string }

/** A copy, since what a factory keeps must not change with the caller's object. */
export function secretKey({ name, key }: SecretKey): SecretKeySpec {
  return { name, key };
}

/** A variable with the value of an entry. */
export function secretVariable(variable: string, { name, key }: SecretKeySpec): k8s.EnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

/** A volume with entries of one Secret as files. */
export function secretFiles(volume: string, { name, key }: SecretKeySpec, path: string): k8s.Volume {
  return { name: volume, secret: { secretName: name, defaultMode: 0o440, items: [{ key, path }] } };
}

/** A rule for all entries of Secrets that an input names, by property. */
export function secretKeyRule<Input>(
  id: string, property: string, keys: (input: Input) => { readonly [property: string]: SecretKeySpec | undefined },
): Rule<Input> {
  return {
    id,
    property,
    allowed: 'the name of a Secret, a DNS-1123 subdomain, and a key of 1 to 253 of A-Z a-z 0-9 - _ .',
    why: 'No Secret can have such a name or key: the pods wait for it forever.',
    find: input => Object.entries(keys(input)).flatMap(([path, entry]) => entry === undefined ? [] : [
      ...isObjectName(entry.name) ? [] : [{ property: `${path}.name`, received: entry.name }],
      ...isSecretKey(entry.key) ? [] : [{ property: `${path}.key`, received: entry.key }],
    ]),
  };
}
