import type ts from 'typescript';
import { inserted, insertionAfter, parse, type Insertion, type TypeScript } from './source.text';

/** One option among those that a module is configured with: `identity.strategy` of `TaskerModule.forRoot({ ... })`. */
export interface ModuleOption {
  readonly module: string;
  readonly group: string;
  readonly option: string;
  /** As code. */
  readonly value: string;
}

/** A file without the call; one with the option, and its value; one whose options are made elsewhere; or the text with the option. */
export type OptionResult =
  | { readonly kind: 'absent' | 'elsewhere' }
  | { readonly kind: 'present'; readonly value: string }
  | { readonly kind: 'added'; readonly text: string };

/** The text of a file with the option where the syntax tree says; an option that is there stays. */
export function withModuleOption(typescript: TypeScript, text: string, wanted: ModuleOption): OptionResult {
  const file = parse(typescript, text);
  const call = callOf(typescript, file, wanted.module);
  if (call === null) return { kind: 'absent' };
  const [options, ...others] = call.arguments;
  const setting = `${wanted.option}: ${wanted.value}`;
  const added = (insertion: Insertion): OptionResult => ({ kind: 'added', text: inserted(text, [insertion]) });

  if (nameOf(call) !== 'forRoot' || others.length > 0) return { kind: 'elsewhere' };
  if (options === undefined) return added({ at: call.getEnd() - 1, text: `{ ${wanted.group}: { ${setting} } }` });
  if (!typescript.isObjectLiteralExpression(options)) return { kind: 'elsewhere' };
  const group = propertyOf(typescript, file, options, wanted.group);
  if (group === undefined) {
    // What is spread into the options may hold the group as well.
    if (options.properties.some(typescript.isSpreadAssignment)) return { kind: 'elsewhere' };
    return added(insertionAfter(file, options.properties, options, `${wanted.group}: { ${setting} }`));
  }
  if (group === null || !typescript.isObjectLiteralExpression(group)) return { kind: 'elsewhere' };
  const present = propertyOf(typescript, file, group, wanted.option);
  if (present === undefined) return added(insertionAfter(file, group.properties, group, setting));
  return { kind: 'present', value: present?.getText(file) ?? wanted.option };
}

function callOf(typescript: TypeScript, file: ts.SourceFile, module: string): ts.CallExpression | null {
  let found: ts.CallExpression | null = null;
  const visit = (node: ts.Node): void => {
    if (
      typescript.isCallExpression(node) &&
      typescript.isPropertyAccessExpression(node.expression) &&
      node.expression.expression.getText(file) === module &&
      nameOf(node).startsWith('forRoot')
    ) {
      found ??= node;
    }
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function nameOf({ expression }: ts.CallExpression): string {
  return (expression as ts.PropertyAccessExpression).name.text;
}

/** Undefined where there is none of this name; null where its value is not written there: `{ identity }`. */
function propertyOf(
  typescript: TypeScript,
  file: ts.SourceFile,
  { properties }: ts.ObjectLiteralExpression,
  name: string,
): ts.Expression | null | undefined {
  const property = properties.find((each) => each.name?.getText(file).replace(/^['"]|['"]$/g, '') === name);
  if (property === undefined) return undefined;
  return typescript.isPropertyAssignment(property) ? property.initializer : null;
}
