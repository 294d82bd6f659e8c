/** `src/properties.json`, by which constructs check what they are given. That it is up to date, docs.test.ts says. */
import * as ts from 'typescript';
import { CONSTRUCTS } from '../scripts/docs/constructs';
import { structsBelow } from '../scripts/docs/properties';
import { shapesFile, shapesOf, typesIn } from '../scripts/docs/shapes';
import { Declaration } from '../scripts/docs/source';
import { isType, Shapes } from '../src/kernel/shape-table';

const SHAPES: Shapes = JSON.parse(shapesFile());

describe('the file', () => {
  test('every property has a type that the check knows', () => {
    const unknown = Object.entries(SHAPES).flatMap(([name, shape]) => typesIn(shape).filter(({ type }) => !isType(SHAPES, type)).map(member => `${name}.${member.name}`));
    expect(unknown).toEqual([]);
  });

  test('every struct that leads to a property of a construct is in it, with all its properties', () => {
    const structs = CONSTRUCTS.flatMap(({ props }) => props === undefined ? [] : structsBelow(props));
    expect(structs.length).toBeGreaterThan(20);
    for (const { name, properties } of structs) {
      expect(Object.keys(SHAPES[name]?.properties ?? {})).toEqual(expect.arrayContaining(properties.map(property => property.name)));
    }
  });

  test('options of methods are in it as well', () => {
    expect(Object.keys(SHAPES.ConnectionOptions.properties!)).toContain('database');
  });
});

/** Shapes of declarations in a text. */
function shapes(text: string, names = ['A']): Shapes {
  const declarations = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true).statements as unknown as Declaration[];
  const library = new Map(declarations.map(declaration => [declaration.name!.text, declaration]));
  return shapesOf(library, names);
}
const typeOf = (type: string) => shapes(`interface A { a: ${type} } interface B {} interface IC { id?: string; name: string; }`).A.properties!.a.type;

describe('what the source says', () => {
  test.each([
    ['string', 'string'], ['number', 'number'], ['boolean', 'boolean'], ['any', 'any'], ['Size', 'Size'], ['B', 'B'], ['IC', 'IC'],
    ['B[]', 'B[]'], ['readonly B[]', 'B[]'], ['{ [key: string]: B }', '{B}'], ['{ [key: string]: string[] }', '{string[]}'],
  ])('%s is %s', (type, expected) => {
    expect(typeOf(type)).toBe(expected);
  });

  test.each(['Unheard', 'Unheard[]', 'string | number', '() => string', '{ a: string }', 'Map<string, string>', 'k8s.Container', 'EnvValue'])('%s is refused by name', type => {
    expect(() => typeOf(type)).toThrow(`nor known to src/kernel/shape.ts: A.a: ${type}`);
  });

  test('all types that are unknown are in one error', () => {
    const text = 'interface A { a: X; b: string; c: C } class C { public static of(c: Y): C { return new C(c); } private constructor(c: any) {} }';
    expect(() => shapes(text)).toThrow(/: A\.a: X, C\.of\.c: Y$/);
  });

  test('a struct has its own and inherited properties, optional ones marked, with the text of their tags', () => {
    expect(shapes(`
      interface A {
        /**
         * A text.
         *
         * @default - none,
         * at all
         * @changes rollout of everything
         */
        readonly a?: string;
      }
      interface B extends A { readonly b: number }
    `, ['B']).B).toEqual({
      properties: { a: { type: 'string', optional: true, default: '- none, at all', changes: 'rollout of everything' }, b: { type: 'number' } },
    });
  });

  test('an enum has its values', () => {
    expect(shapes('enum A { B = "b", C = "c" }').A).toEqual({ values: { B: 'b', C: 'c' } });
  });

  test('a class has its static factories with their parameters, and its ready instances', () => {
    expect(shapes(`
      interface A { c: C }
      interface O {}
      class C {
        public static readonly FAST = C.of('a');
        public static of(name: string, count: number = 1, options: O = {}, last?: boolean): C { return new C(); }
        public static isC(x: any): boolean { return true; }
        public static _internal(): C { return new C(); }
        private static hidden(): C { return new C(); }
        public copy(): C { return new C(); }
      }
    `).C).toEqual({
      factories: {
        of: {
          parameters: {
            name: { type: 'string' }, count: { type: 'number', optional: true }, options: { type: 'O', optional: true }, last: { type: 'boolean', optional: true },
          },
        },
      },
      constants: ['FAST'],
    });
  });

  test('a class that everybody can make has its public fields', () => {
    const text = `class C {
      public static readonly DEFAULT = new C('a', 1);
      public readonly name: string;
      private readonly hidden = 1;
      public constructor(name: string, public readonly count: number, private readonly other?: string) {}
    }`;
    expect(shapes(`interface A { c: C } ${text}`).C).toEqual({ members: { name: { type: 'string' }, count: { type: 'number' } } });
  });

  test('a class has no shape where no property leads to it: it is a construct', () => {
    expect(shapes('class C { public readonly object: ApiObject; }', ['C'])).toEqual({});
  });

  test('an interface with behaviour has its properties', () => {
    expect(shapes('interface IC { id?: string; name: string; connect(): void }', ['IC'])).toEqual({
      IC: { members: { id: { type: 'string', optional: true }, name: { type: 'string' } } },
    });
  });

  test('types that no name leads to are left out, and the others are sorted', () => {
    expect(Object.keys(shapes('interface C { a: B } interface A {} interface B {} interface D {}', ['C', 'A']))).toEqual(['A', 'B', 'C']);
  });
});
