import { mergeMaps, override } from '../../src/kernel/merge';

function merged(...parts: { [key: string]: unknown }[]) {
  const clashes: [string, unknown][] = [];
  return { result: mergeMaps(parts, (path, received) => clashes.push([path, received])), clashes };
}

test.each([
  ['maps with different keys', [{ a: 1 }, { b: 2 }], { a: 1, b: 2 }],
  ['maps within maps', [{ a: { b: 1 } }, { a: { c: { d: 2 } } }], { a: { b: 1, c: { d: 2 } } }],
  ['one value twice', [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }], { a: [1, { b: 2 }] }],
  ['what is undefined', [{ a: undefined, b: 1 }, { a: 2, b: undefined }], { a: 2, b: 1 }],
  ['values that are false', [{ a: false, b: 0, c: '' }, { d: null }], { a: false, b: 0, c: '', d: null }],
  ['nothing', [], {}],
])('%s', (_, parts, result) => {
  expect(merged(...parts as { [key: string]: unknown }[])).toEqual({ result, clashes: [] });
});

test.each([
  ['values', [{ a: 1 }, { a: 2 }], 'a', 2],
  ['values within maps', [{ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }], 'a.b.c', 2],
  ['lists, which are values', [{ a: [1] }, { a: [2] }], 'a', [2]],
  ['a map and a value', [{ a: { b: 1 } }, { a: 'x' }], 'a', 'x'],
])('two different %s clash, and the first stays', (_, parts, path, received) => {
  const [first] = parts as { [key: string]: unknown }[];
  expect(merged(...parts as { [key: string]: unknown }[])).toEqual({ result: first, clashes: [[path, received]] });
});

test('neither part is changed', () => {
  const parts = [{ a: { b: 1 } }, { a: { c: 2 } }];
  merged(...parts);
  expect(parts).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
});

test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('%s is a key as any other', key => {
  const part = JSON.parse(`{"${key}":"x"}`);
  const { result, clashes } = merged({ a: 1 }, part);
  expect(clashes).toEqual([]);
  expect(Object.entries(result)).toEqual([['a', 1], [key, 'x']]);
});

describe('override()', () => {
  test('has the last word, deeply', () => {
    expect(override({ a: { b: 1, c: 2 }, d: [1, 2] }, { a: { b: 3 }, d: [4] })).toEqual({ a: { b: 3, c: 2 }, d: [4] });
  });

  test('changes neither part', () => {
    const [under, over] = [{ a: { b: 1 } }, { a: { c: 2 } }];
    override(under, over);
    expect([under, over]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
  });

  test.each(['constructor', '__proto__'])('%s is a key as any other', key => {
    expect(Object.entries(override({ a: 1 }, JSON.parse(`{"${key}":{"x":"y"}}`)))).toEqual([['a', 1], [key, { x: 'y' }]]);
  });
});
