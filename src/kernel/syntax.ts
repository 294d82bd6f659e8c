import { isIP } from 'net';
import { DNS_1123 } from '../spilo/names';

const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export const LABEL_KEY_SYNTAX = 'an optional DNS prefix and a slash, then 1 to 63 of A-Z a-z 0-9 - _ . with an alphanumeric first and last';
export const LABEL_VALUE_SYNTAX = 'empty, or 1 to 63 of A-Z a-z 0-9 - _ . with an alphanumeric first and last';

/** Key of a label, an annotation, a taint or a node selector. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...rest] = key.split('/').reverse();
  return rest.length === 0 && name.length <= 63 && LABEL_NAME.test(name)
    && (prefix === undefined || (prefix.length <= 253 && DNS_1123.test(prefix)));
}

export function isLabelValue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 63 && (value === '' || LABEL_NAME.test(value));
}

/** Name of most Kubernetes objects: a DNS-1123 subdomain. */
export function isObjectName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 253 && DNS_1123.test(name);
}

export function isEnvName(name: string): boolean {
  return ENV_NAME.test(name);
}

export function isCidr(text: string): boolean {
  const [, address, prefix] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address ?? '');
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

export function isWholeNumber(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Control characters and line separators; PyYAML, with which Spilo reads its configuration, fails on them or changes them. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
/** Texts that YAML 1.1 gives a meaning of their own, quoted or not at all, depending on who writes them. */
const YAML_INDICATORS = ['=', '<<'];

/** A string that arrives unchanged as one line of a file or as one value of a configuration document. */
export function isOneLine(value: unknown): value is string {
  return typeof value === 'string' && !UNPRINTABLE.test(value) && !YAML_INDICATORS.includes(value);
}

/** A key that a Secret can have. One that it cannot is a file that never appears, and pods wait for it forever. */
export const isSecretKey = (key: unknown): boolean => typeof key === 'string' && /^[-._a-zA-Z0-9]{1,253}$/.test(key) && !/^\.\.?$/.test(key);
