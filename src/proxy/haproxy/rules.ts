import { HaproxyReadCheck, MemberDiscovery } from './checks';
import { SECTIONS } from './config';
import { haproxyWorkload, objectNames } from './pod';
import { HaproxyConfigSpec, HaproxySpec } from './spec';
import { knowsHaproxy, knowsInitState } from './version';
import { kibibytes } from '../../kernel/quantity';
import { below, Finding, Rule, valueRule } from '../../kernel/rule';
import { DNS_1123, isOneLine, isWholeNumber } from '../../kernel/syntax';
import { imageRules } from '../../kit/image';
import { serviceRules } from '../../kit/service-options';
import { patroniTlsRules } from '../common/patroni-tls';
import { PROXY_LABELS, proxyRules, workloadRules } from '../common/rules';

/** A line that begins another section would take all that follows with it. */
const SECTION_KEYWORD = /^\s*(global|defaults|frontend|backend|listen|resolvers|peers|userlist|mailers|cache|program|ring|log-forward|log-profile|http-errors|fcgi-app|crt-store|traces|acme|healthcheck)(\s|$)/;
/** Words that leave out what follows, or say something at the start. */
const DIRECTIVE = /^\s*\.(if|elif|else|endif|diag|notice|warning|alert)\b/;

/** A line as HAProxy reads its first word: quotes fall away, and variables that are not set. */
const bare = (line: string) => line.replace(/\$\{\w*\}|["']/g, '');

/** Where lines are that are bad. What they say may be a secret. */
function badLines({ uncheckedLines }: HaproxyConfigSpec, isBad: (line: string) => boolean): Finding[] {
  return Object.entries(uncheckedLines).flatMap(([section, lines]) => lines
    .map((line, index) => ({ line, property: `uncheckedLines.${section}[${index}]`, received: 'a line (not shown)' }))
    .filter(({ line }) => isBad(line)).map(({ property, received }) => ({ property, received })));
}

/** Checks of what members are asked, for every construct that runs HAProxy. */
export const checkRules: readonly Rule<HaproxyConfigSpec>[] = [
  ...imageRules<HaproxyConfigSpec>('image', ({ image }) => image),
  {
    id: 'haproxy-version',
    property: 'image',
    allowed: 'HAProxy 2.4 or newer but not 3.2.0, which a bare 3.2 may be, by the tag of the image or by ContainerImage.of(..., { version })',
    why: 'HAProxy 3.2.0 hangs in the first switchover (haproxy#2990); without a version the library does not know which settings exist.',
    find: ({ image }) => knowsHaproxy(image) ? [] : [{ received: image.version ?? image.reference }],
  },
  {
    id: 'haproxy-health-check-time',
    property: 'healthCheck',
    allowed: 'whole milliseconds from 100 to 60000',
    why: 'Members would be flooded with questions, or a failover would go unnoticed.',
    find: ({ healthCheck: { interval, fastInterval, downInterval, timeout } }) => Object.entries({ interval, fastInterval, downInterval, timeout })
      .filter(([, value]) => !isWholeNumber(value, 100, 60000))
      .map(([key, received]) => ({ property: `healthCheck.${key}`, received })),
  },
  valueRule('haproxy-fall', 'healthCheck.fall', '1 to 10', 'A failover would go unnoticed.',
    ({ healthCheck }) => healthCheck.fall, value => isWholeNumber(value, 1, 10)),
  valueRule('haproxy-rise', 'healthCheck.rise', '1 to 10', 'The new leader would stay unused.',
    ({ healthCheck }) => healthCheck.rise, value => isWholeNumber(value, 1, 10)),
  valueRule('haproxy-cluster-domain', 'clusterDomain', 'a DNS name', 'No member would be found.',
    ({ clusterDomain }) => clusterDomain, domain => DNS_1123.test(domain)),
  valueRule('haproxy-max-lag', 'readOnly.maxLag', 'whole kibibytes, not negative', 'Patroni would take no replica, or every one.',
    ({ readOnly }) => readOnly?.maxLag, value => isWholeNumber(kibibytes(value), 0)),
  valueRule('haproxy-tags', 'readOnly.tags', 'names of A-Z a-z 0-9 _ - and one-line values', 'Patroni would take no replica.',
    ({ readOnly }) => readOnly?.tags, tags => Object.entries(tags).every(([name, value]) => /^[\w-]+$/.test(name) && isOneLine(value))),
  {
    id: 'haproxy-read-check-fallback',
    property: 'readOnly.fallbackToLeader',
    allowed: 'not false with HaproxyReadCheck.READ_ONLY',
    why: 'The leader passes that check already.',
    find: ({ readOnly }) => readOnly?.check === HaproxyReadCheck.READ_ONLY && !readOnly.fallbackToLeader ? [{ received: false }] : [],
  },
  ...patroniTlsRules<HaproxyConfigSpec>('', ({ patroniTls }) => patroniTls),
];

/** Checks of a proxy by HAProxy. */
export const HAPROXY_RULES: readonly Rule<HaproxySpec>[] = [
  ...proxyRules<HaproxySpec>('HAProxy keeps buffers for every connection: without a limit many clients take the memory of the node.', objectNames),
  {
    id: 'haproxy-init-state',
    property: 'uncheckedLines',
    allowed: 'init-state with HAProxy 3.1 or newer only',
    why: 'Older ones refuse the configuration: the pod starts again forever.',
    find: ({ config }) => knowsInitState(config.image) ? [] : badLines(config, line => /\binit-state\b/.test(line)),
  },
  {
    id: 'haproxy-extra-section',
    property: 'uncheckedLines',
    allowed: SECTIONS.join(', '),
    why: 'The lines would be lost.',
    find: ({ config }) => Object.keys(config.uncheckedLines).filter(section => !SECTIONS.includes(section)).map(received => ({ received })),
  },
  {
    id: 'haproxy-extra-line',
    property: 'uncheckedLines',
    allowed: 'single lines that begin no section and are no directive such as .if',
    why: 'What follows would end up in another section, or be left out, silently.',
    find: ({ config }) => badLines(config, line => !isOneLine(line) || SECTION_KEYWORD.test(bare(line)) || DIRECTIVE.test(bare(line))),
  },
  {
    id: 'haproxy-config',
    property: 'uncheckedConfig',
    allowed: 'a configuration with the ports 5000 and 8404',
    why: 'The Services and the probes would reach nothing.',
    find: ({ uncheckedConfig: config }) => config === undefined || (/:5000\b/.test(config) && /:8404\b/.test(config)) ? [] : [{ received: 'a text (not shown)' }],
  },
  {
    id: 'haproxy-ignored',
    property: 'uncheckedConfig',
    allowed: 'nothing that shapes the library\'s configuration beside uncheckedConfig, or readers where readOnly.enabled is false',
    why: 'It would silently have no effect.',
    find: ({ ignored }) => ignored.map(property => ({ property, received: 'a value without effect' })),
  },
  valueRule('haproxy-max-members', 'maxMembers', 'at least the number of members, with DNS_TEMPLATE',
    'A member without room gets no connections; were it the leader, nobody could write.',
    ({ config }) => config.maxMembers, (value, { config }) => isWholeNumber(value, Math.max(1, config.cluster.instances), 100)
      && config.discovery === MemberDiscovery.DNS_TEMPLATE),
  valueRule('haproxy-max-connections', 'maxConnections', '10 to 100000', 'HAProxy refuses the configuration or its clients.',
    ({ config }) => config.maxConnections, value => isWholeNumber(value, 10, 100000)),
  valueRule('haproxy-session-timeout', 'sessionTimeout', 'whole seconds from 10 to 604800',
    'Idle sessions of every application would be cut again and again, or never.',
    ({ config }) => config.sessionTimeout, value => isWholeNumber(value, 10, 604800)),
  ...below<HaproxySpec, HaproxyConfigSpec>('', ({ config }) => config, checkRules),
  ...serviceRules<HaproxySpec>('readWriteService', ({ readWriteService, readOnlyService }) => [
    { property: 'readWriteService', service: readWriteService }, { property: 'readOnlyService', service: readOnlyService },
  ], PROXY_LABELS),
  ...workloadRules<HaproxySpec>(haproxyWorkload, () => 'haproxy'),
];
