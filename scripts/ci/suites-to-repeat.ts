/** `tsx scripts/ci/suites-to-repeat.ts RESULT` prints the suites of a JSON result of jest that may be run once more, see `suitesToRepeat`. */
import { readResult, suitesToRepeat } from './results';

console.log(suitesToRepeat(readResult(process.argv[2])).join(' '));
