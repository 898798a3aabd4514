import type ts from 'typescript';
import { inserted, lineEndOf, parse, type TypeScript } from './source.text';

/**
 * Adds `app.enableShutdownHooks()` to the text of a `main.ts`, so that steps can finish when the process is asked to end. Null if the
 * call exists already, or the application is created in an unknown way.
 */
export function withShutdownHooks(typescript: TypeScript, text: string): string | null {
  if (text.includes('enableShutdownHooks')) return null;
  const file = parse(typescript, text);
  const made = applicationOf(typescript, file);
  if (made === null) return null;
  const lineStart = text.lastIndexOf('\n', made.statement.getStart(file)) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))![0];
  return inserted(text, [
    { at: made.statement.getEnd(), text: `${lineEndOf(file)}${indent}${made.name}.enableShutdownHooks();` },
  ]);
}

/** `const app = await NestFactory.create(...)`. */
function applicationOf(
  typescript: TypeScript,
  file: ts.SourceFile,
): { readonly name: string; readonly statement: ts.Statement } | null {
  let found: { readonly name: string; readonly statement: ts.Statement } | null = null;
  const visit = (node: ts.Node): void => {
    if (typescript.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      const isMade = /^\s*await\s+NestFactory\s*\.\s*create\b/.test(declaration?.initializer?.getText(file) ?? '');
      if (isMade && typescript.isIdentifier(declaration!.name))
        found ??= { name: declaration!.name.text, statement: node };
    }
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
