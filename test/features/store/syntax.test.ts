import { isHost, isStorePath } from '../../../src/features/store/syntax';

test.each(['a', 'a/b', 'A_b-c.d/1', 'a..b'])('%s is a place in a store', path => {
  expect(isStorePath(path)).toBe(true);
});

test.each(['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a b', 'é', 'a\n', '$(a)', 'a?b'])('%j is no place in a store', path => {
  expect(isStorePath(path)).toBe(false);
});

test.each(['a', 'example.org', '10.0.0.1', 'a-b.c', 'orders.shop.svc'])('%s is a host', host => {
  expect(isHost(host)).toBe(true);
});

test.each(['', 'a:5432', 'a/b', '-a', 'a-', 'a..b', 'a_b', 'a b', 'a\n', '.', undefined, 1, 'a'.repeat(254)])('%j is no host', host => {
  expect(isHost(host)).toBe(false);
});
