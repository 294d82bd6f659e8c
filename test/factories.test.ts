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
