/**
 * Makes the compiled index load each file when something of it is first used: importing the library then costs next to
 * nothing, and a program pays for what it uses. `tsx scripts/lazy-index.ts`, after jsii, which cannot do it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(__dirname, '../lib/index.js');
const eager = readFileSync(path, 'utf8');
const modules = new Map([...eager.matchAll(/^var (\w+) = (require\(".+"\));\n/gm)].map(([, name, call]) => [name, call]));
const lazy = eager
  .replace(/^var \w+ = require\(".+"\);\n/gm, '')
  .replace(/return (\w+)\.(\w+);/g, (whole, name, member) => modules.has(name) ? `return ${modules.get(name)}.${member};` : whole);

if (modules.size === 0 && !eager.includes('return require(')) { throw new Error(`${path}: no module was found to load later`); }
writeFileSync(path, lazy);
