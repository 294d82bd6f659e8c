/**
 * The public types, read from the source as text. From the source and not from the compiled library, so that a fresh clone
 * can check what is generated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import * as ts from 'typescript';

export type Declaration = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.EnumDeclaration;
/** Exported declarations of all files by name. Where two files have the same name, the one that the package exports. */
export type Library = ReadonlyMap<string, Declaration>;

const SOURCE = resolve(__dirname, '../../src');

/** All exported structs, classes, enums and interfaces. */
export function readLibrary(): Library {
  const lists = exportLists();
  const isPublic = (file: string, name: string) => lists.some(list => list.file === file && list.names.includes(name));
  const declarations = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
    .flatMap(file => exportedFrom(file).map(declaration => ({ name: declaration.name!.text, declaration, file: file.split(sep).join('/') })));
  const [ofPackage, others] = [true, false].map(wanted => declarations.filter(({ file, name }) => isPublic(file, name) === wanted));
  return new Map([...others, ...ofPackage].map(({ name, declaration }) => [name, declaration]));
}

/** Names that the package exports, sorted. */
export function publicNames(): string[] {
  return exportLists().flatMap(({ names }) => names).sort();
}

/** The lists of `src/index.ts`. */
function exportLists(): { readonly file: string; readonly names: string[] }[] {
  return parsed('index.ts').statements.map(statement => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
      throw new Error(`src/index.ts: not a list of exports: ${statement.getText()}`);
    }
    const module = (statement.moduleSpecifier as ts.StringLiteral).text;
    return { file: `${module.replace(/^\.\//, '')}.ts`, names: statement.exportClause.elements.map(({ name }) => name.text) };
  });
}

function exportedFrom(file: string): Declaration[] {
  const isDeclaration = (node: ts.Node): node is Declaration =>
    ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node);
  return parsed(file).statements.filter(isDeclaration).filter(node => has(node, ts.SyntaxKind.ExportKeyword));
}

function parsed(file: string): ts.SourceFile {
  const path = join(SOURCE, file);
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

function has(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some(modifier => modifier.kind === kind) ?? false;
}

/** Interfaces whose names begin with I have behaviour and are no structs. */
export function isStruct(declaration: Declaration | undefined): declaration is ts.InterfaceDeclaration {
  return declaration !== undefined && ts.isInterfaceDeclaration(declaration) && !/^I[A-Z]/.test(declaration.name.text);
}

/** The properties that an interface declares itself. */
export function members(declaration: ts.InterfaceDeclaration): ts.PropertySignature[] {
  return declaration.members.filter(ts.isPropertySignature);
}

export function parents(declaration: ts.InterfaceDeclaration): string[] {
  return (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
}

/** What a user can call or read on a class without having an instance. */
function statics(declaration: ts.ClassDeclaration): ts.ClassElement[] {
  return declaration.members.filter(member => ts.canHaveModifiers(member) && has(member, ts.SyntaxKind.StaticKeyword)
    && !has(member, ts.SyntaxKind.PrivateKeyword) && !member.name!.getText().startsWith('_'));
}

export function factories(declaration: ts.ClassDeclaration): ts.MethodDeclaration[] {
  return statics(declaration).filter(ts.isMethodDeclaration);
}

/** Names of instances that a class has ready, such as `PatroniTiming.FAST`. */
export function constants(declaration: ts.ClassDeclaration): string[] {
  return statics(declaration).filter(ts.isPropertyDeclaration).map(({ name }) => name.getText());
}

/** A property of a class, or a parameter of its constructor that is one. */
export type Field = ts.PropertyDeclaration | ts.ParameterDeclaration;

/** What every instance has, for everybody to read. */
export function fields(declaration: ts.ClassDeclaration): Field[] {
  const isPublic = (node: Field) => has(node, ts.SyntaxKind.PublicKeyword) && !has(node, ts.SyntaxKind.StaticKeyword) && !node.name.getText().startsWith('_');
  return [
    ...declaration.members.filter(ts.isPropertyDeclaration),
    ...declaration.members.filter(ts.isConstructorDeclaration).flatMap(({ parameters }) => [...parameters]),
  ].filter(isPublic);
}

/** The text of a tag of a doc comment, on one line. */
export function tagText(node: ts.Node, name: string): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag && (ts.getTextOfJSDocComment(tag.comment) ?? '').replace(/\s+/g, ' ').trim();
}
