import { readFileSync } from 'fs';
import { join } from 'path';

const cache = new Map<string, string>();

/**
 * The text of a program, which stands beside the feature that runs it. In the package this file is replaced by one that
 * holds the texts (`scripts/after-compile.ts`), so that bundlers need no files and nothing is read at synthesis.
 */
export function programText(path: string): string {
  const text = cache.get(path) ?? readFileSync(join(__dirname, '..', path), 'utf8');
  cache.set(path, text);
  return text;
}
