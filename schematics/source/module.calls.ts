import type ts from 'typescript';
import type { TypeScript } from './source.text';

/** A call such as `TypeOrmModule.forRoot({ ... })`. */
export interface ModuleCall {
  readonly module: string;
  readonly method: 'forRoot' | 'forRootAsync';
  readonly argument: ts.Expression | undefined;
  /** The end of the call, after its parenthesis. */
  readonly end: number;
}

/** The calls of `forRoot` and `forRootAsync` in a file. */
export function moduleCalls(typescript: TypeScript, file: ts.SourceFile): readonly ModuleCall[] {
  const found: ModuleCall[] = [];
  const visit = (node: ts.Node): void => {
    const call = typescript.isCallExpression(node) ? callOf(typescript, node) : null;
    if (call !== null) found.push(call);
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function callOf(typescript: TypeScript, call: ts.CallExpression): ModuleCall | null {
  const { expression, arguments: given } = call;
  if (!typescript.isPropertyAccessExpression(expression) || !typescript.isIdentifier(expression.expression))
    return null;
  const method = expression.name.text;
  if (method !== 'forRoot' && method !== 'forRootAsync') return null;
  return { module: expression.expression.text, method, argument: given[0], end: call.getEnd() };
}
