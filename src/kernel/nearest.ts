/** The known name that somebody may have meant, if one is near enough. Case and separators do not matter: `cluster_name` is `clusterName`. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map(candidate => ({ candidate, edits: distance(letters(name), letters(candidate)) })).sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(name.length, best.candidate.length) / 3 ? best.candidate : undefined;
}

const letters = (name: string) => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** How many letters must be added, removed or replaced. Names of very different lengths are not compared: one may have any length. */
function distance(from: string, to: string): number {
  if (from.length > 2 * to.length + 2) { return from.length; }
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) {
    const next = [row[0] + 1];
    for (let i = 1; i < row.length; i++) { next.push(Math.min(row[i] + 1, next[i - 1] + 1, row[i - 1] + (letter === to[i - 1] ? 0 : 1))); }
    row = next;
  }
  return row[to.length];
}
