import { Shapes } from '../src/kernel/shape-table';
import properties from '../src/properties.json';
import * as library from 'cdk8s-spilo';

const SHAPES = properties as Shapes;
/** Every static factory that takes an object, and which of its parameters are objects. */
const FACTORIES = Object.entries(SHAPES).flatMap(([type, { factories = {} }]) => Object.entries(factories)
  .map(([name, { parameters }]) => [`${type}.${name}`, type, name, Object.values(parameters).map(parameter => SHAPES[parameter.type]?.properties !== undefined)] as const)
  .filter(([, , , objects]) => objects.includes(true)));

test.each(FACTORIES)('%s keeps a copy of what it was given: a change after the call changes nothing', (_, type, name, objects) => {
  const given = { name: 'a', key: 'b', lists: { of: ['c'] } };
  const made = (library as any)[type][name](...objects.map(isObject => isObject ? given : 'text'));
  const before = JSON.stringify(made);
  given.name = given.key = 'changed';
  given.lists.of.push('changed');
  expect(JSON.stringify(made)).toBe(before);
});

test('there are such factories', () => expect(FACTORIES.length).toBeGreaterThan(30));

/** Static methods that everybody can call, but those that need a construct to be in. */
const STATIC = Object.entries(library).flatMap(([type, value]) => typeof value !== 'function' ? [] : Object.getOwnPropertyNames(value)
  .filter(name => typeof (value as any)[name] === 'function' && !['catalogued', 'seconds', 'fromClusterAttributes'].includes(name) && !name.startsWith('_'))
  .map(name => [`${type}.${name}`, value, name] as const));
const ANYTHING = [undefined, null, 5, NaN, 'x', true, {}, [], Symbol('s'), () => 1, Object.create(null), { get name() { throw new Error('unreadable'); } }];

test.each(STATIC)('%s takes anything, for the construct to refuse, or refuses it with rule and path', (_, type, name) => {
  const errors = ANYTHING.flatMap(first => ANYTHING.flatMap(second => {
    try {
      (type as any)[name](first, second);
      return [];
    } catch (error) {
      return String((error as Error).message).includes(' is refused: ') ? [] : [error];
    }
  }));
  expect(errors).toEqual([]);
});
