/**
 * Fails when the package declares what its index does not list, other than base classes of what it does, or when its declarations
 * do not compile with every check.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const folder = resolve('node_modules/cdk8s-spilo/lib');
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.d.ts')).map(path => join(folder, path));
const program = ts.createProgram(paths, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, strict: true, noEmit: true, types: ['node'] });
const checker = program.getTypeChecker();
const files = paths.map(path => program.getSourceFile(path)!);

const exportsOf = (file: ts.SourceFile): ts.Symbol[] => checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
const basesOf = (type: ts.Type): ts.Symbol[] =>
  type.isClassOrInterface() ? checker.getBaseTypes(type).flatMap(base => [base.symbol, ...basesOf(base)]) : [];

const index = program.getSourceFile(join(folder, 'index.d.ts'))!;
// A name of the index stands for the declaration in another file, or for an index of its own.
const listed = exportsOf(index).map(symbol => checker.getAliasedSymbol(symbol))
  .flatMap(symbol => symbol.valueDeclaration && ts.isSourceFile(symbol.valueDeclaration)
    ? exportsOf(symbol.valueDeclaration).map(each => checker.getAliasedSymbol(each))
    : [symbol]);
const known = new Set([...listed, ...listed.flatMap(symbol => basesOf(checker.getDeclaredTypeOfSymbol(symbol)))]);

const problems = [
  ...files.flatMap(file => program.getSemanticDiagnostics(file))
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  ...files.filter(file => file !== index).flatMap(file => exportsOf(file)
    .filter(symbol => !known.has(symbol) && !known.has(checker.getExportSymbolOfSymbol(symbol)))
    .map(({ name }) => `${file.fileName}: ${name} is declared and not listed in index.ts`)),
];
if (problems.length > 0) { throw new Error(problems.join('\n')); }
console.log(`The package declares the ${listed.length} names of its index and nothing else.`);
