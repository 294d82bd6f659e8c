import { isCronJobSchedule, isCrontab } from '../../src/kernel/cron';

/** Two readers with grammars of their own: Debian's cron in the image, which ignores a line that it cannot read, and the CronJob controller. */
test.each([
  ['* * * * *', true, true],
  ['0 1 * * *', true, true],
  ['00 01 * * *', true, true],
  ['0  1 * * *', true, true],
  ['*/15 * * * *', true, true],
  ['0-30/5 0-6,18-23 1,15 * 1-5', true, true],
  ['0 1 * JAN,jul,Dec MON-fri', true, true],
  ['0 1 * * WED', true, true],
  ['0 1 29 2 *', true, true],
  ['0 1 31 2 mon', true, true],
  // Sunday is 0 for both, 7 only for cron.
  ['0 0 * * 0', true, true],
  ['59 23 31 12 7', true, false],
  ['0 1 * * 6-7', true, false],
  // A date that no year has.
  ['0 1 30 2 *', false, false],
  ['0 1 31 4,6,9,11 *', false, false],
  // What other readers of cron know.
  ['* * L * *', false, false],
  ['* * 15W * *', false, false],
  ['0 1 15w * *', false, false],
  ['0 1 l * *', false, false],
  ['* * * * 1#2', false, false],
  ['* * ? * *', false, false],
  ['@daily', false, false],
  ['TZ=UTC 0 1 * * *', false, false],
  // Numbers out of their range, and what is none.
  ['60 * * * *', false, false],
  ['* 24 * * *', false, false],
  ['* * 0 * *', false, false],
  ['* * 32 * *', false, false],
  ['* * * 13 *', false, false],
  ['* * * * 8', false, false],
  ['-1 * * * *', false, false],
  ['0 1 * * +1', false, false],
  ['a * * * *', false, false],
  ['1.5 * * * *', false, false],
  ['5-1 * * * *', false, false],
  ['0-99 * * * *', false, false],
  ['0 1 * * mon-day', false, false],
  ['0 1 * * mon-', false, false],
  ['0 1 * * -fri', false, false],
  ['0 1 * jan-13 *', false, false],
  ['1-2-3 * * * *', false, false],
  ['1, * * * *', false, false],
  ['5/10 * * * *', false, false],
  ['*/0 * * * *', false, false],
  // More or fewer fields, and more than one line.
  ['', false, false],
  ['* * * *', false, false],
  ['* * * * * *', false, false],
  ['0 1 * * *\n* * * * * rm', false, false],
  ['0\t1 * * *', false, false],
])('%j: crontab %s, CronJob %s', (schedule, crontab, cronJob) => {
  expect([isCrontab(schedule), isCronJobSchedule(schedule)]).toEqual([crontab, cronJob]);
});

test.each([undefined, null, 5, {}])('%p is no schedule', value => {
  expect([isCrontab(value), isCronJobSchedule(value)]).toEqual([false, false]);
});
