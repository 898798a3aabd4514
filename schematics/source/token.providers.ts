import type ts from 'typescript';
import { parse, type TypeScript } from './source.text';

/** The providers for an injection token: `StaffAuthenticator` of `{ provide: TOKEN, useClass: StaffAuthenticator }`. */
export function providersOf(typescript: TypeScript, text: string, token: string): readonly string[] {
  const file = parse(typescript, text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (typescript.isObjectLiteralExpression(node)) found.push(...providedIn(typescript, file, node, token));
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
