import type ts from 'typescript';
import type { TypeScript } from './source.text';

/** The property of this name, in any notation: `a: 1`, `'a': 1`, `a`. */
export function propertyNamed(
  typescript: TypeScript,
  { properties }: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  return properties.find((property) => property.name !== undefined && nameOf(typescript, property.name) === name);
}

/** Whether the object may have properties that are not written in it. */
export function isOpen(typescript: TypeScript, { properties }: ts.ObjectLiteralExpression): boolean {
  return properties.some(typescript.isSpreadAssignment);
}

/** The properties that are texts: `{ type: 'postgres' }`. */
export function textsIn(typescript: TypeScript, object: ts.Expression | undefined): Readonly<Record<string, string>> {
  if (object === undefined || !typescript.isObjectLiteralExpression(object)) return {};
  const texts = object.properties
    .filter(typescript.isPropertyAssignment)
    .filter(({ initializer }) => typescript.isStringLiteralLike(initializer))
    .map(({ name, initializer }) => [nameOf(typescript, name), (initializer as ts.StringLiteral).text]);
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The name of a property, or null if it is computed. */
export function nameOf(typescript: TypeScript, name: ts.PropertyName): string | null {
  return typescript.isIdentifier(name) || typescript.isStringLiteralLike(name) ? name.text : null;
}
