import { k8s, SecretValue } from 'cdk8s-plus-27';

export const PATH_SYNTAX = 'parts of A-Z a-z 0-9 - _ . joined by single slashes, without .. and without a slash at either end';

/** A path in a store that every store and every tool reads the same. */
export function isStorePath(path: string): boolean {
  return path.split('/').every(part => /^[A-Za-z0-9_.-]+$/.test(part) && part !== '.' && part !== '..');
}

/** Host name or IPv4 address. */
export function isHost(host: unknown): boolean {
  return typeof host === 'string' && host.length <= 253 && /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(host);
}

/** A key of a Secret as a variable of an envdir: a file of the variable's name. */
export function secretVariable(variable: string, { secret, key }: SecretValue): k8s.SecretProjection {
  return { name: secret.name, items: [{ key, path: variable }] };
}

/** A key of a Secret as a file of more than one line. */
export function secretFile(path: string, { secret, key }: SecretValue): k8s.VolumeProjection {
  return { secret: { name: secret.name, items: [{ key, path }] } };
}
