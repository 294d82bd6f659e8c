import { basename } from 'path';
import { programText } from './program-text';

/** Files of programs, by name: the data of their ConfigMap. A path is that of the file below the library's own folder. */
export function program(paths: readonly string[]): { [file: string]: string } {
  return Object.fromEntries(paths.map(path => [basename(path), programText(path)]));
}
