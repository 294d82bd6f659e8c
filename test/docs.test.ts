/** Keeps the generated pages and what they are made of whole. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSTRUCTS } from '../scripts/docs/constructs';
import { PAGES } from '../scripts/docs/pages';
import { leaves, structsBelow } from '../scripts/docs/properties';
import { ruleGroups } from '../scripts/docs/rules';

test.each(Object.entries(PAGES))('%s is what the source says: npm run docs', (name, generate) => {
  const path = join(__dirname, '..', name);
  expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(generate());
});

describe('tags', () => {
  const properties = CONSTRUCTS.flatMap(({ props }) => props === undefined ? [] : leaves(structsBelow(props)));

  test('every property with a value says what its change does', () => {
    expect(properties.filter(({ changes }) => changes === undefined).map(({ id, badTag }) => `${id}: ${badTag ?? 'no tag'}`)).toEqual([]);
  });
});

describe('rules', () => {
  const rules = ruleGroups().flatMap(group => group.rules);

  test('ids are unique and can be anchors', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, index) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || ids.indexOf(id) < index)).toEqual([]);
  });

  test('rules of one id allow the same, whichever construct has them', () => {
    const texts = CONSTRUCTS.flatMap(construct => construct.rules);
    const first = (id: string) => texts.find(rule => rule.id === id)!;
    expect(texts.filter(({ id, allowed }) => allowed !== first(id).allowed).map(({ id }) => id)).toEqual([]);
  });

  test('every rule says what is allowed, and the harm as a sentence', () => {
    expect(rules.filter(({ allowed, why }) => allowed === '' || !/^\S.*[.]$/.test(why)).map(({ id }) => id)).toEqual([]);
  });
});
