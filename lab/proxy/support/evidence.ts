import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { READ_PATHS, Results, Seen, WRITE_PATHS } from './run';

const DOCS = join(__dirname, '../../../docs');
const SUMMARY = ['switchover', 'leader killed', 'leader cut off', 'API of the leader hangs'];

/** Writes docs/proxy-evidence.md, and the short table into docs/proxy.md. */
export function writeEvidence(results: Results, rounds: number): void {
  writeFileSync(join(DOCS, 'proxy-evidence.md'), evidence(results, rounds));
  const guide = join(DOCS, 'proxy.md');
  const text = readFileSync(guide, 'utf8');
  writeFileSync(guide, text.replace(/(<!-- begin measured -->\n).*(<!-- end measured -->)/s, (_, begin, end) => `${begin}${summary(results)}\n${end}`));
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** `1.8-2.1`, or what lasted until the end. */
function range(seen: readonly Seen[]): string {
  const [least, most] = [Math.min(...seen.map(({ outage }) => outage)), Math.max(...seen.map(({ outage }) => outage))].map(value => value.toFixed(1));
  return `${seen.some(({ stuck }) => stuck) ? '**stuck** > ' : ''}${least === most ? most : `${least}-${most}`}`;
}

const of = ({ scenarios }: Results, scenario: string, path: string) => scenarios[scenario].map(round => round[path]);
const total = (seen: readonly Seen[], key: 'misrouted' | 'recovering' | 'lost') => seen.reduce((sum, one) => sum + (one[key] ?? 0), 0);

function summary(results: Results): string {
  const scenarios = SUMMARY.filter(scenario => results.scenarios[scenario]);
  return table(['seconds without writes', ...scenarios], WRITE_PATHS.map(({ name }) => [name, ...scenarios.map(scenario => {
    const seen = of(results, scenario, name);
    const [misrouted, lost] = [total(seen, 'misrouted'), total(seen, 'lost')];
    return [range(seen), ...misrouted ? [`${misrouted} to a replica`] : [], ...lost ? [`${lost} lost`] : []].join(', ');
  })]));
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** What a path carries of what direct connections do: the median of all turns. */
export function ratio({ throughput }: Results, path: string, kind: 'kept' | 'anew'): number {
  return median(throughput[path][kind].map((transactions, turn) => transactions / throughput.direct[kind][turn]));
}

function evidence(results: Results, rounds: number): string {
  const versions = Object.entries(results.versions).map(([program, version]) => `${program} ${version}`).join(', ');
  return [
    '# What clients of proxies see', '',
    `Written by \`ROUNDS=${rounds} npm run test:proxy\` on ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores. ${versions}.`,
    `The load average was ${results.load.toFixed(1)}: on a quiet machine it is about 1, and with more everything takes longer, on all paths alike.`, '',
    'All paths stand before one cluster of three members at the same time; each has a client of its own that asks every 20 ms, with the defaults of',
    'libpq. Configurations are those that the constructs render at their defaults, run as the pods say: by their commands, users and volumes, on a',
    'read-only root file system. Each proxy is one pod here, where Kubernetes runs two. Patroni keeps its lock in etcd; the Service follows the lock',
    'half a second later. A proxy gets clients only when it is ready, as in Kubernetes. `HAPROXY` and `PGBOUNCER` name other programs than',
    'the newest that the suite can build by itself.', '',
    '- outage: longest time between two answers, in seconds, least and most of all rounds; stuck: it lasted until the clients were stopped',
    '- misrouted: writes that a replica refused; recovering: writes that the leader refused while it recovered from its crash',
    '- lost: writes that were acknowledged and are not there at the end', '',
    ...Object.entries(results.scenarios).flatMap(([scenario, runs]) => [
      `## ${scenario[0].toUpperCase()}${scenario.slice(1)} (${runs.length}x)`, '',
      table(['writes', 'outage', 'misrouted', 'recovering', 'lost'], WRITE_PATHS.map(({ name }) => {
        const seen = of(results, scenario, name);
        return [name, range(seen), total(seen, 'misrouted'), total(seen, 'recovering'), total(seen, 'lost')];
      })), '',
      table(['reads', 'outage', 'answered'], READ_PATHS.map(({ name }) => {
        const seen = of(results, scenario, name);
        const [answered, asked] = (['answered', 'asked'] as const).map(key => seen.reduce((sum, one) => sum + one[key], 0));
        return [name.replace('reads: ', ''), range(seen), `${answered} of ${asked}`];
      })), '',
    ]),
    '## Throughput', '',
    'Transactions a second of `pgbench -S` over TLS with 8 clients. The paths take turns; medians of all turns, and of the ratios to direct connections',
    'in the same turn. Client, proxy and PostgreSQL share the processors: what a proxy costs, the others lack.', '',
    table(['path', 'kept connections', 'a new connection each'], Object.entries(results.throughput).map(([name, turns]) => [
      name, ...(['kept', 'anew'] as const).map(kind => `${median(turns[kind])} (${ratio(results, name, kind).toFixed(2)})`),
    ])), '',
  ].join('\n');
}
