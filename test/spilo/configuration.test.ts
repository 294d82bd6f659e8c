import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { JsonMap } from '../../src/kernel/contribution';
import { isOneLine } from '../../src/kernel/syntax';
import { spiloConfiguration } from '../../src/spilo/configuration';
import { hasAnchors, readAsSpilo } from '../support/spilo-yaml';

const TRAPS = ['on', 'y', 'null', '~', '', '0777', '1e3', '1_0', '12:30', '2026-11-21', '.inf', '=a', '<<a', '- a', 'a: b', 'a #b', '*a', '&a', '!a', '%a', '{a', ' a '];
const text = fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'binary', maxLength: 10 })).filter(isOneLine);
const value = fc.letrec(tie => ({
  any: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), fc.array(tie('any'), { maxLength: 3 }), tie('map')),
  map: fc.array(fc.tuple(text.filter(key => key !== '__proto__'), tie('any')), { maxLength: 4 }).map(Object.fromEntries),
})).map;

test('Spilo reads what was written, whatever keys and values', () => {
  fc.assert(fc.property(value, configuration => {
    expect(readAsSpilo(spiloConfiguration(configuration as JsonMap))).toEqual(configuration);
  }), { numRuns: 150, seed: 1 });
});

test('keys stay in their order', () => {
  expect(Object.keys(readAsSpilo(spiloConfiguration({ z: 1, a: 2, m: 3 })))).toEqual(['z', 'a', 'm']);
});

test('one document does not change another one', () => {
  const configuration = { a: { b: '1' } };
  const before = spiloConfiguration(configuration);
  configuration.a.b = '2';
  expect([before, spiloConfiguration(configuration)].map(readAsSpilo)).toEqual([{ a: { b: '1' } }, { a: { b: '2' } }]);
});

test('an object that stands twice is written twice', () => {
  const shared = { type: 'physical' };
  expect(hasAnchors(spiloConfiguration({ a: { ...shared }, b: { ...shared } }))).toBe(false);
});

test('documents are written once, and not remembered for ever', () => {
  const writing = jest.spyOn(Yaml, 'stringify');
  const written = (name: string) => { writing.mockClear(); spiloConfiguration({ name }); return writing.mock.calls.length; };
  expect([written('a'), written('a')]).toEqual([1, 0]);
  for (let other = 0; other < 100; other++) { written(`other ${other}`); }
  expect(written('a')).toBe(1);
  writing.mockRestore();
});
