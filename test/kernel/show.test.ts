import { Chart, Duration, Size, Testing } from 'cdk8s';
import { show } from '../../src/kernel/show';

test.each([
  ['text', '"text"'], ['', '""'], ['a "b"', '"a \\"b\\""'], [1.5, '1.5'], [NaN, 'NaN'], [-Infinity, '-Infinity'], [undefined, 'undefined'], [null, 'null'], [true, 'true'],
  [[], '[]'], [{ a: ['b'] }, '{"a":["b"]}'], [[NaN], '["NaN"]'],
])('%j is shown as %s', (value, expected) => {
  expect(show(value)).toBe(expected);
});

test.each<[string, unknown, string]>([
  ['a size', Size.gibibytes(50), '"50Gi"'],
  ['a duration', Duration.minutes(2), '"120s"'],
  ['another instance', new Map(), '"a Map"'],
  ['a construct', new Chart(Testing.app(), 'c'), '"a Chart"'],
  ['a function', () => 1, '"(a function)"'],
  ['a bigint', BigInt(5), '"5"'],
  ['a symbol', Symbol('x'), '"Symbol(x)"'],
])('%s is shown, and not what is in it', (_, value, expected) => {
  expect(show(value)).toBe(expected);
});

test.each([
  ['host=a password=geheim', '"host=a password=(not shown)"'],
  ['ldapbindpasswd="ge heim"', '"ldapbindpasswd=(not shown)"'],
  ['passphrase = geheim', '"passphrase = (not shown)"'],
  [{ line: 'PASSWORD=geheim' }, '{"line":"PASSWORD=(not shown)"}'],
  [{ AWS_SECRET_ACCESS_KEY: 'geheim' }, '{"AWS_SECRET_ACCESS_KEY":"(not shown)"}'],
  [{ deep: [{ token: 'geheim' }] }, '{"deep":[{"token":"(not shown)"}]}'],
  ['{"password":"geheim"}', '"{\\"password\\":\\"(not shown)\\"}"'],
  ['client --password geheim -v', '"client --password (not shown) -v"'],
  ['https://user:geheim@example.org/x', '"https://user:(not shown)@example.org/x"'],
  ['https://user:ge@he/im@example.org/x', '"https://user:(not shown)@example.org/x"'],
  ['https://geheim@example.org/x', '"https://(not shown)@example.org/x"'],
  ['https://example.org/x?a=b&token=geheim&sig=geheim', '"https://example.org/x?a=b&token=(not shown)&sig=(not shown)"'],
  ['stats auth admin:geheim', '"stats auth admin:(not shown)"'],
  ['user app password geheim', '"user app password (not shown)"'],
  ['a password and no adminName', '"a password and no adminName"'],
  ['user app insecure-password geheim', '"user app insecure-password (not shown)"'],
])('no secret is shown: %#', (value, expected) => {
  expect(show(value)).toBe(expected);
});

test.each([['a\nb', '"a\\nb"'], ['a\u0085b', '"a\\u0085b"'], ['a\u2028b', '"a\\u2028b"'], ['\u202ea', '"\\u202ea"'], ['a\u007f', '"a\\u007f"'], ['\ud800', '"\\ud800"'], ['é', '"é"']])(
  '%j is shown as it can be read in one line', (value, expected) => {
    expect(show(value)).toBe(expected);
  });

test('what contains itself, and what cannot be read, comes to an end', () => {
  const circle: { [key: string]: unknown } = {};
  circle.self = circle;
  expect(show(circle)).toContain('...');
  expect(show({ get a() { throw new Error('x'); } })).toContain('cannot be read');
});
