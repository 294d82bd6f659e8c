import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pruneDeclarations } from '../../scripts/declarations';

interface Files { readonly [path: string]: string }

/** What is left of declarations, by path. */
function pruned(files: Files): Files {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    pruneDeclarations(folder);
    return Object.fromEntries(readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.d.ts')).map(path => [path, readFileSync(join(folder, path), 'utf8').trim()]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const INDEX = "export { Store } from './store';";

test('what the index lists stays, with its comments', () => {
  const files = { 'index.d.ts': INDEX, 'store.d.ts': '/** Where backups lie. */\nexport interface Store {\n    /** Its name. */\n    readonly name: string;\n}' };
  expect(pruned(files)).toEqual(files);
});

test('what it does not list goes, and files in which nothing is left', () => {
  expect(pruned({
    'index.d.ts': INDEX,
    'store.d.ts': "import { Rule } from './rule';\nexport interface Store {\n}\nexport declare const storeRules: Rule[];\nexport declare function places(): string[];",
    'rule.d.ts': 'export interface Rule {\n}\nexport {};',
  })).toEqual({ 'index.d.ts': INDEX, 'store.d.ts': 'export interface Store {\n}' });
});

test.each([
  ['the type of a property', "import { Place } from './place';\nexport interface Store {\n    readonly place: Place;\n}"],
  ['a parameter', "import { Place } from './place';\nexport declare class Store {\n    static at(place?: Place): Store;\n}"],
  ['a base class', "import { Place } from './place';\nexport declare class Store extends Place {\n}"],
  ['a type within others', "import { Place } from './place';\nexport interface Store {\n    readonly places: {\n        [name: string]: readonly Place[];\n    };\n}"],
  ['a type that is named where it is used', 'export interface Store {\n    readonly place: import("./place").Place;\n}'],
])('%s keeps its declaration', (_, store) => {
  const files = { 'index.d.ts': INDEX, 'store.d.ts': store, 'place.d.ts': 'export declare class Place {\n    readonly path: string;\n}' };
  expect(pruned(files)).toEqual(files);
});

test('a declaration keeps what it leads to over several files, and imports only that', () => {
  const left = pruned({
    'index.d.ts': INDEX,
    'store.d.ts': "import { Place, placeOf } from './deep/place';\nexport interface Store {\n    readonly place: Place;\n}\nexport declare const known: typeof placeOf;",
    'deep/place.d.ts': "import { Kind } from '../kind';\nexport interface Place {\n    readonly kind: Kind;\n}\nexport declare function placeOf(): Place;",
    'kind.d.ts': 'export declare enum Kind {\n    S3 = "s3"\n}',
  });
  expect(Object.keys(left).sort()).toEqual(['deep/place.d.ts', 'index.d.ts', 'kind.d.ts', 'store.d.ts']);
  expect(left['store.d.ts']).toContain("import { Place } from './deep/place';");
  expect(left['deep/place.d.ts']).not.toContain('placeOf');
});

test('internal members of classes keep only their names, so that no other value passes for an instance', () => {
  expect(pruned({
    'index.d.ts': INDEX,
    'store.d.ts': "import { Data } from './data';\nexport declare class Store {\n    readonly _data: Data;\n    static s3(): Store;\n    private constructor();\n    /** @internal */\n    _use(data: Data): void;\n    /** @internal */\n    static _all(): Data[];\n}",
    'data.d.ts': 'export interface Data {\n}',
  })).toEqual({
    'index.d.ts': INDEX,
    'store.d.ts': 'export declare class Store {\n    /** @internal */\n    protected readonly _data: unknown;\n    static s3(): Store;\n'
      + '    private constructor();\n    /** @internal */\n    protected readonly _use: unknown;\n}',
  });
});

test('internal members of interfaces go', () => {
  expect(pruned({ 'index.d.ts': INDEX, 'store.d.ts': 'export interface Store {\n    readonly name: string;\n    /** @internal */\n    readonly _data: string;\n}' }))
    .toEqual({ 'index.d.ts': INDEX, 'store.d.ts': 'export interface Store {\n    readonly name: string;\n}' });
});

test('a part of the library with an index of its own is kept by that', () => {
  const index = "export * as operator from './operator';";
  expect(pruned({
    'index.d.ts': index,
    'operator/index.d.ts': INDEX,
    'operator/store.d.ts': 'export interface Store {\n}\nexport interface Other {\n}',
  })).toEqual({ 'index.d.ts': index, 'operator/index.d.ts': INDEX, 'operator/store.d.ts': 'export interface Store {\n}' });
});

test('doing it twice is doing it once', () => {
  const once = pruned({ 'index.d.ts': INDEX, 'store.d.ts': 'export declare class Store {\n    _data: string;\n    get name(): string;\n}\nexport interface Other {\n}' });
  expect(pruned(once)).toEqual(once);
});
