import { createHash } from 'crypto';

/** Ten hexadecimal digits that tell contents apart: the end of a name, or an annotation. */
export function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}
