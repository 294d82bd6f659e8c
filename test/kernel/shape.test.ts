/** Names and types of what a user gives, against a small table of a library of cars. */
import { App, Cron, Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { refusal } from '../../src/kernel/rule';
import { checkShape, repair, SHAPE_RULES } from '../../src/kernel/shape';
import { isType, Shapes } from '../../src/kernel/shape-table';

const SHAPES: Shapes = {
  CarProps: {
    properties: {
      doorCount: { type: 'number' },
      colour: { type: 'Colour', optional: true },
      nickName: { type: 'string', optional: true },
      isFast: { type: 'boolean', optional: true },
      tank: { type: 'Size', optional: true },
      inspection: { type: 'Cron', optional: true },
      warranty: { type: 'Duration', optional: true },
      engine: { type: 'Engine', optional: true },
      radio: { type: 'RadioOptions', optional: true },
      radios: { type: 'RadioOptions[]', optional: true },
      labels: { type: '{string}', optional: true },
      stops: { type: '{string[]}', optional: true },
      extras: { type: 'any', optional: true },
      sidecars: { type: 'any[]', optional: true },
      garage: { type: 'IGarage', optional: true },
      doorKey: { type: 'string', optional: true },
      owner: { type: 'PlainTextPasswords', optional: true },
      trailer: { type: 'CarProps', optional: true },
    },
  },
  RadioOptions: { properties: { station: { type: 'string' }, volume: { type: 'number', optional: true } } },
  PlainTextPasswords: { properties: { driver: { type: 'string' } } },
  Colour: { values: { RED: 'Red', GREEN: 'Green' } },
  IGarage: { members: { garageName: { type: 'string' }, places: { type: '{number}' }, street: { type: 'string', optional: true } } },
  Engine: {
    factories: {
      diesel: { parameters: { tank: { type: 'Tank' }, options: { type: 'EngineOptions', optional: true } } },
      electric: { parameters: {} },
    },
    constants: ['DEFAULT'],
  },
  EngineOptions: { properties: { power: { type: 'number', optional: true }, oil: { type: 'string', optional: true } } },
  Tank: { factories: { of: { parameters: { options: { type: 'TankOptions' } } } } },
  TankOptions: { properties: { size: { type: 'Size' }, liner: { type: 'string', optional: true } } },
};

const CAR = Object.entries(SHAPES.CarProps.properties!).map(([name, { optional }]) => optional ? `${name}?` : name).join(', ');

class Tank {
  public static of(options: any) { return new Tank({ kind: 'of', options }); }
  private constructor(public readonly _data: object) {}
}
class Engine {
  public static readonly DEFAULT = Engine.diesel(Tank.of({ size: Size.gibibytes(1) }));
  public static diesel(tank: any, options: any = {}) { return new Engine({ kind: 'diesel', tank, options }); }
  public static electric() { return new Engine({ kind: 'electric' }); }
  private constructor(public readonly _data: object) {}
}
class Garage { public get garageName() { return 'a'; } public get places() { return { a: 1 }; } }
const GARAGE = { garageName: 'a', places: { a: 1 } };
const TANK = Tank.of({ size: Size.gibibytes(1) });

const car = (props: object): any => ({ doorCount: 4, ...props });
/** `rule property: received, allowed` of each violation. */
const found = (props: unknown, type = 'CarProps') => checkShape(SHAPES, type, props).map(({ rule, property, received, allowed }) =>
  `${rule} ${property}: ${JSON.stringify(received)}, ${allowed}`);
/** The only one. */
const only = (props: unknown) => { const [violation, ...others] = found(props); expect(others).toEqual([]); return violation; };

/** Throws at whatever is done with it. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('accepted', () => {
  class Settings { public readonly doorCount = 4; public get colour() { return 'Red'; } }
  class OtherSize { public toKibibytes() { return 5; } }

  test.each<[string, object]>([
    ['all types of values', {
      colour: 'Red',
      nickName: '',
      isFast: false,
      tank: Size.gibibytes(1),
      inspection: Cron.daily(),
      warranty: Duration.days(1),
      engine: Engine.diesel(TANK),
      radio: { station: 'a' },
      radios: [{ station: 'a', volume: 1 }],
      labels: { a: 'b' },
      stops: { a: ['b'] },
      extras: [1, { a: null }],
      sidecars: [{ name: 'a' }],
      garage: GARAGE,
      owner: { driver: 'geheim' },
      trailer: { doorCount: 0 },
    }],
    ['empty lists and maps', { radios: [], labels: {}, stops: { a: [] }, sidecars: [] }],
    ['undefined, which is no value', { colour: undefined, radio: { station: 'a', volume: undefined } }],
    ['an unknown name without a value', { color: undefined, kolor: null }],
    ['NaN and Infinity, which the rules judge', { doorCount: NaN, radio: { station: 'a', volume: Infinity } }],
    ['a Size of another copy of cdk8s', { tank: new OtherSize() }],
    ['an instance of the user\'s own class', new Settings()],
    ['an object without prototype', Object.assign(Object.create(null), { doorCount: 4, labels: Object.assign(Object.create(null), { a: 'b' }) })],
    ['an implementation of an interface, with whatever else it has', { garage: { ...GARAGE, node: {}, open: () => true } }],
    ['an implementation whose members are inherited', { garage: new Garage() }],
    ['an implementation with null where nothing needs to be', { garage: { ...GARAGE, street: null } }],
    ['a factory without parameters', { engine: Engine.electric() }],
    ['an instance that a class has ready', { engine: Engine.DEFAULT }],
    ['instances of classes within what goes into a manifest', { sidecars: [{ cpu: new OtherSize() }] }],
    ['one object at two places', (radio => ({ radio, radios: [radio, radio] }))({ station: 'a' })],
    ['names of Object\'s own members as keys of a map', { labels: { constructor: 'a', toString: 'b' } }],
  ])('%s', (_, props) => {
    const given = props instanceof Settings || Object.getPrototypeOf(props) === null ? props : car(props);
    expect(repair(SHAPES, 'CarProps', given)).toEqual({ violations: [], value: given });
  });

  test('it is given back itself, not a copy', () => {
    const props = car({ engine: Engine.diesel(TANK), radios: [{ station: 'a' }], labels: { a: 'b' }, color: undefined });
    expect(repair(SHAPES, 'CarProps', props).value).toBe(props);
  });

  test('a factory by jsii\'s name, since bundlers shorten names', () => {
    class a { public readonly _data = { kind: 'electric' }; }
    Object.assign(a, { [Symbol.for('jsii.rtti')]: { fqn: 'cars.Engine' } });
    expect(found(car({ engine: new a() }))).toEqual([]);
  });
});

describe('unknown-property', () => {
  test.each<[string, object]>([
    ['colr: "colr", did you mean \'colour\'?', { colr: 'Red' }],
    ['nick_name: "nick_name", did you mean \'nickName\'?', { nick_name: 'a' }],
    ['ISFAST: "ISFAST", did you mean \'isFast\'?', { ISFAST: true }],
    ['radio.wheels: "wheels", one of station, volume', { radio: { station: 'a', wheels: 4 } }],
    ['radios[1].loudness: "loudness", one of station, volume', { radios: [{ station: 'a' }, { station: 'a', loudness: 4 }] }],
    ['engine.powr: "powr", did you mean \'power\'?', { engine: Engine.diesel(TANK, { powr: 4 }) }],
    ['engine.tank.linr: "linr", did you mean \'liner\'?', { engine: Engine.diesel(Tank.of({ size: Size.gibibytes(1), linr: 'a' })) }],
    ['radio.__proto__: "__proto__", one of station, volume', { radio: JSON.parse('{"station": "a", "__proto__": {}}') }],
    ['radio.constructor: "constructor", one of station, volume', { radio: { station: 'a', constructor: 1 } }],
    ['radio.wheels: "wheels", one of station, volume', { radio: { station: 'a', get wheels() { throw new Error('no'); } } }],
    [`radio.${'x '.repeat(30)}...: "${'x '.repeat(30)}...", one of station, volume`, { radio: { station: 'a', ['x\n'.repeat(1000)]: 1 } }],
  ])('%s', (violation, props) => {
    expect(only(car(props))).toBe(`unknown-property ${violation}`);
  });
});

describe('missing-property', () => {
  test.each<[string, unknown]>([
    ['doorCount: undefined, a number', {}],
    ['doorCount: undefined, a number', { doorCount: null }],
    [`CarProps: undefined, an object with ${CAR}`, undefined],
    ['radio.station: undefined, a string', car({ radio: {} })],
    ['engine.tank: undefined, Tank.of(...)', car({ engine: Engine.diesel(undefined) })],
    ['engine.tank.size: undefined, a Size, such as Size.gibibytes(10)', car({ engine: Engine.diesel(Tank.of({})) })],
    ['engine.tank: undefined, an object with size, liner?', car({ engine: Engine.diesel(Tank.of(undefined)) })],
  ])('%s', (violation, props) => {
    expect(only(props)).toBe(`missing-property ${violation}`);
  });
});

describe('property-type', () => {
  const ENGINES = 'Engine.diesel(...), Engine.electric(), Engine.DEFAULT';
  const RADIO = 'an object with station, volume?';
  class Wheel { public readonly _data = { kind: 'diesel' }; }

  test.each<[string, object, string]>([
    ['a text for a number', { doorCount: '4' }, 'doorCount: "4", a number'],
    ['a number for a text', { nickName: 4 }, 'nickName: 4, a string'],
    ['a boxed text', { nickName: new String('a') }, 'nickName: "(an instance of String)", a string'],
    ['a text for a boolean', { isFast: 'true' }, 'isFast: "true", true or false'],
    ['a large integer', { doorCount: 4n }, 'doorCount: "(a bigint)", a number'],
    ['a function', { nickName: () => 'a' }, 'nickName: "(a function)", a string'],
    ['a symbol', { nickName: Symbol('a') }, 'nickName: "(a symbol)", a string'],
    ['a text for a Size', { tank: '10Gi' }, 'tank: "10Gi", a Size, such as Size.gibibytes(10)'],
    ['a Duration for a Size', { tank: Duration.days(1) }, 'tank: "(an instance of Duration)", a Size, such as Size.gibibytes(10)'],
    ['what looks like a Size and is none', { tank: { toKibibytes() { throw new Error('no'); } } }, 'tank: "(an object with toKibibytes)", a Size, such as Size.gibibytes(10)'],
    ['a number for a Duration', { warranty: 5 }, 'warranty: 5, a Duration, such as Duration.minutes(5)'],
    ['a text for a Cron', { inspection: '0 1 * * *' }, 'inspection: "0 1 * * *", a Cron, such as Cron.schedule({ minute: \'0\', hour: \'1\' })'],
    ['no member of an enum', { colour: 'red' }, 'colour: "red", Colour.RED (\'Red\'), Colour.GREEN (\'Green\')'],
    ['the name of a member', { colour: 'GREEN' }, 'colour: "GREEN", Colour.RED (\'Red\'), Colour.GREEN (\'Green\')'],
    ['a text for a struct', { radio: 'loud' }, `radio: "(a string)", ${RADIO}`],
    ['a list for a struct', { radio: [] }, `radio: "(a list)", ${RADIO}`],
    ['another instance for a struct', { radio: new Date(0) }, `radio: "(an instance of Date)", ${RADIO}`],
    ['an instance of a factory for a struct', { radio: Engine.electric() }, `radio: "(an instance of Engine)", ${RADIO}`],
    ['a struct for a list', { radios: { station: 'a' } }, `radios: "(an object with station)", a list; each element: ${RADIO}`],
    ['a text in a list', { radios: [{ station: 'a' }, 'b'] }, `radios[1]: "(a string)", ${RADIO}`],
    ['null in a list', { radios: [null] }, `radios[0]: null, ${RADIO}`],
    // eslint-disable-next-line no-sparse-arrays
    ['a list with a hole', { radios: [, { station: 'a' }] }, `radios: "(a list)", a list; each element: ${RADIO}`],
    ['a huge list of holes', { radios: new Array(2 ** 32 - 1) }, `radios: "(a list)", a list; each element: ${RADIO}`],
    ['a list for a map', { labels: ['a'] }, 'labels: "(a list)", an object; each value: a string'],
    ['a Map for a map', { labels: new Map([['a', 'b']]) }, 'labels: "(an instance of Map)", an object; each value: a string'],
    ['a number in a map', { labels: { a: 'b', c: 1 } }, 'labels.c: 1, a string'],
    ['a text in a map of lists', { stops: { a: 'b' } }, 'stops.a: "(a string)", a list; each element: a string'],
    ['a value below __proto__', { labels: JSON.parse('{"__proto__": 1}') }, 'labels.__proto__: 1, a string'],
    ['a plain object for a factory', { engine: { power: 4 } }, `engine: "(an object with power)", ${ENGINES}`],
    ['an empty object for a factory', { engine: {} }, `engine: "(an empty object)", ${ENGINES}`],
    ['a text for a factory', { engine: 'diesel' }, `engine: "(a string)", ${ENGINES}`],
    ['the class for its instance', { engine: Engine }, `engine: "(a function)", ${ENGINES}`],
    ['an instance of another class', { engine: new Wheel() }, `engine: "(an instance of Wheel)", ${ENGINES}`],
    ['an instance that no factory made', { engine: Object.create(Engine.prototype) }, `engine: "(an instance of Engine)", ${ENGINES}`],
    ['a wrong argument of a factory', { engine: Engine.diesel(Size.gibibytes(1)) }, 'engine.tank: "(an instance of Size)", Tank.of(...)'],
    ['null as the options of a factory', { engine: Engine.diesel(TANK, null) }, 'engine: null, an object with power?, oil?'],
    ['a wrong option of a factory', { engine: Engine.diesel(TANK, { power: '4' }) }, 'engine.power: "4", a number'],
    ['a text for an interface', { garage: 'mine' }, 'garage: "(a string)", an IGarage'],
    ['another object for an interface', { garage: { garageName: 'a' } }, 'garage: "(an object with garageName)", an IGarage'],
    ['an implementation with a wrong member', { garage: { ...GARAGE, places: { a: 'b' } } }, 'garage.places.a: "b", a number'],
    ['an implementation with a wrong member that need not be', { garage: { ...GARAGE, street: 5 } }, 'garage.street: 5, a string'],
    ['a function in what goes into a manifest', { extras: { a: [() => 1] } }, 'extras: "(an object with a)", a string, a number, true or false, a list or an object'],
    ['null in a list of what goes into a manifest', { sidecars: [{ env: [null] }] },
      'sidecars[0]: "(an object with env)", a string, a number, true or false, a list or an object'],
    ['null in place of what goes into a manifest', { sidecars: [null] }, 'sidecars[0]: null, a string, a number, true or false, a list or an object'],
    ['a struct that holds itself', (props => Object.assign(props, { trailer: props }))(car({})),
      `trailer.trailer: "(an object with doorCount, trailer)", an object with ${CAR}`],
    ['a list that holds itself', (list => { list.push(list); return { extras: list }; })([] as any[]), 'extras: "(a list)", a string, a number, true or false, a list or an object'],
    ['a construct in what goes into a manifest', { sidecars: [{ image: new App() }] },
      'sidecars[0]: "(an object with image)", a string, a number, true or false, a list or an object'],
    ['a property that throws', { get nickName() { throw new Error('no'); } }, 'nickName: "(a value that cannot be read)", a string'],
    ['a Proxy that throws', { radio: revoked() }, `radio: "(an object that cannot be read)", ${RADIO}`],
    ['a Proxy that throws, for a factory', { engine: revoked() }, `engine: "(an object that cannot be read)", ${ENGINES}`],
    ['a Proxy that throws, for a list', { radios: revoked() }, `radios: "(an object that cannot be read)", a list; each element: ${RADIO}`],
    ['a Proxy that throws at every name', { extras: { a: new Proxy({}, { get() { throw new Error('no'); } }) } },
      'extras: "(an object with a)", a string, a number, true or false, a list or an object'],
    ['a Proxy that throws, in a manifest', { extras: { a: revoked() } }, 'extras: "(an object with a)", a string, a number, true or false, a list or an object'],
    ['a long text', { colour: 'x'.repeat(1000) }, `colour: "${'x'.repeat(60)}...", Colour.RED ('Red'), Colour.GREEN ('Green')`],
  ])('%s', (_, props, violation) => {
    // The getter must arrive as one.
    expect(only(Object.defineProperties({ doorCount: 4 }, Object.getOwnPropertyDescriptors(props)))).toBe(`property-type ${violation}`);
  });

  test('at the top the type stands for the property', () => {
    expect(only(5)).toMatch(/^property-type CarProps: 5, an object with doorCount, /);
  });
});

describe('secrets', () => {
  test.each<[string, object]>([
    ['below a name that says so', { doorKey: ['geheim'] }],
    ['a number', { doorKey: 1234 }],
    ['below a type that says so', { owner: { driver: { geheim: 'geheim' } } }],
    ['in place of a struct', { owner: 'geheim' }],
    ['in place of a factory', { engine: 'geheim' }],
    ['in a map', { labels: { 'api-token': ['geheim'] } }],
  ])('no value is shown %s', (_, props) => {
    const message = refusal('app/car', checkShape(SHAPES, 'CarProps', car(props))).message;
    expect(message).toContain('[property-type]');
    expect(message).not.toMatch(/geheim|1234/);
  });
});

describe('repair()', () => {
  const repaired = (props: object) => repair(SHAPES, 'CarProps', car(props));

  test.each<[string, object, object]>([
    ['an unknown property', { color: 1, isFast: true }, { isFast: true }],
    ['an optional property of a wrong type', { colour: 'red', isFast: true }, { isFast: true }],
    ['an optional property of a property', { radio: { station: 'a', volume: 'b' } }, { radio: { station: 'a' } }],
    ['a property in which a required one is missing', { radio: { volume: 1 }, isFast: true }, { isFast: true }],
    ['an entry of a map', { labels: { a: 'b', c: 1 } }, { labels: { a: 'b' } }],
    ['a list in which an element is wrong, since the others would move', { radios: [{ station: 'a' }, 1] }, {}],
    ['an optional property in an element', { radios: [{ station: 'a', volume: 'b' }] }, { radios: [{ station: 'a' }] }],
    ['an instance with a wrong argument', { engine: Engine.diesel(1) }, {}],
    ['an implementation with a wrong member', { garage: { ...GARAGE, street: 5 } }, {}],
  ])('leaves out %s', (_, props, rest) => {
    const { violations, value } = repaired(props);
    expect(violations).toHaveLength(1);
    expect(value).toEqual(car(rest));
  });

  test('leaves out a wrong option of a factory, in another instance of its class', () => {
    const given = Engine.diesel(TANK, { power: '4', oil: 'a' });
    const { engine } = repaired({ engine: given }).value;
    expect(engine).toBeInstanceOf(Engine);
    expect(engine).toEqual(Engine.diesel(TANK, { oil: 'a' }));
    expect(given).toEqual(Engine.diesel(TANK, { power: '4', oil: 'a' }));
  });

  test('leaves out null, which is no violation', () => {
    const { violations, value } = repaired({ colour: null, radio: { station: 'a', volume: null }, labels: { a: null, b: undefined, c: 'd' } });
    expect(violations).toEqual([]);
    expect(Object.keys(value)).toEqual(['doorCount', 'radio', 'labels']);
    expect([Object.keys(value.radio), Object.keys(value.labels)]).toEqual([['station'], ['c']]);
  });

  test('gives nothing back where a required part is missing', () => {
    expect(repair(SHAPES, 'CarProps', { isFast: 'a' })).toEqual({ violations: [expect.anything(), expect.anything()] });
  });

  test('does not touch what it was given', () => {
    const props = Object.freeze(car({ color: 1, colour: 'red', radio: Object.freeze({ station: 'a', volume: 'b' }) }));
    expect(() => repair(SHAPES, 'CarProps', props)).not.toThrow();
  });

  test('lists all violations, in the order of the properties, under the property that is given', () => {
    const props = { engine: Engine.diesel(1), nickName: 1, color: 1 };
    expect(checkShape(SHAPES, 'CarProps', props, 'cars[2]').map(({ property }) => property))
      .toEqual(['cars[2].color', 'cars[2].doorCount', 'cars[2].nickName', 'cars[2].engine.tank']);
  });
});

describe('whatever the value is', () => {
  const anything = fc.anything({
    withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSet: true, withSparseArray: true, withTypedArray: true,
  });
  const someProps = fc.record(
    Object.fromEntries([...Object.keys(SHAPES.CarProps.properties!), 'colr', '__proto__'].map(name => [name, anything])), { requiredKeys: [] });
  const inFactories = anything.chain(value => fc.constantFrom(value, Tank.of(value), Engine.diesel(value), Engine.diesel(TANK, value)));

  test('nothing is thrown, and what is left is in order', () => {
    fc.assert(fc.property(fc.oneof(anything, someProps, inFactories.map(engine => car({ engine }))), given => {
      const { violations, value } = repair(SHAPES, 'CarProps', given);
      refusal('app/car', violations);
      expect(value === undefined ? [] : checkShape(SHAPES, 'CarProps', value)).toEqual([]);
      expect(value !== undefined || violations.length > 0).toBe(true);
    }), { numRuns: 500 });
  });

  test.each<[string, unknown]>(Object.entries({
    'null': null,
    '0': 0,
    'NaN': NaN,
    'no text': '',
    'a bigint': 1n,
    'a symbol': Symbol('a'),
    'a function': () => 1,
    'a class': class {},
    'a list': [],
    'holes': new Array(5),
    'no prototype': Object.create(null),
    'a Proxy of a list': new Proxy([], {}),
    'a Proxy that throws': revoked(),
  }).map(([name, value]) => [name, () => value]))('as the whole: %s', (_, value: any) => {
    const violations = checkShape(SHAPES, 'CarProps', value());
    expect(refusal('app/car', violations).message).toMatch(/^app\/car is refused: 1 violation/);
  });

  test('a value of any depth', () => {
    let deep: object = {};
    for (let i = 0; i < 100_000; i++) { deep = { deep }; }
    expect(found(car({ extras: deep }))).toHaveLength(1);
  });
});

test.each([
  ['string', true], ['Size', true], ['CarProps', true], ['CarProps[]', true], ['{Colour[]}', true], ['{any}[]', true],
  ['Bicycle', false], ['Bicycle[]', false], ['{Bicycle}', false], ['string | number', false], ['toString', false], ['', false],
])('whether the table knows %s: %s', (type, expected) => {
  expect(isType(SHAPES, type)).toBe(expected);
});

test('the rules are a table as all others are', () => {
  expect(SHAPE_RULES.map(({ id }) => id)).toEqual(['unknown-property', 'missing-property', 'property-type']);
});
