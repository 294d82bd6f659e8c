import { Latency, LATENCY_METHOD } from './latency';
import { Observation } from './observed';

/** A cluster of the table. */
export interface Column {
  readonly cluster: string;
  readonly title: string;
  /** What its mode promises. */
  readonly loses?: 'nothing';
}

/** Where it was measured. */
export interface Place {
  readonly date: string;
  readonly kubernetes: string;
  readonly image: string;
  readonly postgres: string;
  readonly patroni: string;
  readonly processors: number;
  /** What was given to the command. */
  readonly options: string;
  readonly load: number;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const most = (values: readonly number[]) => Math.max(...values).toFixed(1).replace(/^0\.0$/, '0');

/** docs/evidence/consistency.md. */
export function page(place: Place, columns: readonly Column[], observations: readonly Observation[], costs: readonly Latency[]): string {
  const faults = [...new Set(observations.map(({ fault }) => fault))];
  const rows = (cell: (found: Observation[]) => string) => faults.map(fault => {
    const cells = columns.map(({ cluster }) => observations.filter(each => each.fault === fault && each.cluster === cluster));
    return [fault, String(Math.max(...cells.map(({ length }) => length))), ...cells.map(found => found.length === 0 ? '-' : cell(found))];
  });
  const head = ['fault, to the leader', 'runs', ...columns.map(({ title }) => title)];
  const odd = ({ anomalies: { lost, aheadOnReplica, ...others } }: Observation) => sum(Object.values(others).map(({ length }) => length));

  return `# Evidence: a leader that is neither well nor gone

Written by \`npm run evidence:consistency -- ${place.options}\` on ${place.date}; do not edit.
\`--only\` with a part of a fault's name repeats its row, \`--longest\` leaves out what lasts longer. Kubernetes ${place.kubernetes}, three nodes on one machine with ${place.processors} processors (load while measuring: ${place.load.toFixed(1)}); PostgreSQL ${place.postgres}, Patroni
${place.patroni}, image \`${place.image}\`, in the lab a double of it with real PostgreSQL and Patroni. The clusters stand beside each other and
get each fault at the same moment. The how-to is a manifest by hand, unchanged (\`lab/cluster/fixtures/how-to-by-hand.yaml\`).

What is done is in \`lab/cluster/support/consistency/faults.ts\`. Clients on a node without the leader append to lists, move money and
read and write registers, each over one session for as long as the server lets it (\`clients.py\`). \`checker.ts\` and
[porcupine](https://github.com/anishathalye/porcupine) hold what they were told against what is there at the end. Figures are the
longest of the runs; there are too few for medians.

## Two writers

Each member is asked ten times a second whether it takes a write that waits for no replica. Seconds in which two did:

${table(head, rows(found => most(found.map(({ twoWriters }) => twoWriters.seconds))))}

## Acknowledged writes that are gone

Of all that were acknowledged. Asynchronous replication (the first two, and the how-to) promises nothing here.

${table(head, rows(found => `${sum(found.map(({ anomalies: { lost } }) => lost.length))} of ${sum(found.map(({ acknowledged }) => acknowledged))}`))}

## What else was not as somebody was told

Values that are there twice, in another order than they were acknowledged in, or though they were refused; lists that were seen and
never came to be; money that came or went. With what is lost, what was seen of it never came to be.

${table(head, rows(found => String(sum(found.map(odd)))))}

Lists that were seen on a replica and never came to be. PostgreSQL promises nothing here: a replica may show a commit that no client was told of
yet, and that goes with its leader.

${table(head, rows(found => String(sum(found.map(({ anomalies: { aheadOnReplica } }) => aheadOnReplica.length)))))}

Registers whose reads and writes fit no order (Illegal), by fault:

${table(head, rows(found => [...new Set(found.map(({ registers }) => registers.split(',')[0]))].join(', ')))}

## How long writes stopped

Seconds between two acknowledged appends:

${table(head, rows(found => most(found.map(({ outage }) => outage))))}

## What a commit costs

${LATENCY_METHOD}.

${table(['', ...costs.map(({ cluster }) => columns.find(column => column.cluster === cluster)!.title)], [
  ['latency (ms)', ...costs.map(({ milliseconds }) => milliseconds.toFixed(2))],
  ['transactions a second', ...costs.map(({ transactions }) => transactions.toFixed(0))],
])}

## Whether the leader changed, and how many containers were started again

${table(head, rows(found => `${found.every(({ sameLeader }) => sameLeader) ? 'no' : 'yes'}, ${sum(found.map(({ restarts }) => restarts))}`))}
`;
}
