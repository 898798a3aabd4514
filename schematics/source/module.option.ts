import type ts from 'typescript';
import { moduleCalls, type ModuleCall } from './module.calls';
import { isOpen, propertyNamed } from './object.literals';
import { withImports, type NamedImport } from './source.imports';
import { inserted, insertionAfter, parse, syntaxErrorOf, type Insertion, type TypeScript } from './source.text';

/** A property to add to an object of options. */
export interface WantedOption {
  readonly name: string;
  /** As code, for an object without it. */
  readonly value: string;
  /** What to do if the object has the property with another value. */
  extend(present: ts.Expression): Place;
}

/** Where something is added; `elsewhere`: it is not written in the call. */
export type Place = Insertion | 'elsewhere' | { readonly present: string };

/** A file without the call; one whose options come from elsewhere; one with the option; or the text with the option. */
export type OptionResult =
  | { readonly kind: 'absent' | 'elsewhere' }
  | { readonly kind: 'present'; readonly value: string }
  | { readonly kind: 'added'; readonly text: string };

/**
 * Adds an option of `TaskerModule.forRoot()` or `forRootAsync()` to the text of a file, and the imports that it needs. The syntax
 * tree gives its place. Only options that are written in the call are changed.
 */
export function withTaskerOption(
  typescript: TypeScript,
  text: string,
  wanted: WantedOption,
  imports: readonly NamedImport[],
): OptionResult {
  const file = parse(typescript, text);
  const call = moduleCalls(typescript, file).find(({ module }) => module === 'TaskerModule');
  if (call === undefined) return { kind: 'absent' };
  const place = syntaxErrorOf(typescript, text) === null ? placeFor(typescript, call, wanted) : 'elsewhere';
  if (place === 'elsewhere') return { kind: place };
  if ('present' in place) return { kind: 'present', value: place.present };
  return { kind: 'added', text: withImports(typescript, inserted(text, [place]), imports) };
}

/** Where an object gets the option. */
export function placeIn(typescript: TypeScript, options: ts.ObjectLiteralExpression, wanted: WantedOption): Place {
  const property = propertyNamed(typescript, options, wanted.name);
  if (property !== undefined) {
    return typescript.isPropertyAssignment(property) ? wanted.extend(property.initializer) : 'elsewhere';
  }
  if (isOpen(typescript, options)) return 'elsewhere';
  return insertionAfter(options.getSourceFile(), options.properties, options, settingOf(wanted));
}

function placeFor(typescript: TypeScript, { method, argument, end }: ModuleCall, wanted: WantedOption): Place {
  const isAsync = method === 'forRootAsync';
  if (argument === undefined) return isAsync ? 'elsewhere' : { at: end - 1, text: `{ ${settingOf(wanted)} }` };
  const options = isAsync ? returnedOptions(typescript, argument) : literalOf(typescript, argument);
  return options === null ? 'elsewhere' : placeIn(typescript, options, wanted);
}

function settingOf({ name, value }: WantedOption): string {
  return `${name}: ${value}`;
}

/** The object that `useFactory` returns directly. */
function returnedOptions(typescript: TypeScript, argument: ts.Expression): ts.ObjectLiteralExpression | null {
  const written = literalOf(typescript, argument);
  const property = written === null ? undefined : propertyNamed(typescript, written, 'useFactory');
  if (property === undefined || !typescript.isPropertyAssignment(property)) return null;
  const factory = property.initializer;
  if (!typescript.isArrowFunction(factory)) return null;
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
