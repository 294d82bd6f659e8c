import { isCidr, isEnvName, isLabelKey, isLabelValue, isObjectName, isOneLine, isSecretKey, isWholeNumber } from '../../src/kernel/syntax';

const table = (accepted: unknown[], refused: unknown[]): [unknown, boolean][] =>
  [...accepted.map((value): [unknown, boolean] => [value, true]), ...refused.map((value): [unknown, boolean] => [value, false])];

test.each(table(
  ['a', 'A1', 'a.b_c-d', 'example.org/a', `${'a'.repeat(63)}`, `${'a'.repeat(253)}/b`],
  ['', '-a', 'a-', 'a b', 'é', 'a/b/c', '/a', 'a/', 'Example.org/a', 'a_b/c', `${'a'.repeat(64)}`, `${'a'.repeat(254)}/b`, 'a\n'],
))('label key %j: %s', (key, expected) => {
  expect(isLabelKey(key as string)).toBe(expected);
});

test.each(table(['', 'a', 'A.b_c-1', 'a'.repeat(63)], ['-', 'a b', 'a/b', 'a'.repeat(64), 1, true, null, undefined, 'a\n']))('label value %j: %s', (value, expected) => {
  expect(isLabelValue(value)).toBe(expected);
});

test.each(table(['a', '1', 'a.b', 'a'.repeat(253)], ['', 'A', 'a_b', '.a', 'a'.repeat(254), 1, undefined]))('object name %j: %s', (name, expected) => {
  expect(isObjectName(name)).toBe(expected);
});

test.each(table(
  ['a', 'A-z_0.9', '-', '.x', 'a..b', 'k'.repeat(253)], ['', '.', '..', '..x', 'a b', 'a/b', 'a\n', 'é', 'k'.repeat(254), 1, undefined],
))('key of a Secret %j: %s', (key, expected) => {
  expect(isSecretKey(key)).toBe(expected);
});

test.each(table(['A', '_a', 'a.b-c', '-a'], ['', '1a', 'a b', 'a=b', 'é']))('name of a variable %j: %s', (name, expected) => {
  expect(isEnvName(name as string)).toBe(expected);
});

test.each(table(
  ['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/0', '2001:db8::1/128'],
  ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '256.0.0.0/8', 'fd00::', 'fd00::/129', ':::/8', 'a/8', '/8', '10.0.0.0/-1', ' 10.0.0.0/8', ''],
))('range of addresses %j: %s', (text, expected) => {
  expect(isCidr(text as string)).toBe(expected);
});

test.each(table([1, 5, 10], [0, 11, 1.5, NaN, Infinity, '5', undefined, null]))('whole number from 1 to 10: %p is %s', (value, expected) => {
  expect(isWholeNumber(value, 1, 10)).toBe(expected);
});

test.each(table(
  ['', 'a', ' a ', 'ünïcödé ☃ 😀', '$(A)', '0777', 'on', '==', '<', 'a\\nb'],
  ['a\nb', 'a\rb', 'a\tb', '\u0000', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029', '\ufeff', '\uffff', '=', '<<', 1, true, null, undefined],
))('text that arrives as one line %j: %s', (value, expected) => {
  expect(isOneLine(value)).toBe(expected);
});
