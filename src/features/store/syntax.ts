export const PATH_SYNTAX = 'parts of A-Z a-z 0-9 - _ . joined by single slashes, without .. and without a slash at either end';

/** A path in a store that every store and every tool reads the same. */
export function isStorePath(path: string): boolean {
  return path.split('/').every(part => /^[A-Za-z0-9_.-]+$/.test(part) && part !== '.' && part !== '..');
}
