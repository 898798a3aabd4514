import type ts from 'typescript';
import { isOpen, propertyNamed } from './object.literals';
import { withImports, type NamedImport } from './source.imports';
import { inserted, insertionAfter, parse, syntaxErrorOf, type Insertion, type TypeScript } from './source.text';

/** One element for a list of `@Module({ ... })`. */
export interface Registration {
  readonly list: 'imports' | 'providers' | 'controllers' | 'exports';
  /** The element as code: `ReserveStockHandler`, or `TaskerModule.forRoot({ ... })`. */
  readonly element: string;
  /** The imports that it needs. */
  readonly imports: readonly NamedImport[];
}

export interface Registered {
  readonly text: string;
  /** Completes "the file …"; null if there is no problem. */
  readonly problem: string | null;
}

/**
 * Adds elements to the decorator of a module. The syntax tree gives their place; nothing else in the file changes. An element
 * exists already if the list has one that begins with the same name, such as `TaskerModule` for `TaskerModule.forRoot()`; a provider
 * for a token, if the list has one with the same text.
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

/** The argument of the only `@Module`, or the problem with it. */
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

/** Null if the list may exist without being written here. */
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
    // A list from elsewhere, as in `providers: PROVIDERS`, becomes a part of the new one.
    return [
      { at: value.getStart(file), text: '[...' },
      { at: value.getEnd(), text: `, ${element}]` },
    ];
  }
  if (value.elements.some((each) => identityOf(each.getText(file)) === identityOf(element))) return [];
  return [insertionAfter(file, value.elements, value, element)];
}

/** The name that an element begins with, or else its text without the spaces and commas that a formatter may change. */
function identityOf(code: string): string {
  return /^[\w$]+/.exec(code)?.[0] ?? code.replace(/[\s,]/g, '');
}
