/** The last lines of `.ci/run`: `tsx scripts/ci/summary.ts RESULT...`, JSON results of jest. */
import { readResult, summary } from './results';

console.log(summary(process.argv.slice(2).map(readResult)).join('\n'));
