/**
 * Every property that a user can give to a construct: structs, and through the static factories of classes their options.
 */
import * as ts from 'typescript';
import { factories, isStruct, Library, members, parents, readLibrary, tagText } from './source';

/** What a changed value does to what runs. */
export const EFFECTS = {
  'at-once': 'It takes effect at once. No member restarts.',
  'rollout': 'The pod template changes: members are replaced one by one, as `rollout` says. For pgAdmin and the proxies: their pods are replaced.',
  'bootstrap': 'Only a new, empty cluster takes it. In a running one members may restart, and the old value stays.',
  'recreation': 'The object gets another name: the one of the old name stays behind without being managed, and an empty one begins.',
  'never': 'Kubernetes refuses the change of an object that exists.',
  'dangerous': 'It can cost data or the service. Read the property\'s description first.',
} as const;
export type Effect = keyof typeof EFFECTS;

/** The tag `@changes <effect> [note]` of a property. */
export interface Changes {
  readonly effect: Effect;
  readonly note?: string;
}

/** One property of one struct. */
export interface Property {
  /** `StorageOptions.size`. */
  readonly id: string;
  readonly struct: string;
  readonly name: string;
  /** Its own tag, or that of the one property that leads to its struct. */
  readonly changes?: Changes;
  /** The text of a tag that is none. */
  readonly badTag?: string;
  /** Structs and classes of the library below it. */
  readonly below: readonly string[];
}

/** A struct with its properties, and where a user gives it. */
export interface Struct {
  readonly name: string;
  readonly givenTo: readonly string[];
  readonly properties: readonly Property[];
}

/** Structs that are one value: they change only together with the property that takes them. */
const VALUES = ['SecretKey', 'SpiloImageFacts', 'ContainerImageFacts'];

/** All structs below `root`, the root first. */
export function structsBelow(root: string, library = readLibrary()): Struct[] {
  const found = new Map<string, { givenTo: string[]; inherited: (Changes | undefined)[] }>();
  const visit = (type: string, givenTo: string, inherited?: Changes): void => {
    const declaration = library.get(type);
    if (declaration === undefined || VALUES.includes(type)) { return; }
    if (ts.isClassDeclaration(declaration)) {
      for (const factory of factories(declaration)) {
        const call = `${type}.${factory.name.getText()}()`;
        factory.parameters.flatMap(({ type: parameter }) => typeNames(parameter)).forEach(name => visit(name, call, inherited));
      }
      return;
    }
    if (!isStruct(declaration)) { return; }
    const known = found.get(type);
    if (known !== undefined) {
      known.givenTo.push(givenTo);
      known.inherited.push(inherited);
      return;
    }
    found.set(type, { givenTo: [givenTo], inherited: [inherited] });
    // What a struct extends is given where the struct is given.
    parents(declaration).forEach(parent => visit(parent, givenTo, inherited));
    for (const member of members(declaration)) {
      typeNames(member.type).forEach(name => visit(name, `${type}.${member.name.getText()}`, readTag(member).changes ?? inherited));
    }
  };
  visit(root, '');
  return [...found].map(([name, { givenTo, inherited }]) => ({
    name,
    givenTo: [...new Set(givenTo)].filter(place => place !== ''),
    properties: members(library.get(name) as ts.InterfaceDeclaration).map(member => property(name, member, same(inherited), library)),
  }));
}

/** Properties that hold a value and not only further properties: those that need a tag. */
export function leaves(structs: readonly Struct[]): Property[] {
  const isListed = (name: string) => structs.some(struct => struct.name === name);
  return structs.flatMap(struct => struct.properties).filter(({ below, changes, badTag }) =>
    changes !== undefined || badTag !== undefined || !below.some(isListed));
}

function property(struct: string, member: ts.PropertySignature, inherited: Changes | undefined, library: Library): Property {
  const name = member.name.getText();
  const { changes, badTag } = readTag(member);
  return {
    id: `${struct}.${name}`,
    struct,
    name,
    changes: changes ?? (badTag === undefined ? inherited : undefined),
    badTag,
    below: typeNames(member.type).filter(type => library.has(type)),
  };
}

/** A tag is inherited only where all ways to the struct say the same. */
function same(changes: readonly (Changes | undefined)[]): Changes | undefined {
  return changes.every(one => JSON.stringify(one) === JSON.stringify(changes[0])) ? changes[0] : undefined;
}

function readTag(member: ts.PropertySignature): { changes?: Changes; badTag?: string } {
  const text = tagText(member, 'changes');
  if (text === undefined) { return {}; }
  const [, effect, note] = /^(\S*)\s*(.*)$/.exec(text)!;
  return effect in EFFECTS ? { changes: { effect: effect as Effect, ...(note ? { note } : {}) } } : { badTag: text };
}

/** Names in a type, also in lists and maps of it. */
function typeNames(type: ts.TypeNode | undefined): string[] {
  if (type === undefined) { return []; }
  if (ts.isTypeReferenceNode(type)) { return [type.typeName.getText()]; }
  if (ts.isArrayTypeNode(type)) { return typeNames(type.elementType); }
  if (ts.isTypeLiteralNode(type)) { return type.members.filter(ts.isIndexSignatureDeclaration).flatMap(member => typeNames(member.type)); }
  return [];
}
