import { Cron } from 'croner';
import { FeatureContext } from './feature';
import { Rule } from './rule';
import { MAX_CRON_JOB_NAME } from '../spilo/names';

/** Extensions of other schedulers that croner reads and cron does not. */
const FOREIGN = /[LW#?]/;

/** Schedules that were looked at before: the clusters of a fleet share a few. */
const known = new Map<string, boolean>();

/** Whether the cron of the image runs a line with this schedule. */
export function isCron(expression: string): boolean {
  const result = known.get(expression) ?? isReadable(expression);
  known.set(expression, result);
  return result;
}

function isReadable(expression: string): boolean {
  if (FOREIGN.test(expression.replace(/JUL/gi, ''))) { return false; }
  try {
    new Cron(expression, { paused: true, mode: '5-part' });
    return true;
  } catch {
    return false;
  }
}

/** A rule that the name of a feature's CronJob is not too long, if it has one. */
export function cronJobNameRule(
  id: string, property: string, suffix: string, otherwise: string, hasOne: (context: FeatureContext) => boolean,
): Rule<FeatureContext> {
  return {
    id,
    property,
    allowed: `a clusterName of at most ${MAX_CRON_JOB_NAME - suffix.length - 1} characters, ${otherwise}`,
    why: `The API server refuses the CronJob \`<cluster>-${suffix}\`: its name may have ${MAX_CRON_JOB_NAME} characters.`,
    find: context => {
      const name = context.names.suffixed(suffix);
      return hasOne(context) && name.length > MAX_CRON_JOB_NAME ? [{ received: name }] : [];
    },
  };
}
