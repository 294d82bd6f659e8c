/**
 * Writes the pages of docs/ that follow from the source, and `src/properties.json`.
 *
 * `tsx scripts/docs.ts [--check]`
 *
 * With `--check` it writes nothing and fails when a page is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PAGES } from './docs/pages';

const check = process.argv.includes('--check');
const stale = Object.entries(PAGES).filter(([name, generate]) => {
  const path = resolve(__dirname, '..', name);
  const text = generate();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) { return false; }
  if (!check) { writeFileSync(path, text); }
  return true;
}).map(([name]) => name);

if (check && stale.length > 0) {
  console.error(`not up to date: ${stale.join(', ')}\nTo write them, run: npm run docs`);
  process.exit(1);
}
console.log(stale.length > 0 ? `written: ${stale.join(', ')}` : 'all pages are up to date');
