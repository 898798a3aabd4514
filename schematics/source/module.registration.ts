import type ts from 'typescript';
import { isOpen, propertyNamed } from './object.literals';
import { withImports, type NamedImport } from './source.imports';
import { inserted, insertionAfter, parse, syntaxErrorOf, type Insertion, type TypeScript } from './source.text';

/** One element for a list of `@Module({ ... })`. */
export interface Registration {
  readonly list: 'imports' | 'providers' | 'controllers' | 'exports';
  /** The element as code: `ReserveStockHandler`, or `TaskerModule.forRoot({ ... })`. */
  readonly element: string;
  /** What has to be imported for it. */
  readonly imports: readonly NamedImport[];
}

export interface Registered {
  readonly text: string;
  /** Completes "the file …"; null when all went well. */
  readonly problem: string | null;
}

/**
 * The text of a module with further elements in its decorator. The syntax tree says where they go; nothing else of the file
 * is touched. An element is there already when the list has one that begins with the same name, as `TaskerModule` does for
 * `TaskerModule.forRoot()`; of two providers for tokens, when the text is the same.
 */
export function registered(typescript: TypeScript, text: string, registrations: readonly Registration[]): Registered {
  const error = syntaxErrorOf(typescript, text);
  if (error !== null) return { text, problem: `has a syntax error: ${error}` };
  let changed = text;
  for (const { list, element, imports } of registrations) {
    const module = moduleOf(typescript, parse(typescript, changed));
    if (typeof module === 'string') return { text, problem: module };
    const insertions = insertionsFor(typescript, module, list, element);
    if (insertions === null) {
      return { text, problem: `has a @Module() with "...", which may bring ${list} of its own` };
    }
    if (insertions.length > 0) changed = withImports(typescript, inserted(changed, insertions), imports);
  }
  return { text: changed, problem: null };
}

interface ModuleSource {
  readonly file: ts.SourceFile;
  readonly metadata: ts.ObjectLiteralExpression;
}

/** The argument of the only `@Module`, or what is wrong with it. */
function moduleOf(typescript: TypeScript, file: ts.SourceFile): ModuleSource | string {
  const calls = file.statements
    .filter(typescript.isClassDeclaration)
    .flatMap((declaration) => moduleCalls(typescript, declaration));
  const [call, ...others] = calls;
  if (call === undefined) return 'has no class with @Module()';
  if (others.length > 0) return 'has several classes with @Module()';
  const metadata = call.arguments[0];
  if (metadata === undefined || !typescript.isObjectLiteralExpression(metadata)) {
    return 'has a @Module() whose argument is not written as { ... } in place';
  }
  return { file, metadata };
}

function moduleCalls(typescript: TypeScript, declaration: ts.ClassDeclaration): readonly ts.CallExpression[] {
  const decorators = typescript.getDecorators(declaration) ?? [];
  return decorators
    .map(({ expression }) => expression)
    .filter(typescript.isCallExpression)
    .filter(({ expression }) => typescript.isIdentifier(expression) && expression.text === 'Module');
}

/** Null where the list may be there without being written. */
function insertionsFor(
  typescript: TypeScript,
  { file, metadata }: ModuleSource,
  list: Registration['list'],
  element: string,
): readonly Insertion[] | null {
  const property = propertyNamed(typescript, metadata, list);
  if (property === undefined) {
    if (isOpen(typescript, metadata)) return null;
    return [insertionAfter(file, metadata.properties, metadata, `${list}: [${element}]`)];
  }
  if (!typescript.isPropertyAssignment(property)) {
    return [{ at: property.getEnd(), text: `: [...${list}, ${element}]` }]; // as in `{ providers }`
  }
  const value = property.initializer;
  if (!typescript.isArrayLiteralExpression(value)) {
    // A list that is made elsewhere, as in `providers: PROVIDERS`, becomes a part of the new one.
    return [
      { at: value.getStart(file), text: '[...' },
      { at: value.getEnd(), text: `, ${element}]` },
    ];
  }
  if (value.elements.some((each) => identityOf(each.getText(file)) === identityOf(element))) return [];
  return [insertionAfter(file, value.elements, value, element)];
}

/** The name that an element begins with, else its text without the spaces and commas that a formatter may change. */
function identityOf(code: string): string {
  return /^[\w$]+/.exec(code)?.[0] ?? code.replace(/[\s,]/g, '');
}
