export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios of each round: what slows the machine for a while slows both sides of a round. */
export function medianRatio(numerators: number[], denominators: number[]): number {
  return median(numerators.map((numerator, round) => numerator / denominators[round]));
}

/**
 * Times every contender once per round, so that none has the machine to itself, and each round begins with another, so
 * that none always cleans up after the same one.
 *
 * @returns the milliseconds of CPU time of each round by contender: other work on the machine does not count.
 */
export function measure<K extends string>(rounds: number, contenders: Record<K, () => unknown>): Record<K, number[]> {
  const names = Object.keys(contenders) as K[];
  const times = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      global.gc?.();
      const begin = process.cpuUsage();
      contenders[name]();
      times[name].push(milliseconds(process.cpuUsage(begin)));
    }
  }
  return times;
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
