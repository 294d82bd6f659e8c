/** Fails when the import of the library loads more than its index: a program pays for what it uses. */
import { ok, strictEqual } from 'node:assert';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/main.js`);
const loaded = () => Object.keys(require.cache).length;

const before = loaded();
const library = require('cdk8s-spilo');
strictEqual(loaded() - before, 1, 'modules that the import loads');
ok(library.Dcs && loaded() - before > 1);
console.log(`The import loads one file, and Dcs ${loaded() - before - 1} more.`);
