/** What the import of the library costs a program that has cdk8s-plus-27 already. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROBE = `
  const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const begin = cpu();
  require('cdk8s-plus-27');
  const between = cpu();
  require(process.argv[1]);
  console.log(JSON.stringify({ peers: between - begin, library: cpu() - between }));
`;

export interface ImportTimes {
  readonly peers: number;
  readonly library: number;
}

/** A module is imported once per process, so each round is a process of its own. */
export function importTimes(rounds: number): ImportTimes[] {
  const root = resolve(__dirname, '..');
  return Array.from({ length: rounds }, () =>
    JSON.parse(execFileSync(process.execPath, ['-e', PROBE, resolve(root, 'lib')], { cwd: root, encoding: 'utf8' })));
}
