import { isCron } from '../../src/kernel/cron';

test.each([
  '* * * * *', '0 1 * * *', '00 01 * * *', '59 23 31 12 7', '0 0 * * 0', '*/15 * * * *', '0-30/5 0-6,18-23 1,15 * 1-5', '0 1 * JAN,jul,Dec MON-fri',
])('%s runs', expression => {
  expect(isCron(expression)).toBe(true);
});

test.each([
  '', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * * 8', '-1 * * * *', 'a * * * *', '*/0 * * * *', '5-1 * * * *',
  '* * L * *', '* * 15W * *', '* * * * 1#2', '* * ? * *', '0 1 * * *\n* * * * * rm',
])('%j does not run', expression => {
  expect(isCron(expression)).toBe(false);
});
