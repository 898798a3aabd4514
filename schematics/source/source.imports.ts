import type ts from 'typescript';
import { inserted, lineEndOf, parse, type Insertion, type TypeScript } from './source.text';

export interface NamedImport {
  readonly name: string;
  readonly from: string;
}

/** Adds an import of each name to the text: to the existing declaration for its module, or as a new one after the others. */
export function withImports(typescript: TypeScript, text: string, imports: readonly NamedImport[]): string {
  return imports.reduce((all, wanted) => {
    const insertion = insertionFor(typescript, parse(typescript, all), wanted);
    return insertion === null ? all : inserted(all, [insertion]);
  }, text);
}

function insertionFor(typescript: TypeScript, file: ts.SourceFile, { name, from }: NamedImport): Insertion | null {
  const declarations = file.statements.filter(typescript.isImportDeclaration);
  const lists = declarations
    .filter(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text === from)
    .flatMap((declaration) => namesIn(typescript, file, declaration) ?? []);
  if (lists.some((list) => list.some((specifier) => specifier.name.text === name))) return null;
  const [list] = lists.filter(({ length }) => length > 0);
  if (list !== undefined) return { at: list.at(-1)!.getEnd(), text: `, ${name}` };

  // Packages stay above the application's own files, as in most code.
  const isPackage = (specifier: string): boolean => !specifier.startsWith('.');
  const alike = declarations.filter(({ moduleSpecifier }) => {
    return isPackage((moduleSpecifier as ts.StringLiteral).text) || !isPackage(from);
  });
  const last = alike.at(-1);
  const quote = last?.moduleSpecifier.getText(file).startsWith('"') === true ? '"' : "'";
  const line = `import { ${name} } from ${quote}${from}${quote};`;
  if (last === undefined) return { at: 0, text: line + lineEndOf(file) };
  return { at: last.getEnd(), text: lineEndOf(file) + line };
}

/** Null for a declaration that a name cannot be added to: one of only a default, of a namespace, or of types. */
function namesIn(
  typescript: TypeScript,
  file: ts.SourceFile,
  declaration: ts.ImportDeclaration,
): readonly ts.NodeArray<ts.ImportSpecifier>[] | null {
  const bindings = declaration.importClause?.namedBindings;
  if (bindings === undefined || !typescript.isNamedImports(bindings)) return null;
  return /^import\s+type\b/.test(declaration.getText(file)) ? null : [bindings.elements];
}
