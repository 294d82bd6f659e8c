import { annotationsRule, below, check, labelsRules, labelSyntaxRule, refusal, Rule, valueRule } from '../../src/kernel/rule';

interface Input { readonly size?: number; readonly labels?: { [key: string]: string } }

const SIZE = valueRule<Input, number>('size', 'thing.size', 'more than zero', 'It would be empty.', ({ size }) => size, size => size > 0);

describe('valueRule()', () => {
  test('says nothing about a value that is not given', () => {
    expect(SIZE.find({})).toEqual([]);
  });

  test('finds a value that is not accepted, also one that is false', () => {
    expect([SIZE.find({ size: 1 }), SIZE.find({ size: 0 })]).toEqual([[], [{ received: 0 }]]);
  });
});

describe('check()', () => {
  const several: Rule<Input> = {
    id: 'several', property: 'thing', allowed: 'nothing', why: 'Because.', find: () => [{ received: 1 }, { received: 2, property: 'thing.b', allowed: 'two' }],
  };

  test('lists all violations in the order of the rules', () => {
    expect(check([several, SIZE], { size: -1 })).toEqual([
      { rule: 'several', property: 'thing', received: 1, allowed: 'nothing', why: 'Because.' },
      { rule: 'several', property: 'thing.b', received: 2, allowed: 'two', why: 'Because.' },
      { rule: 'size', property: 'thing.size', received: -1, allowed: 'more than zero', why: 'It would be empty.' },
    ]);
  });

  test('lists none for an accepted program', () => {
    expect(check([SIZE], { size: 1 })).toEqual([]);
  });
});

test('rules of a part are those of the whole, below its property; an absent part breaks none', () => {
  const rules = below<{ inner?: Input }, Input>('outer', ({ inner }) => inner, [SIZE]);
  expect(check(rules, { inner: { size: -1 } })).toMatchObject([{ rule: 'size', property: 'outer.thing.size', received: -1 }]);
  expect(check(rules, {})).toEqual([]);
});

test('refusal() is one error with all violations: id, path, property, received and allowed values, the reason and where to read on', () => {
  const violations = check([SIZE, { ...SIZE, id: 'again' }], { size: NaN });
  const url = 'https://github.com/cdk8s-spilo/cdk8s-spilo/blob/main/docs/rules.md';
  expect(refusal('app/orders', violations).message).toBe([
    'app/orders is refused: 2 violations, nothing was written',
    '  [size] app/orders: thing.size: received NaN, allowed: more than zero',
    `    It would be empty. ${url}#size`,
    '  [again] app/orders: thing.size: received NaN, allowed: more than zero',
    `    It would be empty. ${url}#again`,
  ].join('\n'));
  expect(refusal('orders', violations.slice(1)).message).toMatch(/^orders is refused: 1 violation, /);
});

describe('rules for labels and annotations', () => {
  const maps = ({ labels }: Input) => ({ 'thing.labels': labels });

  test('find each entry that Kubernetes would refuse, under its property', () => {
    const rule = labelSyntaxRule<Input>('labels', 'x.labels', maps);
    expect(check([rule], { labels: { 'a': 'b', 'c d': 'e', 'f': 'g h' } }).map(({ property, received }) => [property, received]))
      .toEqual([['thing.labels', { 'c d': 'e' }], ['thing.labels', { f: 'g h' }]]);
  });

  test('find each label that only the library sets', () => {
    const found = check(labelsRules<Input>('labels', 'x.labels', maps, ['role', 'spilo-cluster']), { labels: { 'role': 'a', 'spilo-cluster': 'b', 'c': 'd' } });
    expect(found.map(({ rule, received }) => [rule, received])).toEqual([['labels-reserved', { role: 'a' }], ['labels-reserved', { 'spilo-cluster': 'b' }]]);
  });

  test('let annotations have any text', () => {
    const rule = annotationsRule<Input>('annotations', 'x.annotations', maps);
    expect(check([rule], { labels: { a: 'b c: d\ne' } })).toEqual([]);
    expect(check([rule], { labels: { a: 1 as unknown as string } })).toHaveLength(1);
  });

  test('keep annotations of the library to the library', () => {
    const rule = annotationsRule<Input>('annotations', 'x.annotations', maps);
    expect(check([rule], { labels: { 'cdk8s-spilo/template': 'x' } })).toHaveLength(1);
  });

  test('say nothing where nothing is given', () => {
    expect(check(labelsRules<Input>('labels', 'x.labels', maps, ['role', 'spilo-cluster']), {})).toEqual([]);
  });
});
