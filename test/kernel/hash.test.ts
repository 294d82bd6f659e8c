import { hash } from '../../src/kernel/hash';

test('ten hexadecimal digits, which a name may end with', () => {
  expect(hash({ a: ['b'] })).toMatch(/^[0-9a-f]{10}$/);
});

test('the same content has the same hash; other content, also in another order, has another one', () => {
  expect(hash({ a: 1, b: 2 })).toBe(hash({ a: 1, b: 2 }));
  expect(new Set([{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, { a: '1', b: 2 }, [1, 2], null, ''].map(hash)).size).toBe(7);
});
