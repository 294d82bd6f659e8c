/**
 * Keeps the tags `@changes` true. For every property there is a pair of programs that differ in nothing else; what is
 * different between their manifests must be what the tag promises, when the property is given and when it is taken away.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CLUSTER_PAIRS } from './cluster/changes';
import { PGADMIN_PAIRS, pgAdmin } from './pgadmin/changes';
import { HAS_PYTHON, pythonTest } from './programs/support/python';
import { PROXY_TABLES } from './proxy/changes';
import { Difference, difference, Objects } from './support/effects';
import { Pair, Pairs } from './support/pairs';
import { cluster, Props } from './support/render';
import { afterBoth, dynamicConfiguration } from './support/rollouts';
import { CONSTRUCTS } from '../scripts/docs/constructs';
import { clusterListing, pgAdminListing } from '../scripts/docs/objects';
import { Effect, leaves, Property, structsBelow } from '../scripts/docs/properties';
import { readLibrary } from '../scripts/docs/source';
import { SpiloCluster } from 'cdk8s-spilo';

const library = readLibrary();
const propertiesBelow = (root: string) => leaves(structsBelow(root, library));

/** What each tag promises. */
const PROMISES: { readonly [effect in Effect]: (seen: Difference) => void } = {
  'at-once': seen => {
    expect(seen).toMatchObject({ template: false, immutable: [] });
    expect(seen.gone.length === 0 || seen.come.length === 0).toBe(true);
    expect(seen.objects).not.toEqual([]);
  },
  'rollout': seen => {
    expect(seen).toMatchObject({ template: true, immutable: [] });
    expect(seen.takenByRunning || seen.dynamicConfiguration).toBe(true);
    expect(seen.gone.length === 0 || seen.come.length === 0).toBe(true);
  },
  'bootstrap': seen => {
    expect(seen).toMatchObject({ takenByRunning: false, dynamicConfiguration: false, immutable: [], gone: [], come: [] });
    expect(seen.objects).not.toEqual([]);
  },
  'recreation': seen => {
    expect(seen.gone).not.toEqual([]);
    expect(seen.come).not.toEqual([]);
  },
  'never': seen => { expect(seen.immutable).not.toEqual([]); },
  // Which harm is done, no manifest shows; that it is no harmless change, it does.
  'dangerous': seen => { expect(seen.objects).not.toEqual([]); },
};

const rendered = (objects: { readonly [id: string]: ApiObject }): Objects =>
  Object.fromEntries(Object.entries(objects).map(([id, object]) => [id, object.toJson()]));

/** Each program is rendered once: one without the property is part of many pairs. */
function once<Given>(render: (props: Given) => Objects): (props: Given) => Objects {
  const known = new Map<string, Objects>();
  return props => {
    const key = JSON.stringify(props, (_, value) => Construct.isConstruct(value) ? (value as SpiloCluster).clusterName : value);
    if (!known.has(key)) { known.set(key, render(props)); }
    return known.get(key)!;
  };
}

const clusterObjects = once((props: Props) => rendered(cluster(props).objects));

const TABLES: { readonly root: string; readonly pairs: Pairs<any>; readonly objects: (props: any) => Objects; readonly ids: readonly string[] }[] = [
  { root: 'SpiloClusterProps', pairs: CLUSTER_PAIRS, objects: clusterObjects, ids: clusterListing().map(({ id }) => id) },
  { root: 'PgAdminProps', pairs: PGADMIN_PAIRS, objects: once(props => rendered(pgAdmin(props).objects)), ids: pgAdminListing().map(({ id }) => id) },
  ...PROXY_TABLES.map(table => ({ ...table, objects: once<any>(table.objects) })),
];

test('every construct in the pages has a table of pairs', () => {
  expect(TABLES.map(({ root }) => root)).toEqual(CONSTRUCTS.flatMap(({ props }) => props ?? []));
});

describe.each(TABLES)('$root', ({ root, pairs, objects, ids }) => {
  const properties = propertiesBelow(root);

  test('every property has a pair of programs', () => {
    const paired = Object.entries(pairs).flatMap(([struct, ofStruct]) => Object.keys(ofStruct).map(name => `${struct}.${name}`));
    expect(paired.sort()).toEqual(properties.map(({ id }) => id).sort());
  });

  test('docs/objects.md lists every object that a property brings', () => {
    const programs = Object.values(pairs).flatMap(ofStruct => Object.values(ofStruct).flat());
    // Further entry points and ports are named by the user.
    expect([...new Set(programs.flatMap(props => Object.keys(objects(props))))].filter(id => !ids.includes(id) && !/^(Access|Service)-/.test(id))).toEqual([]);
  });

  describe.each(properties.map((property): [string, string, Property] => {
    const { effect = 'no tag', note = '' } = property.changes ?? {};
    return [property.id, `${effect} ${note}`.trim(), property];
  }))('%s: %s', (_, __, property) => {
    const { effect, note } = property.changes!;

    test.each([['given', false], ['taken away', true]])('%s', (___, isBack) => {
      const [without, given] = (pairs[property.struct][property.name] as Pair<any>).map(objects);
      const seen = isBack ? difference(given, without) : difference(without, given);
      PROMISES[effect](seen);
      // It reaches a running cluster on another way than the pods: the page says which.
      const dynamicOnly = seen.dynamicConfiguration && !seen.takenByRunning;
      expect(dynamicOnly && !note?.includes('dynamic configuration')).toBe(false);
    });
  });
});

describe('Patroni\'s dynamic configuration', () => {
  const properties = propertiesBelow('SpiloClusterProps');
  const written = properties.map(({ id, changes, struct, name }) => {
    const [without, given] = CLUSTER_PAIRS[struct][name].map(props => dynamicConfiguration(clusterObjects(props)));
    return { id, noted: changes?.note?.includes('dynamic configuration') ?? false, without, given };
  });
  const changed = written.filter(({ without, given }) => without && given && JSON.stringify(without) !== JSON.stringify(given));
  const [there, back] = HAS_PYTHON
    ? [afterBoth(changed.map(({ without, given }) => [without!, given!])), afterBoth(changed.map(({ without, given }) => [given!, without!]))]
    : [[], []];

  test('has what the tags say', () => {
    expect(written.filter(({ noted, id }) => noted && !changed.some(other => other.id === id))).toEqual([]);
  });

  pythonTest.each(changed.map(({ id }, index) => [id, index] as const))('%s comes with the property and goes with it, by the rollout Job', (_, index) => {
    const { without, given } = changed[index];
    expect(withoutEmpty(there[index])).toEqual(withoutEmpty(given));
    expect(withoutEmpty(back[index])).toEqual(withoutEmpty(without));
  });
});

/** A section of which nothing is left says nothing. */
function withoutEmpty(value: any): any {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) { return value; }
  const kept = Object.entries(value).map(([key, entry]) => [key, withoutEmpty(entry)] as const);
  return Object.fromEntries(kept.filter(([, entry]) => JSON.stringify(entry) !== '{}'));
}
