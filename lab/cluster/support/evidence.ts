import { Partition } from './arena';
import { Measurement } from './measure';

/** What is known of the place where it was measured. */
export interface Place {
  readonly date: string;
  readonly kubernetes: string;
  readonly postgres: string;
  readonly patroni: string;
  readonly image: string;
  readonly nodes: number;
  readonly processors: number;
  /** Of the machine while it was measured, the mean of one-minute averages. */
  readonly load: number;
  readonly rounds: number;
  /** The events that lose the leader without a word. */
  readonly losses: readonly string[];
}

/** A column of the table: one cluster. */
export interface Column { readonly cluster: string; readonly title: string; readonly synchronous?: boolean }

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const all = sorted(values);
  const middle = all.length / 2;
  return all.length % 2 ? all[Math.floor(middle)] : (all[middle - 1] + all[middle]) / 2;
}

/** The median of fewer runs would say nothing. */
const ENOUGH_RUNS = 5;

const figures = (values: readonly number[]): string => {
  const max = Math.max(...values);
  if (max < 0.5) { return '0'; }
  return values.length < ENOUGH_RUNS ? max.toFixed(1) : `${median(values).toFixed(1)} / ${max.toFixed(1)}`;
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

/** The page. */
export function page(place: Place, columns: readonly Column[], measurements: readonly Measurement[], partitions: readonly Partition[]): string {
  const faults = [...new Set(measurements.map(({ fault }) => fault))];
  const of = (fault: string, cluster: string) => measurements.filter(each => each.fault === fault && each.cluster === cluster);
  const rows = (cell: (found: Measurement[]) => string) => faults.map(fault => [
    fault, String(of(fault, columns[0].cluster).length), ...columns.map(({ cluster }) => {
      const found = of(fault, cluster);
      return found.length === 0 ? '-' : cell(found);
    }),
  ]);
  const head = ['event', 'runs', ...columns.map(({ title }) => title)];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const acknowledged = (found: readonly Measurement[]) => sum(found.flatMap(({ report }) => Object.values(report).filter(({ kind }) => kind === 'write').map(path => path.acknowledged)));
  const lostLeaders = columns.filter(({ synchronous }) => synchronous).map(({ cluster, title }) => {
    const found = measurements.filter(each => each.cluster === cluster && place.losses.includes(each.fault));
    return `${title}: the leader was lost ${found.length} times without notice, and ${sum(found.map(({ lost }) => lost))} acknowledged writes with it.`;
  });
  const totals = columns.map(({ cluster }) => {
    const all = measurements.filter(each => each.cluster === cluster);
    return `${sum(all.map(({ lost }) => lost))} of ${acknowledged(all)}`;
  });

  return `# Evidence: what happens to writers when something breaks

Written by \`npm run evidence -- --rounds ${place.rounds}\` on ${place.date}; do not edit. Kubernetes ${place.kubernetes}, ${place.nodes} nodes, all on one
machine with ${place.processors} processors (load while measuring: ${place.load.toFixed(1)}); PostgreSQL ${place.postgres}, Patroni ${place.patroni}, image \`${place.image}\`.
In the lab of this project the image is a double of Spilo: real PostgreSQL and Patroni under Spilo's contract. How the clusters
are broken is in \`lab/cluster/support/faults.ts\`, how it is measured in \`lab/cluster/support/traffic.py\`.

Each cluster has a client on a node that is not harmed. It sends one INSERT every 50 ms to the leader's Service, and another to a
port of its node; \`connect_timeout\` and \`tcp_user_timeout\` are 2 s. What happens to a node or to the API hits all clusters at the
same moment; what happens to a pod or a process, one cluster four seconds after the other. The how-to's manifests, unchanged, stand beside ours.

## How long writes stop

Seconds between two acknowledged commits, on the worse of the two ways: the longest, from ${ENOUGH_RUNS} runs on the median / the longest. 0 is less than half a second.

${table(head, rows(found => figures(found.map(({ outage }) => outage))))}

How often they stopped for half a second or longer, on the leader's Service, at most:

${table(head, rows(found => String(Math.max(...found.map(({ stops }) => stops)))))}

## Acknowledged writes that were lost

Every key that the server had acknowledged is looked up afterwards.

${table(head, [...rows(found => String(sum(found.map(({ lost }) => lost)))), ['**all, of acknowledged**', '', ...totals]])}

${lostLeaders.join('\n')}

## How long readers of the replicas stop

${table(head, rows(found => found.some(({ report }) => report.replicas) ? figures(found.map(({ readerOutage }) => readerOutage)) : '-'))}

## How long until all members stream again

From the event, or from its end where it has one, until there is a leader and every replica streams without delay. Where one cluster is hit
after the other, the four seconds for each cluster before it are in the figure.

${table(head, rows(found => figures(found.map(({ fullStrength }) => fullStrength))))}

## On the other side of a cut cable

A second client sits on the node that is cut off, with the old leader. The old leader must stop taking writes before the new one
starts: the first figure is how long before, at least. Without synchronous replication what it took until then is lost when the
cable is back; that is a property of asynchronous replication, not of the manifest.

${table(['cluster', 'cuts', 'old leader stops before the new one starts (s, least)', 'acknowledged behind the cut', 'of these lost'], columns.map(({ cluster, title }) => {
  const cuts = partitions.filter(each => each.cluster === cluster);
  const least = Math.min(...cuts.map(({ firstOfNew, lastOfOld }) => firstOfNew - lastOfOld));
  return [title, String(cuts.length), cuts.length ? least.toFixed(1) : '-', String(sum(cuts.map(each => each.acknowledgedBehind))), String(sum(cuts.map(each => each.lostBehind)))];
}))}
`;
}
