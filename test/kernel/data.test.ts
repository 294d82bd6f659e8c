import { given, onlyDefined } from '../../src/kernel/empty';

test.each([[undefined, undefined], [[], undefined], [{}, undefined], [['a'], ['a']], [{ a: undefined }, { a: undefined }]])('given(%j) is %j', (value, expected) => {
  expect(given(value as object | undefined)).toEqual(expected);
});

test('onlyDefined() leaves out what is undefined, and keeps what is merely false', () => {
  expect(Object.entries(onlyDefined({ a: undefined, b: 0, c: false, d: '' }))).toEqual([['b', 0], ['c', false], ['d', '']]);
});
