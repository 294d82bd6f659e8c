import { sleep, until } from './exec';
import { Fault, Target } from './faults';
import { PathReport, Traffic, TrafficReport } from './traffic';

/** What one fault did to one cluster. Seconds. */
export interface Measurement {
  readonly cluster: string;
  readonly fault: string;
  /** Longest time between two acknowledged commits, on the worse of the Service and the NodePort. */
  readonly outage: number;
  /** How often writes stopped for half a second or longer, on the Service. */
  readonly stops: number;
  /** Longest time without an answer for the reader of the replicas. */
  readonly readerOutage: number;
  /** Acknowledged writes that are gone. */
  readonly lost: number;
  /** From the fault, or from its healing, until all members stream again. */
  readonly fullStrength: number;
  readonly report: TrafficReport;
}

/** Does the fault to all clusters, with their clients running, and waits until all is well again. */
export async function measure(fault: Fault, target: Target, clients: readonly Traffic[], settle = 3): Promise<Measurement[]> {
  const from = await Promise.all(clients.map(client => client.now()));
  await sleep(1);
  let begun = Date.now();
  try {
    await fault.inject(target);
  } finally { // what comes next must not find a broken node
    if (fault.heal) {
      begun = Date.now();
      await fault.heal(target);
    }
  }
  const strong = await Promise.all(target.clusters.map(async cluster => {
    await cluster.atFullStrength(300);
    return (Date.now() - begun) / 1000;
  }));
  await Promise.all(clients.map(writesAgain));
  await sleep(settle);
  return Promise.all(clients.map(async (client, n) => {
    const report = await client.report(from[n], await client.now());
    return { cluster: client.cluster.name, fault: fault.name, fullStrength: strong[n], ...summary(report) };
  }));
}

/** The figures of a report. */
export function summary(report: TrafficReport): Pick<Measurement, 'outage' | 'stops' | 'readerOutage' | 'lost' | 'report'> {
  const paths = Object.values(report);
  const writers = paths.filter(({ kind }) => kind === 'write');
  const longest = (chosen: PathReport[]) => Math.max(0, ...chosen.map(path => path.longest));
  return {
    outage: longest(writers),
    stops: report.service.gaps.length,
    readerOutage: longest(paths.filter(({ kind }) => kind === 'read')),
    lost: writers.reduce((sum, { lost = 0 }) => sum + lost, 0),
    report,
  };
}

/** All paths answer: otherwise an outage that goes on would be measured as none. */
async function writesAgain(client: Traffic): Promise<void> {
  await until(`${client.name}: all paths answer`, async () => {
    return Object.values(await client.glance()).every(({ acknowledged, errors }) => acknowledged > 5 && errors === 0);
  }, { seconds: 180, interval: 2 });
}
