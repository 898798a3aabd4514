import type ts from 'typescript';
import { withImports, type NamedImport } from './source.imports';
import { inserted, insertionAfter, parse, syntaxErrorOf, type Insertion, type TypeScript } from './source.text';

/** Where the application is to find a template. */
export interface WantedSource {
  /** The element as code: `'config/tasker/tasks'`, or the name of a definition. */
  readonly element: string;
  readonly imports: readonly NamedImport[];
  /** Whether a text of the list brings it already. */
  readonly isIn: (source: string) => boolean;
}

/** `elsewhere`: the list is made where it cannot be seen. */
export type SourceOutcome = 'added' | 'there' | 'elsewhere' | 'no-module';

/**
 * The text of a file with one more source of templates in the options of `TaskerModule.forRoot()` or `forRootAsync()`.
 * Options that are written in place are changed; all others are left alone.
 */
export function withTemplateSource(
  typescript: TypeScript,
  text: string,
  source: WantedSource,
): { readonly text: string; readonly outcome: SourceOutcome } {
  const file = parse(typescript, text);
  const call = taskerCall(typescript, file);
  if (call === null) return { text, outcome: 'no-module' };
  if (syntaxErrorOf(typescript, text) !== null) return { text, outcome: 'elsewhere' };
  const insertion = insertionFor(typescript, file, call, source);
  if (typeof insertion === 'string') return { text, outcome: insertion };
  return { text: withImports(typescript, inserted(text, [insertion]), source.imports), outcome: 'added' };
}

function taskerCall(typescript: TypeScript, file: ts.SourceFile): ts.CallExpression | null {
  let found: ts.CallExpression | null = null;
  const visit = (node: ts.Node): void => {
    if (typescript.isCallExpression(node) && isForRoot(typescript, node.expression)) found ??= node;
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isForRoot(typescript: TypeScript, called: ts.Expression): boolean {
  if (!typescript.isPropertyAccessExpression(called) || !typescript.isIdentifier(called.expression)) return false;
  return called.expression.text === 'TaskerModule' && ['forRoot', 'forRootAsync'].includes(called.name.text);
}

function insertionFor(
  typescript: TypeScript,
  file: ts.SourceFile,
  call: ts.CallExpression,
  { element, isIn }: WantedSource,
): Insertion | 'there' | 'elsewhere' {
  const [first] = call.arguments;
  if (first === undefined) return { at: call.getEnd() - 1, text: `{ templates: [${element}] }` };
  const isAsync = (call.expression as ts.PropertyAccessExpression).name.text === 'forRootAsync';
  const options = isAsync ? returnedOptions(typescript, first) : literalOf(typescript, first);
  if (options === null) return 'elsewhere';
  const templates = propertyOf(typescript, options, 'templates');
  if (templates === null) {
    const isOpen = options.properties.some((property) => !typescript.isPropertyAssignment(property));
    return isOpen ? 'elsewhere' : insertionAfter(file, options.properties, options, `templates: [${element}]`);
  }
  const list = typescript.isObjectLiteralExpression(templates)
    ? propertyOf(typescript, templates, 'sources')
    : templates;
  if (list === null || !typescript.isArrayLiteralExpression(list)) return 'elsewhere';
  const isThere = list.elements.some((each) =>
    typescript.isStringLiteralLike(each) ? isIn(each.text) : each.getText(file) === element,
  );
  return isThere ? 'there' : insertionAfter(file, list.elements, list, element);
}

/** What `useFactory` returns at once. */
function returnedOptions(typescript: TypeScript, argument: ts.Expression): ts.ObjectLiteralExpression | null {
  const written = literalOf(typescript, argument);
  const factory = written === null ? null : propertyOf(typescript, written, 'useFactory');
  if (factory === null || !typescript.isArrowFunction(factory)) return null;
  const { body } = factory;
  return literalOf(typescript, typescript.isBlock(body) ? lastReturned(typescript, body) : body);
}

function literalOf(typescript: TypeScript, value: ts.Expression | null): ts.ObjectLiteralExpression | null {
  const bare = value !== null && typescript.isParenthesizedExpression(value) ? value.expression : value;
  return bare !== null && typescript.isObjectLiteralExpression(bare) ? bare : null;
}

function lastReturned(typescript: TypeScript, { statements }: ts.Block): ts.Expression | null {
  const last = statements.at(-1);
  return last !== undefined && typescript.isReturnStatement(last) ? (last.expression ?? null) : null;
}

/** The value of a property that is written out; null where it is not. */
function propertyOf(typescript: TypeScript, object: ts.ObjectLiteralExpression, name: string): ts.Expression | null {
  const property = object.properties
    .filter(typescript.isPropertyAssignment)
    .find(
      (each) =>
        (typescript.isIdentifier(each.name) || typescript.isStringLiteral(each.name)) && each.name.text === name,
    );
  return property?.initializer ?? null;
}
