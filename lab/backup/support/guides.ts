import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of commands in a guide: ```sh. */
export interface Block { readonly guide: string; readonly title: string; readonly text: string }

const DOCS = join(__dirname, '../../../docs');

/** All commands of a guide, in order; the title is the heading above, with a number from the second block on. */
export function blocks(guide: string): Block[] {
  const found: Block[] = [];
  let heading = '';
  for (const [, title, text] of read(guide).matchAll(/^#+ (.*)$|^ *```sh\n([^]*?)^ *```$/gm)) {
    if (title) { heading = title; continue; }
    const before = found.filter(block => block.title.replace(/ \d+$/, '') === heading).length;
    found.push({ guide, title: before ? `${heading} ${before + 1}` : heading, text: text.replace(/^ +/gm, '') });
  }
  return found;
}

/** Commands that hide in the prose, where no test would run them. */
export function commandsInProse(guide: string): string[] {
  const prose = read(guide).replace(/^ *```[^]*?^ *```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code)
    .filter(code => /^(kubectl|envdir|wal-g|psql|pg_dump|pg_restore|patronictl|npm|SELECT|ALTER|DROP|INSERT|UPDATE|DELETE)\s/i.test(code));
}

const read = (guide: string) => readFileSync(join(DOCS, guide), 'utf8');
