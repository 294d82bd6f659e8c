import { Cron } from 'croner';

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
