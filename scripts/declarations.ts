import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

/**
 * Leaves of compiled declarations what `index.d.ts` leads to. The compiler declares whatever one file exports to another; here
 * all that no listed declaration refers to is taken away again, with the types of internal members.
 */
export function pruneDeclarations(folder: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.d.ts')).map(path => join(folder, path));
  const program = ts.createProgram(paths, { noLib: true, types: [], module: ts.ModuleKind.Node16 });
  const files = paths.map(path => program.getSourceFile(path)!);
  const reached = new Reached(program.getTypeChecker(), new Set(files));
  reached.visit(program.getSourceFile(join(folder, 'index.d.ts'))!);
  for (const file of files) {
    const text = file.statements.map(statement => pruned(statement, reached)).join('').trimStart();
    // The compiler ends a file with an empty list when not all in it is exported.
    if (text === '' || text === 'export {};') { rmSync(file.fileName); } else { writeFileSync(file.fileName, `${text}\n`); }
  }
}

/** What a file declares and what that refers to, as far as it is declared in the same library. */
class Reached {
  private readonly symbols = new Set<ts.Symbol>();

  constructor(private readonly checker: ts.TypeChecker, private readonly library: ReadonlySet<ts.SourceFile>) {}

  public has(name: ts.Node): boolean {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol !== undefined && this.symbols.has(symbol);
  }

  public visit(node: ts.Node): void {
    if (isInternal(node)) { return; }
    if (ts.isIdentifier(node)) { this.reach(this.checker.getSymbolAtLocation(node)); }
    ts.forEachChild(node, child => this.visit(child));
  }

  private reach(symbol: ts.Symbol | undefined): void {
    if (!symbol || this.symbols.has(symbol)) { return; }
    this.symbols.add(symbol);
    // eslint-disable-next-line no-bitwise -- so the compiler keeps them
    if (symbol.flags & ts.SymbolFlags.Alias) { this.reach(this.checker.getImmediateAliasedSymbol(symbol)); }
    for (const declaration of symbol.declarations ?? []) {
      if (this.library.has(declaration.getSourceFile())) { this.visit(declaration); }
    }
  }
}

/** jsii wants internal members, and no others, to begin with an underscore. */
function isInternal(node: ts.Node): node is ts.ClassElement | ts.TypeElement {
  return (ts.isClassElement(node) || ts.isTypeElement(node)) && node.name !== undefined && node.name.getText().startsWith('_');
}

/** The text of a statement without what was not reached. */
function pruned(statement: ts.Statement, reached: Reached): string {
  if (ts.isImportDeclaration(statement)) { return prunedList(statement, statement.importClause?.namedBindings ?? statement.importClause, reached); }
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) { return prunedList(statement, statement.exportClause, reached); }
  if (ts.isExportDeclaration(statement)) { return statement.getFullText(); }
  if (!names(statement).some(name => reached.has(name))) { return ''; }
  return ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? withoutInternals(statement) : statement.getFullText();
}

function names(statement: ts.Statement): ts.Node[] {
  if (ts.isVariableStatement(statement)) { return statement.declarationList.declarations.map(({ name }) => name); }
  const { name } = statement as ts.DeclarationStatement;
  return name ? [name] : [];
}

type Bindings = ts.NamedImportBindings | ts.NamedExportBindings | ts.ImportClause;

/** `import { A, B } from './file'`, and the same of exports, with the names that were reached. */
function prunedList(statement: ts.Statement, bindings: Bindings | undefined, reached: Reached): string {
  if (!bindings) { return ''; }
  if (!ts.isNamedImports(bindings) && !ts.isNamedExports(bindings)) { return reached.has(bindings.name!) ? statement.getFullText() : ''; }
  const elements = (bindings.elements as ts.NodeArray<ts.ImportOrExportSpecifier>).filter(({ name }) => reached.has(name));
  if (elements.length === 0) { return ''; }
  return replaced(statement, [{ node: bindings, text: ` { ${elements.map(element => element.getText()).join(', ')} }` }]);
}

/**
 * Of an internal member of a class its name stays, protected: a class without any member would take every value for an instance of
 * it, also a string.
 */
function withoutInternals(statement: ts.ClassDeclaration | ts.InterfaceDeclaration): string {
  const seen = new Set<string>();
  return replaced(statement, statement.members.filter(isInternal).map(node => {
    const name = node.name!.getText();
    const isStatic = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
    const stays = ts.isClassDeclaration(statement) && !isStatic && !seen.has(name);
    seen.add(name);
    return { node, text: stays ? `\n    /** @internal */\n    protected readonly ${name}: unknown;` : '' };
  }));
}

/** The text of a node with others in place of some that it contains, in their order. */
function replaced(whole: ts.Node, parts: readonly { readonly node: ts.Node; readonly text: string }[]): string {
  const source = whole.getSourceFile().text;
  const ends = [whole.getFullStart(), ...parts.map(({ node }) => node.end)];
  return [
    ...parts.map(({ node, text }, n) => source.slice(ends[n], node.getFullStart()) + text),
    source.slice(ends.at(-1), whole.end),
  ].join('');
}
