import { livenessPeriod, secondsUntilSuccession } from './probes';
import { PatroniSpec } from './spec';
import { tagProblem } from './tags';
import { isMap } from '../../kernel/data';
import { kibibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';
import { patroniNumber } from '../../spilo/image';
import { ClusterSpec } from '../../spilo/spec';

const LEAST_SECONDS = { ttl: 20, loopWait: 1, retryTimeout: 3 };
const SLOT_NAME = /^[a-z0-9_]{1,63}$/;

const isSynchronous = ({ synchronous: { mode } }: PatroniSpec) => mode !== 'off';
const isText = (value: unknown) => isOneLine(value) && value.trim() !== '';

function badTags({ patroni }: ClusterSpec): Finding[] {
  return Object.entries(patroni.tags).flatMap(([name, value]): Finding[] => {
    if (!isOneLine(value) || name === '') { return [{ received: { [name]: value } }]; }
    const allowed = tagProblem(name, value, isSynchronous(patroni));
    return allowed === undefined ? [] : [{ received: { [name]: value }, allowed }];
  });
}

function badSlots({ patroni: { slots } }: ClusterSpec): Finding[] {
  return Object.entries(slots)
    .filter(([name, slot]) => !SLOT_NAME.test(name) || (slot.type === 'logical' && !(isText(slot.database) && isText(slot.plugin))))
    .map(([name, received]) => ({ received: { [name]: received } }));
}

/** Checks of the property `patroni`. */
export const patroniRules: readonly Rule<ClusterSpec>[] = [
  {
    id: 'patroni-period',
    property: 'patroni.timing',
    allowed: 'whole seconds: ttl at least 20, loopWait at least 1, retryTimeout at least 3',
    why: 'Patroni replaces a smaller value by its default, silently.',
    find: ({ patroni }) => Object.entries(LEAST_SECONDS)
      .map(([name, least]) => ({ name, least, value: patroni[name as keyof typeof LEAST_SECONDS] }))
      .filter(({ value, least }) => !isWholeNumber(value, least))
      .map(({ name, value }) => ({ property: `patroni.timing.${name}`, received: value })),
  },
  {
    id: 'patroni-timing',
    property: 'patroni.timing',
    allowed: 'loopWait + 2 * retryTimeout <= ttl',
    why: 'The lock could expire while its owner still retries; Patroni replaces the three values by its own.',
    find: ({ patroni: { ttl, loopWait, retryTimeout } }) => loopWait + 2 * retryTimeout > ttl ? [{ received: { ttl, loopWait, retryTimeout } }] : [],
  },
  {
    id: 'patroni-probe',
    property: 'patroni.timing',
    allowed: 'at least 7 s from loopWait to ttl',
    why: 'A leader that hangs could not be ended before another member leads: both would take writes.',
    find: ({ patroni }) => Number.isFinite(secondsUntilSuccession(patroni)) && livenessPeriod(patroni) < 1
      ? [{ received: { ttl: patroni.ttl, loopWait: patroni.loopWait } }] : [],
  },
  {
    id: 'patroni-fencing-image',
    property: 'patroni.fencing',
    allowed: 'Fencing.watchdog() only with an image with which it was proven (SpiloImageFacts.fencing)',
    why: 'It rests on a driver that Patroni keeps for its own tests, and without it no member would lead.',
    find: ({ patroni: { fencing }, image }) => fencing.mode === 'watchdog' && !image.fencing ? [{ received: `watchdog with ${image.reference}` }] : [],
  },
  {
    id: 'patroni-fencing-margin',
    property: 'patroni.fencing',
    allowed: 'a safetyMargin of whole seconds, at least 1, with loopWait + retryTimeout <= ttl - safetyMargin',
    why: 'PostgreSQL would be ended too late, or while Patroni still waits for an answer of the Kubernetes API as it may.',
    find: ({ patroni: { fencing: { mode, safetyMargin }, ttl, loopWait, retryTimeout } }) =>
      mode === 'watchdog' && !(isWholeNumber(safetyMargin, 1) && loopWait + retryTimeout <= ttl - safetyMargin)
        ? [{ received: { safetyMargin, ttl, loopWait, retryTimeout } }] : [],
  },
  valueRule('patroni-maximum-lag', 'patroni.maximumLagOnFailover', 'more than zero, in whole bytes',
    'No replica could ever become leader.',
    ({ patroni }) => patroni.maximumLagOnFailover, size => isWholeNumber(kibibytes(size) * 1024, 1)),
  valueRule('patroni-synchronous-nodes', 'patroni.synchronous', 'a whole number of at least 1 as nodes',
    'Patroni takes 1 instead, silently.',
    ({ patroni }) => patroni.synchronous.nodes, count => isWholeNumber(count, 1)),
  {
    id: 'patroni-synchronous-members',
    property: 'patroni.synchronous',
    allowed: 'fewer nodes than instances, so that there is a replica for each',
    why: 'In strict mode every commit would hang; otherwise the promise is silently not kept.',
    find: ({ patroni, instances }) => isSynchronous(patroni) && instances > 0 && patroni.synchronous.nodes >= instances
      ? [{ received: patroni.synchronous.nodes }] : [],
  },
  {
    id: 'patroni-quorum',
    property: 'patroni.synchronous',
    allowed: 'Synchronous.quorum() only with Patroni 4.0 or newer',
    why: 'Older ones take the word for on, and wait for named replicas.',
    find: ({ patroni, image }) => patroni.synchronous.mode === 'quorum' && patroniNumber(image) < 400 ? [{ received: `quorum with Patroni ${image.patroniVersion}` }] : [],
  },
  valueRule('patroni-failsafe', 'patroni.failsafeMode', 'true only with Patroni 3.0 or newer; set it to false for this image',
    'Patroni 2 ignores the option, and an outage of the Kubernetes API stops all writes.',
    ({ patroni }) => patroni.failsafeMode, (on, { image }) => !on || patroniNumber(image) >= 300),
  valueRule('patroni-primary-start-timeout', 'patroni.primaryStartTimeout', 'whole seconds',
    'Patroni takes 300 instead, silently.',
    ({ patroni }) => patroni.primaryStartTimeout, value => isWholeNumber(value, 0)),
  {
    id: 'patroni-slot',
    property: 'patroni.slots',
    allowed: 'names of 1 to 63 of a-z 0-9 _, and a database and a plugin for logical slots',
    why: 'PostgreSQL refuses the slot; a consumer would find none after a failover.',
    find: badSlots,
  },
  {
    id: 'patroni-slot-wal-level',
    property: 'patroni.slots',
    allowed: 'logical slots only with postgres.parameters.wal_level logical',
    why: 'PostgreSQL makes no logical slot with another level: Patroni tries again in every loop, and there is none.',
    find: ({ patroni: { slots }, postgres: { parameters } }) => parameters.wal_level === 'logical' ? []
      : Object.entries(slots).filter(([, { type }]) => type === 'logical').map(([name]) => ({ received: `${name} with wal_level ${parameters.wal_level}` })),
  },
  {
    id: 'patroni-ignored-slot',
    property: 'patroni.ignoreSlots',
    allowed: 'at least one of name, type (physical or logical), database and plugin, each a text in one line',
    why: 'Patroni would ignore all slots, also those that nobody needs any more, or none.',
    find: ({ patroni: { ignoreSlots } }) => ignoreSlots
      .filter(slot => Object.keys(slot).length === 0 || !Object.values(slot).every(isText) || ![undefined, 'physical', 'logical'].includes(slot.type))
      .map(received => ({ received })),
  },
  {
    id: 'patroni-tag',
    property: 'patroni.tags',
    allowed: 'one-line strings, true or false where Patroni asks for that, that leave every member fit to become leader and, in synchronous mode, synchronous replica',
    why: 'Tags are the same on all members: a cluster in which no member may become leader never fails over.',
    find: badTags,
  },
  {
    id: 'patroni-bypass-namespace',
    property: 'patroni.bypassApiService',
    allowed: 'true only in a chart with a namespace',
    why: 'The Role lies in the namespace default and must name the namespace of the ServiceAccount.',
    find: ({ patroni, namespace }) => patroni.bypassApiService && namespace === undefined ? [{ received: true }] : [],
  },
  {
    id: 'patroni-unchecked-configuration',
    property: 'patroni.uncheckedConfiguration',
    allowed: 'a map of keys as SPILO_CONFIGURATION has them, of texts, numbers, booleans, lists and maps',
    why: 'It is written as YAML, which carries nothing else.',
    find: ({ patroni: { uncheckedConfiguration: given } }) => isMap(given) && isPlain(given) ? [] : [{ received: typeof given }],
  },
];

/** What YAML can carry. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) { return value.every(isPlain); }
  if (isMap(value)) { return Object.values(value).every(isPlain); }
  return value === null || ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && Number.isFinite(value));
}
