import { livenessPeriod, secondsUntilSuccession } from './probes';
import { Feature } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { programs } from '../../spilo/companions';
import { PGDATA, PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** Where Patroni finds its watchdog. */
const PIPE = '/run/fence';
/** What the image starts by itself. */
const SPILO = ['/launch.sh', 'init'];

const rules: Rule<ClusterSpec>[] = [
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
    why: "It rests on a driver that Patroni keeps for its own tests, and without it no member would lead.",
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
];

/** The program that ends PostgreSQL when Patroni is silent. It stands before Patroni starts, and ends with the container. */
export const fencingFeature: Feature<ClusterSpec> = {
  rules,
  contribute: spec => {
    const { mode, safetyMargin } = spec.patroni.fencing;
    if (mode !== 'watchdog') { return {}; }
    const { volume, mount } = programs(spec);
    return {
      programs: ['features/patroni/programs/fence.py', 'kit/programs/say.py'],
      volumes: [volume],
      mounts: [mount],
      container: { command: ['/bin/sh', '-c', `python3 ${PROGRAMS}/fence.py ${PIPE} ${PGDATA} && exec "$@"`, 'sh', ...SPILO] },
      configuration: { watchdog: { mode: 'required', driver: 'testing', device: PIPE, safety_margin: safetyMargin } },
    };
  },
};
