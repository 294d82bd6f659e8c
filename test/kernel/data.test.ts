import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { copied, given, isMap, onlyDefined } from '../../src/kernel/data';

test.each([[undefined, undefined], [[], undefined], [{}, undefined], [['a'], ['a']], [{ a: undefined }, { a: undefined }]])('given(%j) is %j', (value, expected) => {
  expect(given(value as object | undefined)).toEqual(expected);
});

test('onlyDefined() leaves out what is undefined, and keeps what is merely false', () => {
  expect(Object.entries(onlyDefined({ a: undefined, b: 0, c: false, d: '' }))).toEqual([['b', 0], ['c', false], ['d', '']]);
});

test('a map is no list and no instance', () => {
  expect([{}, { a: 1 }, Object.create(null)].every(isMap)).toBe(true);
  expect([[], null, undefined, 'a', 1, k8s.Quantity.fromString('1Gi'), new Map()].some(isMap)).toBe(false);
});

describe('copied()', () => {
  test('does not change when what it was made of does', () => {
    const options = { labels: { a: 'b' }, hosts: ['x'] };
    const copy = copied(options);
    options.labels.a = 'c';
    options.hosts.push('y');
    expect(copy).toEqual({ labels: { a: 'b' }, hosts: ['x'] });
  });

  test('keeps instances as they are', () => {
    const size = Size.gibibytes(1);
    expect(copied({ size }).size).toBe(size);
  });

  test('takes __proto__ and constructor for keys as any other', () => {
    const copy = copied(JSON.parse('{"__proto__":"x","constructor":"y"}'));
    expect(Object.entries(copy)).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
  });

  test('copies twice what stands twice', () => {
    const shared = { type: 'physical' };
    const { a, b } = copied({ a: shared, b: shared });
    expect(a).toEqual(b);
    expect(a).not.toBe(b);
  });

  test('comes to an end with what contains itself', () => {
    const circle: { [key: string]: unknown } = { a: 1 };
    circle.self = circle;
    const copy = copied(circle) as { self: { self: unknown } };
    expect(copy.self).toBe(copy);
  });
});
