import type ts from 'typescript';
import { parse, type TypeScript } from './source.text';

/** The ways to provide an authenticator, or a coordinator. */
export interface ProvidedAs {
  /** The injection token: `{ provide: TASKER_AUTHENTICATOR, useClass: StaffAuthenticator }`. */
  readonly token: string;
  /** The decorator: `@TaskerAuthenticator() class StaffAuthenticator`. */
  readonly mark: string;
}

/** What a file provides in one of these ways: `StaffAuthenticator`, or other code. */
export function providedAs(typescript: TypeScript, text: string, { token, mark }: ProvidedAs): readonly string[] {
  if (!text.includes(token) && !text.includes(mark)) return [];
  const file = parse(typescript, text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (typescript.isObjectLiteralExpression(node)) found.push(...providedIn(typescript, file, node, token));
    if (typescript.isClassDeclaration(node) && isMarked(typescript, file, node, mark))
      found.push(node.name?.text ?? '');
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function providedIn(
  typescript: TypeScript,
  file: ts.SourceFile,
  { properties }: ts.ObjectLiteralExpression,
  token: string,
): readonly string[] {
  const values = properties
    .filter(typescript.isPropertyAssignment)
    .map(({ name, initializer }) => [name.getText(file), initializer.getText(file)] as const);
  if (!values.some(([name, value]) => name === 'provide' && value === token)) return [];
  return values.filter(([name]) => /^use[A-Z]/.test(name)).map(([, value]) => value);
}

function isMarked(typescript: TypeScript, file: ts.SourceFile, node: ts.ClassDeclaration, mark: string): boolean {
  const decorators = typescript.getDecorators(node) ?? [];
  return decorators.some(({ expression }) => expression.getText(file) === `${mark}()`);
}
