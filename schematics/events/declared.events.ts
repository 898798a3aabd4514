import type { Tree } from '@angular-devkit/schematics';
import type ts from 'typescript';
import { parse as parseYaml } from 'yaml';
import { hostTypeScript } from '../host/host.packages';
import { sourceFiles } from '../host/source.files';
import { nameOf, textsIn } from '../source/object.literals';
import { parse, type TypeScript } from '../source/source.text';
import { unreadable } from '../writing/refusal';

/** Descriptions of events, by name. */
export type DeclaredEvents = ReadonlyMap<string, string>;

type Declaration = readonly [name: string, description: string];

/**
 * The custom events of all templates: `custom_events` in the YAML files of a folder, `customEvents` in the code of another.
 *
 * @throws Refusal for a file that is not YAML
 */
export function declaredEvents(tree: Tree, templates: string, sourceRoot: string): DeclaredEvents {
  const declarations: Declaration[] = [];
  tree.getDir(templates).visit((path) => {
    if (/\.ya?ml$/.test(path)) declarations.push(...inDocument(documentOf(path.slice(1), tree.readText(path))));
  });
  for (const { text } of sourceFiles(tree, sourceRoot)) {
    if (text.includes('customEvents')) declarations.push(...inSource(hostTypeScript(), text));
  }
  return new Map(declarations.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function documentOf(path: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The events of the template, of its steps and of its overlays. */
function inDocument(value: unknown): readonly Declaration[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    key === 'custom_events' && Array.isArray(part) ? part.flatMap(declarationOf) : inDocument(part),
  );
}

function declarationOf(event: unknown): readonly Declaration[] {
  const { name, description = '' } = (event ?? {}) as { readonly name?: unknown; readonly description?: unknown };
  return typeof name === 'string' ? [[name, typeof description === 'string' ? description : '']] : [];
}

function inSource(typescript: TypeScript, text: string): readonly Declaration[] {
  const found: Declaration[] = [];
  const visit = (node: ts.Node): void => {
    if (typescript.isPropertyAssignment(node) && nameOf(typescript, node.name) === 'customEvents') {
      const list = typescript.isArrayLiteralExpression(node.initializer) ? node.initializer.elements : [];
      for (const event of list) found.push(...declarationOf(textsIn(typescript, event)));
    }
    typescript.forEachChild(node, visit);
  };
  visit(parse(typescript, text));
  return found;
}
