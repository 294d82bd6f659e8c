/**
 * `src/properties.json`: how values of every public type are recognized, by which constructs check what they are given. Also
 * the defaults and effects of all properties, for programs.
 */
import * as ts from 'typescript';
import { constants, Declaration, factories, Field, fields, isStruct, Library, members, parents, publicNames, readLibrary, tagText } from './source';
import { isType, Member, Members, Shape, Shapes } from '../../src/kernel/shape-table';

/** The file. */
export function shapesFile(): string {
  return `${JSON.stringify(shapesOf(readLibrary(), publicNames()), undefined, 2)}\n`;
}

/** The shapes of the types `names` and of all that they lead to, by name. Classes only where a property leads to them: constructs are none. */
export function shapesOf(library: Library, names: readonly string[]): Shapes {
  const shapes = new Map<string, Shape>();
  const add = (name: string): void => {
    const shape = shapes.has(name) ? undefined : shapeOf(name, library);
    if (shape === undefined) { return; }
    shapes.set(name, shape);
    typesIn(shape).forEach(({ type }) => add(elementOf(type)));
  };
  names.filter(name => !isClass(library.get(name))).forEach(add);
  const table = Object.fromEntries([...shapes].sort(([a], [b]) => a < b ? -1 : 1));
  const unknown = Object.entries(table).flatMap(([name, shape]) => typesIn(shape).filter(({ type }) => !isType(table, type))
    .map(member => `${name}.${member.name}: ${member.type}`));
  if (unknown.length > 0) {
    throw new Error(`types that are neither exported by src/index.ts nor known to src/kernel/shape.ts: ${unknown.join(', ')}`);
  }
  return table;
}

/** The types that a shape names, and where. */
export function typesIn({ properties, members: all, factories: kinds = {} }: Shape): { readonly name: string; readonly type: string }[] {
  const named = (some: Members, path = '') => Object.entries(some).map(([name, { type }]) => ({ name: `${path}${name}`, type }));
  return [...named({ ...properties, ...all }), ...Object.entries(kinds).flatMap(([kind, { parameters }]) => named(parameters, `${kind}.`))];
}

/** `Access` of `{Access[]}`. */
function elementOf(type: string): string {
  return type.replace(/[{}[\]]/g, '');
}

function shapeOf(name: string, library: Library): Shape | undefined {
  const declaration = library.get(name);
  if (declaration === undefined) { return undefined; }
  if (ts.isEnumDeclaration(declaration)) { return { values: valuesOf(declaration) }; }
  if (isClass(declaration)) { return classShape(name, declaration); }
  return { [isStruct(declaration) ? 'properties' : 'members']: propertiesOf(declaration, library) };
}

function isClass(declaration: Declaration | undefined): declaration is ts.ClassDeclaration {
  return declaration !== undefined && ts.isClassDeclaration(declaration);
}

function valuesOf(declaration: ts.EnumDeclaration): Shape['values'] {
  return Object.fromEntries(declaration.members.map(({ name, initializer }) => {
    if (!initializer || !ts.isStringLiteral(initializer)) { throw new Error(`${declaration.name.text}.${name.getText()} has no text as its value`); }
    return [name.getText(), initializer.text];
  }));
}

/** A class whose instances only its static methods make, or one that everybody can make and that holds values. */
function classShape(name: string, declaration: ts.ClassDeclaration): Shape {
  const made = factories(declaration).filter(({ type }) => type?.getText() === name);
  if (made.length === 0) { return { members: fieldsOf(declaration) }; }
  const ready = constants(declaration);
  return {
    factories: Object.fromEntries(made.map(method => [method.name.getText(), { parameters: parametersOf(method) }])),
    ...ready.length > 0 ? { constants: ready } : {},
  };
}

function parametersOf({ parameters }: ts.MethodDeclaration): Members {
  return Object.fromEntries(parameters.map(parameter => [parameter.name.getText(), memberOf(parameter)]));
}

function fieldsOf(declaration: ts.ClassDeclaration): Members {
  return Object.fromEntries(fields(declaration).map(field => [field.name.getText(), memberOf(field)]));
}

/** Inherited ones first. */
function propertiesOf(declaration: ts.InterfaceDeclaration, library: Library): Members {
  const inherited = parents(declaration).map(parent => {
    const found = library.get(parent);
    if (!found || !ts.isInterfaceDeclaration(found)) { throw new Error(`${declaration.name.text} extends ${parent}, which is no interface of src`); }
    return propertiesOf(found, library);
  });
  return Object.assign({}, ...inherited, Object.fromEntries(members(declaration).map(member => [member.name.getText(), memberOf(member)])));
}

function memberOf(node: ts.PropertySignature | Field): Member {
  const isOptional = node.questionToken !== undefined || (ts.isParameter(node) && node.initializer !== undefined);
  const [byDefault, changes] = ts.isPropertySignature(node) ? ['default', 'changes'].map(tag => tagText(node, tag)) : [];
  return {
    type: typeOf(node.type),
    ...isOptional ? { optional: true } : {},
    ...byDefault === undefined ? {} : { default: byDefault },
    ...changes === undefined ? {} : { changes },
  };
}

/** A type as `Member.type` says it; what has no such form stays as it is, and is refused with all that is unknown. */
function typeOf(type: ts.TypeNode | undefined): string {
  if (type === undefined) { return 'undefined'; }
  if (ts.isArrayTypeNode(type)) { return `${typeOf(type.elementType)}[]`; }
  if (ts.isTypeOperatorNode(type)) { return typeOf(type.type); }
  const [index, ...others] = ts.isTypeLiteralNode(type) ? type.members : [];
  if (index && ts.isIndexSignatureDeclaration(index) && others.length === 0) { return `{${typeOf(index.type)}}`; }
  return type.getText();
}
