/** `npm run bench`: the cost of SpiloCluster beside its alternatives, as ratios within one run. */
import { deepStrictEqual } from 'node:assert';
import { parseAllDocuments } from 'yaml';
import { Contender, Contenders, contenders, Layout } from './contenders';
import { importTimes } from './import-time';
import { measure, median, medianRatio } from './statistics';

interface Row {
  readonly count: number;
  readonly layout: Layout;
  readonly rounds: number;
  /** Renders per round: one cluster is too short for the clock. */
  readonly repeat?: number;
}

const ROWS: Row[] = [
  { count: 1, layout: 'one chart', rounds: 21, repeat: 50 },
  { count: 100, layout: 'one chart', rounds: 15 },
  { count: 1000, layout: 'one chart', rounds: 7 },
  { count: 100, layout: 'a chart each', rounds: 15 },
];

mustBeEqual(contenders(2, 'one chart'));
console.log('CPU milliseconds per cluster: a = yaml.stringify of plain data, b = hand-written ApiObjects, c = SpiloCluster\n');
console.log('               clusters        a        b        c    c/b    b/a');
const [, hundred, thousand] = ROWS.map(printRow);
console.log(`\nlinear: one of 1000 clusters costs ${(thousand / hundred).toFixed(2)} x one of 100`);

const imports = importTimes(21);
const [library, peers] = [imports.map(times => times.library), imports.map(times => times.peers)].map(median);
console.log(`import: ${library.toFixed(1)} ms, after ${peers.toFixed(1)} ms of cdk8s-plus-27 with cdk8s`);

/** @returns milliseconds per SpiloCluster. */
function printRow({ count, layout, rounds, repeat = 1 }: Row): number {
  const all = contenders(count, layout);
  const times = measure(rounds, {
    a: () => renderOften(repeat, all.plainData, count),
    b: () => renderOften(repeat, all.apiObjects, count),
    c: () => renderOften(repeat, all.spiloCluster, count),
  });
  const [a, b, c] = [times.a, times.b, times.c].map(each => median(each) / count / repeat);
  const ratios = [medianRatio(times.c, times.b), medianRatio(times.b, times.a)];
  console.log([
    `${count}, ${layout}`.padStart(23),
    ...[a, b, c].map(ms => ms.toFixed(3).padStart(8)),
    ...ratios.map(ratio => ratio.toFixed(2).padStart(6)),
  ].join(' '));
  return c;
}

function renderOften(repeat: number, contender: Contender, count: number): void {
  for (let i = 0; i < repeat; i++) { contender(count); }
}

/** Otherwise their times mean nothing. Order of keys and of text aside: patches append. */
function mustBeEqual({ plainData, apiObjects, spiloCluster }: Contenders): void {
  const documents = (text: string) => parseAllDocuments(text).map(document => document.toJS());
  const [expected, ...others] = [plainData(2), apiObjects(2), spiloCluster(2)].map(documents);
  others.forEach(other => deepStrictEqual(other, expected));
}
