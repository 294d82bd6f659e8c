import { readFileSync } from 'fs';
import { join } from 'path';

const cache = new Map<string, string>();

/** Files of a program that is shipped in `assets/<folder>`, by name: the data of its ConfigMap. */
export function program(folder: string, files: readonly string[]): { [file: string]: string } {
  return Object.fromEntries(files.map(file => [file, asset(folder, file)]));
}

function asset(folder: string, file: string): string {
  const path = join(__dirname, '../../assets', folder, file);
  const text = cache.get(path) ?? readFileSync(path, 'utf8');
  cache.set(path, text);
  return text;
}
