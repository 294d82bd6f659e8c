/** Fails when an ES module cannot import a name of the library. */
import { deepStrictEqual } from 'node:assert';
import { createRequire } from 'node:module';
import * as spilo from 'cdk8s-spilo';

const names = Object.keys(createRequire(import.meta.url)('cdk8s-spilo'));
deepStrictEqual(names.filter(name => !(name in spilo)), []);
console.log(`An ES module imports each of the ${names.length} names.`);
