/** One field of a schedule: its least and its largest number, and names that stand for numbers. */
interface Field { readonly least: number; readonly most: number; readonly names?: readonly string[] }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const [MINUTE, HOUR, DAY, MONTH]: readonly Field[] = [
  { least: 0, most: 59 }, { least: 0, most: 23 }, { least: 1, most: 31 }, { least: 1, most: 12, names: MONTHS },
];
/** Cron takes both 0 and 7 for Sunday, a CronJob only 0. */
const weekday = (most: number): Field => ({ least: 0, most, names: WEEKDAYS });

/** What both readers take. */
export const SCHEDULE_SYNTAX = 'five fields for minute, hour, day, month, weekday, each *, a number, a range, a list, or one of these with a step: 0 1 * * mon-fri, */15 0-6 1,15 * *';

/** Whether the cron of the image runs a line of a crontab with this schedule. */
export function isCrontab(schedule: unknown): schedule is string {
  return isSchedule(schedule, [MINUTE, HOUR, DAY, MONTH, weekday(7)]);
}

/** Whether a CronJob may have this schedule. */
export function isCronJobSchedule(schedule: unknown): schedule is string {
  return isSchedule(schedule, [MINUTE, HOUR, DAY, MONTH, weekday(6)]);
}

/** Cron ignores a line that it cannot read; a date that no year has is one that never comes. */
function isSchedule(schedule: unknown, fields: readonly Field[]): boolean {
  if (typeof schedule !== 'string') { return false; }
  const texts = schedule.split(' ').filter(text => text !== '');
  const values = fields.map((field, index) => valuesOf(texts[index] ?? '', field));
  if (texts.length !== fields.length || values.some(list => list === undefined)) { return false; }
  const [, , days, months] = values as number[][];
  const anyWeekday = texts[4] === '*';
  return !anyWeekday || months.some(month => days.some(day => day <= LONGEST_MONTH[month - 1]));
}

/** The numbers that a field matches, or nothing if it cannot be read. */
function valuesOf(text: string, field: Field): number[] | undefined {
  const parts = text.split(',').map(part => partOf(part, field));
  return parts.some(part => part === undefined) ? undefined : (parts as number[][]).flat();
}

function partOf(text: string, field: Field): number[] | undefined {
  const [, range, stepText] = /^([^/]+?)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  if (range === undefined) { return undefined; }
  const ends = range === '*' ? [field.least, field.most] : range.split('-').map(end => numberOf(end, field));
  if (ends.includes(undefined) || ends.length > 2) { return undefined; }
  const [first, last = first] = ends as number[];
  const step = stepText === undefined ? 1 : Number(stepText);
  if (first > last || step < 1) { return undefined; }
  // A step after a single number is read in two ways: cron refuses it.
  const isRange = range === '*' || range.includes('-');
  if (stepText !== undefined && !isRange) { return undefined; }
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function numberOf(text: string, { least, most, names }: Field): number | undefined {
  const byName = names?.indexOf(text.toLowerCase()) ?? -1;
  if (byName >= 0) { return byName + (names === MONTHS ? 1 : 0); }
  const value = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
}
