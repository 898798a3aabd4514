import type ts from 'typescript';
import { parse, type TypeScript } from './source.text';

/** A call such as `TypeOrmModule.forRoot({ ... })`. */
export interface ModuleCall {
  readonly module: string;
  /** The text properties of the object that it is given: `{ type: 'postgres' }`. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The calls of `forRoot` and `forRootAsync` in a file. */
export function moduleCalls(typescript: TypeScript, text: string): readonly ModuleCall[] {
  const found: ModuleCall[] = [];
  const visit = (node: ts.Node): void => {
    const call = typescript.isCallExpression(node) ? callOf(typescript, node) : null;
    if (call !== null) found.push(call);
    typescript.forEachChild(node, visit);
  };
  visit(parse(typescript, text));
  return found;
}

function callOf(typescript: TypeScript, { expression, arguments: [first] }: ts.CallExpression): ModuleCall | null {
  if (!typescript.isPropertyAccessExpression(expression) || !typescript.isIdentifier(expression.expression))
    return null;
  if (!['forRoot', 'forRootAsync'].includes(expression.name.text)) return null;
  const properties = first !== undefined && typescript.isObjectLiteralExpression(first) ? [...first.properties] : [];
  const texts = properties
    .filter(typescript.isPropertyAssignment)
    .filter(({ initializer }) => typescript.isStringLiteralLike(initializer))
    .map(({ name, initializer }) => [name.getText().replace(/['"]/g, ''), (initializer as ts.StringLiteral).text]);
  return { module: expression.expression.text, texts: Object.fromEntries(texts) as Record<string, string> };
}
