import { Duration } from 'cdk8s';

/** A duration in seconds; fractions are kept so that rules can see them. */
export function seconds(duration: Duration): number;
export function seconds(duration: Duration | undefined): number | undefined;
export function seconds(duration?: Duration): number | undefined {
  return duration && duration.toMilliseconds() / 1000;
}
