import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import type ts from 'typescript';
import { importPath } from '../host/module.file';
import { setTaskerOption, type OptionOutcome } from '../host/tasker.options';
import { placeIn, type Place, type WantedOption } from '../source/module.option';
import type { NamedImport } from '../source/source.imports';
import { insertionAfter, type TypeScript } from '../source/source.text';
import { filesOf } from './files';
import { TEMPLATES, type Workflow } from './workflow';

/** Adds the template to the options of the application, if these are written in the call. */
export async function registerTemplate(tree: Tree, workflow: Workflow): Promise<OptionOutcome['kind']> {
  const { kind } = await setTaskerOption(tree, workflow.host.sourceRoot, {
    option: (typescript) => templatesOption(typescript, sourceOf(workflow)),
    imports: (path) => importsFor(workflow, path),
  });
  return kind;
}

/** Where the application is to find a template. */
interface TemplateSource {
  /** The element as code: `'config/tasker/tasks'`, or the name of a definition. */
  readonly element: string;
  /** Whether a text of the list brings it already. */
  readonly isIn: (source: string) => boolean;
}

function sourceOf({ style, name, template }: Workflow): TemplateSource {
  if (style === 'typescript') return { element: name.camel, isIn: () => false };
  return { element: `'${TEMPLATES}'`, isIn: (source) => isWithin(template, source) };
}

function importsFor(workflow: Workflow, path: string): readonly NamedImport[] {
  const { style, name, folder, host } = workflow;
  if (style === 'yaml') return [];
  const file = posix.join(folder, `${filesOf(workflow).types}.ts`);
  return [{ name: name.camel, from: importPath(path, file, host.isEsm) }];
}

/** A list, or an object whose `sources` are one. */
function templatesOption(typescript: TypeScript, source: TemplateSource): WantedOption {
  const list = `[${source.element}]`;
  const extend = (value: ts.Expression): Place => extendedList(typescript, value, source);
  return {
    name: 'templates',
    value: list,
    extend: (value) =>
      typescript.isObjectLiteralExpression(value)
        ? placeIn(typescript, value, { name: 'sources', value: list, extend })
        : extend(value),
  };
}

function extendedList(typescript: TypeScript, list: ts.Expression, { element, isIn }: TemplateSource): Place {
  if (!typescript.isArrayLiteralExpression(list)) return 'elsewhere';
  const isThere = list.elements.some((each) =>
    typescript.isStringLiteralLike(each) ? isIn(each.text) : each.getText() === element,
  );
  return isThere ? { present: element } : insertionAfter(list.getSourceFile(), list.elements, list, element);
}

/** Whether a source (a file or a folder) includes the file. */
function isWithin(file: string, source: string): boolean {
  const normal = posix.normalize(source).replace(/\/$/, '');
  return file === normal || normal === '.' || file.startsWith(`${normal}/`);
}
