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

/**
 * Replaces each `require` at the top of the index by one where it is used, in a getter of one object. Exports keep the form
 * `return object.Name`: by it Node finds out which names an ES module can import from a file that it has not run.
 */
function makeIndexLazy(path: string): void {
  const eager = readFileSync(path, 'utf8');
  if (eager.includes('const lazy = {')) { return; }
  const modules = new Map([...eager.matchAll(/^var (\w+) = (require\(".+"\));\n/gm)].map(([, name, call]) => [name, call]));
  const exported = /^Object\.defineProperty\(exports, "(\w+)", (.*) return (\w+)\.(\w+); } }\);\n/gm;
  const getters = [...eager.matchAll(exported)].map(([, name, , module, member]) => `  get ${name}() { return ${modules.get(module)}.${member}; },\n`);
  if (modules.size === 0 || getters.some(getter => !getter.includes('require('))) { throw new Error(`${path} is not what the compiler used to write`); }
  const others = eager.replace(/^var \w+ = require\(".+"\);\n/gm, '').replace(exported, '');
  const exports = eager.match(exported)!.map(line => line.replace(exported, 'Object.defineProperty(exports, "$1", $2 return lazy.$1; } });\n'));
  writeFileSync(path, `${others}const lazy = {\n${getters.join('')}};\n${exports.join('')}`);
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
