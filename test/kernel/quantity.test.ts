import { Size } from 'cdk8s';
import * as fc from 'fast-check';
import { isPositiveSize, kibibytes, mebibytes, millicores, quantity, resourceRequirements } from '../../src/kernel/quantity';

test.each([
  [Size.gibibytes(50), '50Gi'], [Size.mebibytes(1024), '1Gi'], [Size.mebibytes(1536), '1536Mi'], [Size.gibibytes(1.5), '1536Mi'],
  [Size.kibibytes(1), '1Ki'], [Size.tebibytes(2), '2Ti'], [Size.pebibyte(1), '1Pi'], [Size.gibibytes(1024), '1Ti'],
])('%# is written as %s', (size, text) => {
  expect(quantity(size)).toBe(text);
});

test('what is written is the same size', () => {
  const units: { [suffix: string]: number } = { Ki: 1, Mi: 1024, Gi: 1024 ** 2, Ti: 1024 ** 3, Pi: 1024 ** 4 };
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 40 }), kib => {
    const [, amount, suffix] = /^(\d+)([KMGTP]i)$/.exec(quantity(Size.kibibytes(kib)))!;
    expect(Number(amount) * units[suffix]).toBe(kib);
  }), { seed: 1 });
});

test.each([
  [Size.kibibytes(1), true], [Size.mebibytes(0.5), true], [Size.kibibytes(0.5), false], [Size.gibibytes(0), false],
  [Size.gibibytes(NaN), false], [Size.gibibytes(Infinity), false],
])('%#: more than zero and whole is %s', (size, expected) => {
  expect(isPositiveSize(quantity(size))).toBe(expected);
});

test.each(['-1Gi', '1G', '1', '', 'Gi', '1.5Ki'])('%j is no size of a volume', text => {
  expect(isPositiveSize(text)).toBe(false);
});

test('mebibytes are rounded down', () => {
  expect([mebibytes('2047Ki'), kibibytes(quantity(Size.mebibytes(1.5)))]).toEqual([1, 1536]);
});

test.each([['250m', 250], ['2', 2000], ['0.5', 500], ['-1m', -1], ['1e3', NaN], ['', NaN], ['2Gi', NaN], ['NaN', NaN]])('CPU of %j is %d thousandths', (text, expected) => {
  expect(millicores(text)).toBe(expected);
});

test('resources that say nothing are nothing', () => {
  expect(resourceRequirements({})).toBeUndefined();
  expect(Object.keys(resourceRequirements({ cpu: { limit: '1' } })!)).toEqual(['limits']);
});
