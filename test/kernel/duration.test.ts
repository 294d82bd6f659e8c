import { Duration } from 'cdk8s';
import { seconds } from '../../src/kernel/duration';

test.each([
  [Duration.seconds(30), 30], [Duration.minutes(2), 120], [Duration.days(7), 604800], [Duration.seconds(0), 0],
  // Fractions are kept, for a rule to find: Duration.toSeconds() would throw.
  [Duration.millis(1500), 1.5],
])('%#: a duration is %d seconds', (duration, expected) => {
  expect(seconds(duration)).toBe(expected);
});

test('no duration is no number', () => {
  expect(seconds(undefined)).toBeUndefined();
});
