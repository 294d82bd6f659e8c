import { k8s } from 'cdk8s-plus-27';
import { PatroniSpec } from './spec';
import { PATRONI_PORT } from '../../spilo/paths';

/** A failed liveness probe means that Patroni is silent: it cannot stop PostgreSQL in order, so there is nothing to wait for. */
const GRACE_SECONDS = 1;
/** The kubelet waits two seconds at least, and needs a moment of its own. */
const KILL_SECONDS = 3;
const FAILURES = 3;
/** Later than Kubernetes' own period nobody looks. */
const LONGEST_PERIOD = 10;

/**
 * How long after its leader has gone silent another member may lead, at the earliest: the lock was renewed a round of
 * Patroni's loop ago at most.
 */
export const secondsUntilSuccession = ({ ttl, loopWait }: PatroniSpec): number => ttl - loopWait;

/**
 * The period of the liveness probe, and its time limit. A member that falls silent just after a look is looked at three times
 * more, the last one runs into the limit, and then the kubelet kills: all of that must be over before another member leads. Zero
 * where the timing leaves no room for it.
 */
export function livenessPeriod(patroni: PatroniSpec): number {
  const room = secondsUntilSuccession(patroni) - KILL_SECONDS;
  return Math.min(LONGEST_PERIOD, Math.max(0, Math.floor(room / (FAILURES + 1))));
}

/**
 * Probes ask Patroni, not PostgreSQL: a liveness probe on PostgreSQL would kill a member that recovers. The first start
 * may take long (ownership of a large volume, a base backup from afar), hence half an hour for the startup probe; who has not
 * started yet does not lead.
 */
export function probes(patroni: PatroniSpec): Partial<k8s.Container> {
  const httpGet = (path: string) => ({ path, port: k8s.IntOrString.fromNumber(PATRONI_PORT), scheme: 'HTTP' });
  const period = livenessPeriod(patroni);
  return {
    startupProbe: { httpGet: httpGet('/liveness'), periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 900 },
    readinessProbe: { httpGet: httpGet('/readiness'), periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: {
      httpGet: httpGet('/liveness'),
      periodSeconds: period,
      timeoutSeconds: period,
      failureThreshold: FAILURES,
      // Of its own: the pod's is for an orderly stop, during which a leader that hangs would go on taking writes.
      terminationGracePeriodSeconds: GRACE_SECONDS,
    },
  };
}
