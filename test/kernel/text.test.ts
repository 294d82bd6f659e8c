import * as fc from 'fast-check';
import { literally } from '../../src/kernel/text';
import { environment, expand } from '../support/kubernetes-expansion';

describe('Kubernetes\' expansion, by the examples of its own tests', () => {
  const VARIABLES = { VAR_A: 'A', VAR_EMPTY: '', VAR_REF: '$(VAR_A)' };

  test.each([
    ['$(VAR_A)', 'A'], ['___$(VAR_A)___', '___A___'], ['$(VAR_A)$(VAR_A)', 'AA'], ['$(VAR_EMPTY)', ''], ['$(VAR_REF)', '$(VAR_A)'],
    ['$(NONE)', '$(NONE)'], ['$$(VAR_A)', '$(VAR_A)'], ['$$$(VAR_A)', '$A'], ['$$$$(VAR_A)', '$$(VAR_A)'], ['$VAR_A', '$VAR_A'], ['foo$', 'foo$'],
    ['$(VAR_A', '$(VAR_A'], ['$()', '$()'], ['$$', '$'], ['a$b', 'a$b'], ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(expand(text, VARIABLES)).toBe(expected);
  });

  test('takes one byte for a character after a dollar sign', () => {
    expect(expand('$é', {})).not.toBe('$é');
  });

  test('knows only variables that stand before', () => {
    expect(environment([{ name: 'B', value: '$(A)' }, { name: 'A', value: 'a' }, { name: 'C', value: '$(A)' }])).toEqual({ B: '$(A)', A: 'a', C: 'a' });
  });
});

describe('literally()', () => {
  test('brings every text through the expansion, whatever variables there are', () => {
    const part = fc.constantFrom('$', '(', ')', 'A', '$(A)', '$$', 'é', '☃', '😀', ' ', '\n');
    fc.assert(fc.property(fc.oneof(fc.array(part).map(parts => parts.join('')), fc.string({ unit: 'binary' })), text => {
      expect(expand(literally(text), { A: 'expanded' })).toBe(text);
    }), { numRuns: 200, seed: 1 });
  });

  test.each(['', 'a', '100 $', '$5', 'a$b', '%p'])('leaves %j as it is, for the reader\'s sake', text => {
    expect(literally(text)).toBe(text);
  });
});
