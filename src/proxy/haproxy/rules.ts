import { Duration, Size } from 'cdk8s';
import { SECTIONS } from './config';
import { HealthCheckOptions, MemberDiscovery, PatroniHaproxyProps, PatroniTlsOptions, ReadCheck } from './options';
import { kibibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isSecretKey, isWholeNumber } from '../../kernel/syntax';
import { serviceRules } from '../../kit/service-options';
import { DNS_1123 } from '../../spilo/names';
import { ProxyContext, proxyRules } from '../common/workload';

export const DEFAULT_HAPROXY_IMAGE = 'docker.io/library/haproxy:3.4.2-alpine';

type Context = ProxyContext<PatroniHaproxyProps>;

/** A version as `major * 1000 + minor`, and its patch level. */
export interface HaproxyVersion { readonly number: number; readonly patch?: number }

/** What the tag of an image or the property says, if anything. */
export function versionOf({ image = DEFAULT_HAPROXY_IMAGE, version }: Pick<PatroniHaproxyProps, 'image' | 'version'>): HaproxyVersion | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? /:([^:/@]+)(@|$)/.exec(image)?.[1] ?? '') ?? [];
  return major === undefined ? undefined : { number: Number(major) * 1000 + Number(minor), patch: patch === undefined ? undefined : Number(patch) };
}

/** `init-state` came with HAProxy 3.1. */
export function knowsInitState(version: HaproxyVersion | undefined): boolean {
  return version !== undefined && version.number >= 3001;
}

/** The first release whose Prometheus exporter, resolvers and keepalive settings are all there. */
const LEAST_VERSION = 2004;

/** Whether the library knows how to configure this HAProxy. 3.2.0 hangs in the first switchover. */
export function knowsHaproxy(options: Pick<PatroniHaproxyProps, 'image' | 'version'>): boolean {
  const version = versionOf(options);
  return version !== undefined && version.number >= LEAST_VERSION && !(version.number === 3002 && (version.patch ?? 0) === 0);
}

/** A line that begins another section would take all that follows with it. */
const SECTION_KEYWORD = /^\s*(global|defaults|frontend|backend|listen|resolvers|peers|userlist|mailers|cache|program|ring|log-forward|log-profile|http-errors|fcgi-app|crt-store|traces|acme)(\s|$)/;

const durations = (check: HealthCheckOptions = {}): [string, Duration | undefined][] =>
  Object.entries({ interval: check.interval, fastInterval: check.fastInterval, downInterval: check.downInterval, timeout: check.timeout });

/** Properties that shape the library's configuration, and mean nothing beside another one. */
const SHAPING: (keyof PatroniHaproxyProps)[] = [
  'writeCheck', 'healthCheck', 'discovery', 'maxMembers', 'clusterDomain', 'maxConnections', 'sessionTimeout', 'extraLines',
];

function badLines({ props }: Context): Finding[] {
  return Object.entries(props.extraLines ?? {}).flatMap(([section, lines]) => lines
    .map((line, index) => ({ property: `extraLines.${section}[${index}]`, received: line }))
    .filter(({ received }) => !isOneLine(received) || SECTION_KEYWORD.test(received)));
}

const badSections = ({ props }: Context): Finding[] =>
  Object.keys(props.extraLines ?? {}).filter(section => !SECTIONS.includes(section)).map(received => ({ received }));

const initStateLines = ({ props }: Context): Finding[] => knowsInitState(versionOf(props)) ? [] :
  Object.values(props.extraLines ?? {}).flat().filter(line => /\binit-state\b/.test(line)).map(received => ({ received }));

/** What the members are asked, in the options of every construct that runs HAProxy. */
export type CheckOptions = Pick<PatroniHaproxyProps, 'healthCheck' | 'clusterDomain' | 'readOnly' | 'patroniTls'>;

const kibibytesOf = (size?: Size) => size && kibibytes(size);

/** The key of the authority that signed the certificates of Patroni's API. */
export function patroniTlsKeyRule<Input>(property: string, tls: (input: Input) => PatroniTlsOptions | undefined): Rule<Input> {
  return valueRule('patroni-tls-ca-key', property, '1 to 253 of A-Z a-z 0-9 - _ .', 'No Secret can have such a key: the pod waits for it forever.',
    input => tls(input)?.ca.key, isSecretKey);
}

