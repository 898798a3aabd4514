import type ts from 'typescript';

/** The host's compiler, which is passed to these functions. */
export type TypeScript = typeof ts;

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

export function parse(typescript: TypeScript, text: string): ts.SourceFile {
  return typescript.createSourceFile('source.ts', text, typescript.ScriptTarget.Latest, true);
}

/** The first syntax error with its line, or null. */
export function syntaxErrorOf(typescript: TypeScript, text: string): string | null {
  const { diagnostics = [] } = typescript.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { experimentalDecorators: true, target: typescript.ScriptTarget.ESNext },
  });
  const [first] = diagnostics;
  if (first === undefined) return null;
  const { messageText, file, start } = first;
  const message = typescript.flattenDiagnosticMessageText(messageText, ' ').replace(/\.$/, '');
  if (file === undefined || start === undefined) return message;
  return `${message} (line ${file.getLineAndCharacterOfPosition(start).line + 1})`;
}

/** Applies them from the end to the beginning, so that positions stay valid. */
export function inserted(text: string, insertions: readonly Insertion[]): string {
  const fromTheEnd = insertions.toSorted((one, other) => other.at - one.at);
  return fromTheEnd.reduce((all, { at, text: added }) => all.slice(0, at) + added + all.slice(at), text);
}

/** Inserts after the last of `nodes` in `owner`, in the style of the existing ones: one on each line, or all on one. */
export function insertionAfter(
  file: ts.SourceFile,
  nodes: ts.NodeArray<ts.Node>,
  owner: ts.Node,
  text: string,
): Insertion {
  const last = nodes.at(-1);
  if (last === undefined) return { at: owner.getStart(file) + 1, text };
  const isMultiline = file.text.slice(owner.getStart(file), last.getStart(file)).includes('\n');
  const lineStart = file.text.lastIndexOf('\n', last.getStart(file)) + 1;
  const indent = /^[ \t]*/.exec(file.text.slice(lineStart))![0];
  return { at: last.getEnd(), text: isMultiline ? `,${lineEndOf(file)}${indent}${text}` : `, ${text}` };
}

export function lineEndOf(file: ts.SourceFile): string {
  return file.text.includes('\r\n') ? '\r\n' : '\n';
}
