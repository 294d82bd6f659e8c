import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A test, or a suite that did not run at all, and what an attempt failed of. */
export interface Attempt {
  readonly suite: string;
  readonly test?: string;
  readonly reason: string;
}

/** What is read of a JSON result of jest. `lab/support/reporter.js` adds the last three. */
export interface Result {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
  readonly failures?: readonly Attempt[];
  readonly repeated?: readonly Attempt[];
  readonly lostWrites?: readonly Attempt[];
}

export const readResult = (path: string): Result => JSON.parse(readFileSync(path, 'utf8'));

/** The suites that failed, to be looked at once more. None where acknowledged writes were lost: that happened, and no repetition undoes it. */
export function suitesToRepeat({ testResults, lostWrites = [] }: Result): string[] {
  return lostWrites.length > 0 ? [] : testResults.filter(({ status }) => status === 'failed').map(({ name }) => basename(name));
}

/** The last lines of a summary: every repetition, and how many tests there were. Of a suite that ran twice, the second run counts. */
export function summary(results: readonly Result[]): string[] {
  const inOrder = [...results].sort((a, b) => a.startTime - b.startTime);
  return [
    ...repetitions(inOrder).map(({ suite, test, reason }) => `REPEATED ${[suite, ...test ? [test] : []].join(' > ')}: first failed with ${reason}`),
    counts(inOrder),
  ];
}

function repetitions(inOrder: readonly Result[]): Attempt[] {
  return inOrder.flatMap(({ repeated = [], failures = [] }, n) => {
    const later = inOrder.slice(n + 1).flatMap(({ testResults }) => testResults.map(({ name }) => name));
    const ranAgain = ({ suite }: Attempt) => later.some(name => name.endsWith(`/${suite}`));
    const known = ({ suite, test }: Attempt) => repeated.some(each => each.suite === suite && each.test === test);
    return [...repeated, ...failures.filter(failure => ranAgain(failure) && !known(failure))];
  });
}

function counts(inOrder: readonly Result[]): string {
  const suites = [...new Map(inOrder.flatMap(({ testResults }) => testResults).map(suite => [suite.name, suite])).values()];
  const tests = suites.flatMap(({ assertionResults }) => assertionResults);
  const number = (...statuses: string[]) => tests.filter(({ status }) => statuses.includes(status)).length;
  // A suite that did not run has no tests, and must not pass for none that failed.
  const broken = suites.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed')).length;
  return `tests: ${number('passed')} passed, ${number('failed') + broken} failed, ${number('pending', 'skipped', 'todo')} skipped`;
}