/** Checks of `CheckOptions`; `prefix` is the path of the property that holds them. */
export function checkRules<Input>(prefix: string, options: (input: Input) => CheckOptions): Rule<Input>[] {
  return [
    {
      id: 'haproxy-health-check-time',
      property: `${prefix}healthCheck`,
      allowed: 'whole milliseconds from 100 to 60000',
      why: 'Members would be flooded with questions, or a failover would go unnoticed.',
      find: input => durations(options(input).healthCheck)
        .filter(([, value]) => value !== undefined && !isWholeNumber(value.toMilliseconds(), 100, 60000))
        .map(([key, value]) => ({ property: `${prefix}healthCheck.${key}`, received: value!.toMilliseconds() })),
    },
    valueRule('haproxy-fall', `${prefix}healthCheck.fall`, '1 to 10', 'A failover would go unnoticed.',
      input => options(input).healthCheck?.fall, value => isWholeNumber(value, 1, 10)),
    valueRule('haproxy-rise', `${prefix}healthCheck.rise`, '1 to 10', 'The new leader would stay unused.',
      input => options(input).healthCheck?.rise, value => isWholeNumber(value, 1, 10)),
    valueRule('haproxy-cluster-domain', `${prefix}clusterDomain`, 'a DNS name', 'No member would be found.',
      input => options(input).clusterDomain, domain => DNS_1123.test(domain)),
    valueRule('haproxy-max-lag', `${prefix}readOnly.maxLag`, 'whole kibibytes, not negative', 'Patroni would take no replica, or every one.',
      input => kibibytesOf(options(input).readOnly?.maxLag), value => isWholeNumber(value, 0)),
    valueRule('haproxy-tags', `${prefix}readOnly.tags`, 'names of A-Z a-z 0-9 _ - and one-line values', 'Patroni would take no replica.',
      input => options(input).readOnly?.tags, tags => Object.entries(tags).every(([name, value]) => /^[\w-]+$/.test(name) && isOneLine(value))),
    {
      id: 'haproxy-read-check-fallback',
      property: `${prefix}readOnly.fallbackToLeader`,
      allowed: 'not with ReadCheck.READ_ONLY',
      why: 'The leader passes that check already.',
      find: input => {
        const { check, fallbackToLeader } = options(input).readOnly ?? {};
        return check === ReadCheck.READ_ONLY && fallbackToLeader !== undefined ? [{ received: fallbackToLeader }] : [];
      },
    },
    patroniTlsKeyRule(`${prefix}patroniTls.ca.key`, input => options(input).patroniTls),
    valueRule('patroni-tls-host', `${prefix}patroniTls.verifyHost`, 'a DNS name', 'HAProxy refuses the configuration.',
      input => options(input).patroniTls?.verifyHost, host => DNS_1123.test(host)),
  ];
}

/** Checks of `PatroniHaproxyProps`. */
export const HAPROXY_RULES: readonly Rule<Context>[] = [
  ...proxyRules<PatroniHaproxyProps>('HAProxy keeps buffers for every connection: without a limit many clients take the memory of the node.'),
  {
    id: 'haproxy-version',
    property: 'image',
    allowed: 'HAProxy 2.4 or newer but not 3.2.0, which a bare 3.2 may be, by the tag of the image or by the property version',
    why: 'HAProxy 3.2.0 hangs in the first switchover (haproxy#2990); without a version the library does not know which settings exist.',
    find: ({ props }) => knowsHaproxy(props) ? [] : [{ received: props.version ?? props.image }],
  },
  valueRule('haproxy-uid', 'uid', 'a whole number, at least 1', 'The pod runs as no root: the kubelet refuses user 0.',
    ({ props }) => props.uid, uid => isWholeNumber(uid, 1)),
  {
    id: 'haproxy-init-state',
    property: 'extraLines',
    allowed: 'init-state with HAProxy 3.1 or newer only',
    why: 'Older ones refuse the configuration: the pod starts again forever.',
    find: initStateLines,
  },
  {
    id: 'haproxy-extra-section',
    property: 'extraLines',
    allowed: SECTIONS.join(', '),
    why: 'The lines would be lost.',
    find: badSections,
  },
  {
    id: 'haproxy-extra-line',
    property: 'extraLines',
    allowed: 'single lines that begin no section',
    why: 'What follows would end up in another section, silently.',
    find: badLines,
  },
  valueRule('haproxy-config', 'config', 'a configuration with the ports 5000 and 8404',
    'The Services and the probes would reach nothing.',
    ({ props }) => props.config, config => /:5000\b/.test(config) && /:8404\b/.test(config)),
  {
    id: 'haproxy-config-alone',
    property: 'config',
    allowed: `without ${SHAPING.join(', ')}`,
    why: 'They shape the library\'s configuration and would be lost in another one.',
    find: ({ props }) => props.config === undefined ? []
      : SHAPING.filter(key => props[key] !== undefined).map(key => ({ property: key, received: props[key] })),
  },
  valueRule('haproxy-max-members', 'maxMembers', 'at least the number of members, with DNS_TEMPLATE',
    'A member without room gets no connections; were it the leader, nobody could write.',
    ({ props }) => props.maxMembers, (value, { props }) => isWholeNumber(value, props.cluster.instances, 100)
      && (props.discovery ?? MemberDiscovery.DNS_TEMPLATE) === MemberDiscovery.DNS_TEMPLATE),
  valueRule('haproxy-max-connections', 'maxConnections', '10 to 100000', 'HAProxy refuses the configuration or its clients.',
    ({ props }) => props.maxConnections, value => isWholeNumber(value, 10, 100000)),
  valueRule('haproxy-session-timeout', 'sessionTimeout', 'whole seconds from 10 to 604800',
    'Idle sessions of every application would be cut again and again, or never.',
    ({ props }) => props.sessionTimeout && props.sessionTimeout.toMilliseconds() / 1000, value => isWholeNumber(value, 10, 604800)),
  {
    id: 'haproxy-read-only-disabled',
    property: 'readOnly',
    allowed: 'nothing else where enabled is false',
    why: 'There is no address for readers that it could shape.',
    find: ({ props: { readOnly, readOnlyService } }) => readOnly?.enabled === false
      && (readOnlyService !== undefined || Object.keys(readOnly).length > 1) ? [{ received: { ...readOnly, readOnlyService } }] : [],
  },
  ...checkRules<Context>('', ({ props }) => props),
  ...serviceRules<Context>('readWriteService', ({ props }) => [
    { property: 'readWriteService', options: props.readWriteService ?? {} },
    { property: 'readOnlyService', options: props.readOnlyService ?? {} },
  ]),
];
