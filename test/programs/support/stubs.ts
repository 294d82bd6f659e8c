import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON } from './python';

/** What a program answers: the first pattern of its arguments that fits decides, a shell line does it. Anything else fails. */
export type Answers = readonly (readonly [pattern: string, line: string])[];

/** Programs of other people: all of them fail unless somebody says what they answer. */
const PROGRAMS = ['wal-g', 'psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'pg_basebackup', 'pg_controldata', 'postgres', 'openssl'];

/** Puts stubs into a directory for PATH, which note how they are called, and what all commands begin with. */
export function stubs(folder: string, answers: { readonly [program: string]: Answers } = {}): string {
  mkdirSync(folder, { recursive: true });
  for (const program of PROGRAMS) {
    const cases = (answers[program] ?? []).map(([pattern, line]) => `${pattern.replaceAll(' ', '\\ ')}) ${line} ;;\n`).join('');
    executable(join(folder, program), `echo "${program} $*" >> ${folder}/calls\ncase "$*" in\n${cases}*) exit 1 ;;\nesac\n`);
  }
  executable(join(folder, 'python3'), `exec ${PYTHON} "$@"\n`);
  executable(join(folder, 'envdir'), 'for file in "$1"/*; do IFS= read -r value < "$file"; export "${file##*/}=$value"; done\nshift\nexec "$@"\n');
  return folder;
}

/** How stubs were called, in order. */
export function callsOf(folder: string): string[] {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(line => line !== '') : [];
}

function executable(path: string, lines: string): void {
  writeFileSync(path, `#!/bin/sh\n${lines}`, { mode: 0o755 });
}
