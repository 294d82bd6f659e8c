import { isIP } from 'net';
import { posix } from 'path';

export const MAX_DNS_LABEL = 63;
/** A CronJob appends eleven characters for its Jobs, whose pods have the name as a label. */
export const MAX_CRON_JOB_NAME = 52;

/** DNS-1035, which Kubernetes demands of Services: a pod, a Service and a Patroni scope carry the cluster's name. */
export const DNS_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** DNS-1123 subdomain, which Kubernetes demands of most other objects. */
export const DNS_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export const LABEL_KEY_SYNTAX = 'an optional DNS prefix and a slash, then 1 to 63 of A-Z a-z 0-9 - _ . with an alphanumeric first and last';
export const LABEL_VALUE_SYNTAX = 'empty, or 1 to 63 of A-Z a-z 0-9 - _ . with an alphanumeric first and last';

/** Key of a label, an annotation, a taint or a node selector. */
export function isLabelKey(key: unknown): boolean {
  if (typeof key !== 'string') { return false; }
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

/** Control characters, line separators and halves of characters; PyYAML, with which Spilo reads its configuration, fails on them or changes them. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u;
/** Texts that YAML 1.1 gives a meaning of their own, quoted or not at all, depending on who writes them. */
const YAML_INDICATORS = ['=', '<<'];

/** A string that arrives unchanged as one line of a file or as one value of a configuration document. */
export function isOneLine(value: unknown): value is string {
  return typeof value === 'string' && !UNPRINTABLE.test(value) && !YAML_INDICATORS.includes(value);
}

/** A key that a Secret can have. One that it cannot is a file that never appears, and pods wait for it forever. */
export const isSecretKey = (key: unknown): boolean => typeof key === 'string' && /^[-._a-zA-Z0-9]{1,253}$/.test(key) && !/^(\.$|\.\.)/.test(key);

/** Host name, IPv4 or IPv6 address. */
export function isHost(host: unknown): boolean {
  return typeof host === 'string' && host.length <= 253
    && (isIP(host) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(host));
}

export const HOST_SYNTAX = 'a host name, an IPv4 or an IPv6 address';

/** A host as a URL has it: an IPv6 address stands in brackets. */
export function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

export const URL_SYNTAX = 'http:// or https://, a host and perhaps a port and a path, without a slash at the end';

/** A URL whose host may be an IPv6 address in brackets. */
export function isUrl(url: unknown): boolean {
  const [, host, bare, port = '80'] = (typeof url === 'string' ? /^https?:\/\/(\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?(?:\/[\w./~-]*[\w~-])?$/.exec(url) : null) ?? [];
  return host !== undefined && isWholeNumber(Number(port), 1, 65535) && (bare === undefined ? isHost(host) : isIP(bare) === 6);
}

/** Names that stand twice among `names`, each once. */
export function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

const WORD = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const REGISTRY = `(?:${WORD}(?:\\.${WORD})*|\\[[a-f0-9:]+\\])(?::\\d{1,5})?/`;
const PATH_PART = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
/** A name with a tag, a digest, or both, as the kubelet takes it: no scheme, and nothing in upper case before the tag. */
const IMAGE_REFERENCE = new RegExp(`^(?:${REGISTRY})?${PATH_PART}(?:/${PATH_PART})*(?::\\w[\\w.-]{0,127}|(?::\\w[\\w.-]{0,127})?@sha256:[0-9a-f]{64})$`);

export const IMAGE_SYNTAX = 'a name in lower case, without https://, with a tag other than latest, or with a digest';

/** An image that is the same tomorrow. */
export function isImage(reference: unknown): boolean {
  return typeof reference === 'string' && IMAGE_REFERENCE.test(reference) && !reference.endsWith(':latest');
}

/** A path from the root without detours: `/a/b` of `//a/./b/`. */
export function normalizedPath(path: string): string {
  return posix.resolve('/', path);
}
