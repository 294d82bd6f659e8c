import { isStorePath } from '../../../src/features/store/syntax';

test.each(['a', 'a/b', 'A_b-c.d/1', 'a..b'])('%s is a place in a store', path => {
  expect(isStorePath(path)).toBe(true);
});

test.each(['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a b', 'é', 'a\n', '$(a)', 'a?b'])('%j is no place in a store', path => {
  expect(isStorePath(path)).toBe(false);
});
