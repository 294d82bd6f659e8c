/**
 * What jsii cannot do, after it has compiled: `tsx scripts/after-compile.ts`.
 *
 * The index loads each file when something of it is first used: importing the library then costs next to nothing, and a
 * program pays for what it uses. The programs that rendered objects carry become part of the compiled library: it reads
 * no files, so that it works in a bundle. Declarations are left of what the index lists.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pruneDeclarations } from './declarations';

const root = join(__dirname, '..');

/** Replaces each `require` at the top of the index by one where it is used. */
function makeIndexLazy(path: string): void {
  const eager = readFileSync(path, 'utf8');
  const modules = new Map([...eager.matchAll(/^var (\w+) = (require\(".+"\));\n/gm)].map(([, name, call]) => [name, call]));
  const lazy = eager
    .replace(/^var \w+ = require\(".+"\);\n/gm, '')
    .replace(/return (\w+)\.(\w+);/g, (whole, name, member) => modules.has(name) ? `return ${modules.get(name)}.${member};` : whole);
  if (modules.size === 0 && !eager.includes('return require(')) { throw new Error(`${path}: no module was found to load later`); }
  writeFileSync(path, lazy);
}

/** Replaces the function that reads a program's file by one that knows all of them. */
function embedPrograms(path: string): void {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(file => /\bprograms\b.*\.(py|sql)$/.test(file)).sort();
  const texts = files.map(file => [file.split(sep).join('/'), readFileSync(join(root, 'src', file), 'utf8')]);
  if (texts.length === 0) { throw new Error('no program was found'); }
  writeFileSync(path, [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    `const TEXTS = ${JSON.stringify(Object.fromEntries(texts), undefined, 1)};`,
    'exports.programText = path => TEXTS[path];',
    '',
  ].join('\n'));
}

makeIndexLazy(join(root, 'lib/index.js'));
embedPrograms(join(root, 'lib/kit/program-text.js'));
pruneDeclarations(join(root, 'lib'));
