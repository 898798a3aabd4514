import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isMap, isSeq } from 'yaml';
import { documentFindings } from '../../templates/document.check.js';
import { identityOf } from '../../templates/document.identity.js';
import { pathOf, type DocumentPath } from '../../templates/document.path.js';
import { pointerTo } from '../../workflow/json.pointer.js';
import { findTemplateFiles } from '../../templates/template-file.finder.js';
import { parseYaml } from '../../templates/yaml.parser.js';
import { templateLabel } from '../../workflow/task-template.js';
import { textIn, type WrittenFile } from '../files.writing.js';
import { handlerNames } from './handler.names.js';
import type { ImportNote } from './import.note.js';
import {
  apiClassesIn,
  convertTemplate,
  handlerNamesIn,
  handlersIn,
  readRailsTemplate,
  type RailsTemplate,
} from './template.conversion.js';
import { pairAt } from './yaml.map.js';

/** One converted file. */
export interface ImportedTemplate extends WrittenFile {
  readonly source: string;
  /** `ecommerce/process_order@1.0.0`. */
  readonly label: string;
  readonly notes: readonly ImportNote[];
}

export interface ImportedHandler {
  readonly className: string;
  readonly name: string;
  /** The kind of its step handler. */
  readonly kind: 'plain' | 'http';
}

export interface TemplateImport {
  readonly templates: readonly ImportedTemplate[];
  readonly handlers: readonly ImportedHandler[];
  /** The problems that prevent the import, each with its file. */
  readonly problems: readonly string[];
}

/**
 * Converts the templates of Rails Tasker at a path, without writing anything.
 *
 * @param from a file or a folder
 * @param out the folder for the converted templates; the subfolders are those of `from`
 */
export function importTemplates(from: string, out: string): TemplateImport {
  const problems: string[] = [];
  const read = filesAt(from, problems).flatMap((source) => {
    const template = attempt(source, problems, () => readRailsTemplate(readFileSync(source, 'utf8')));
    if (template === null) return [];
    if ('root' in template) return [{ source, template }];
    problems.push(...template.map(({ line, message }) => `${source}:${line} ${message}`));
    return [];
  });
  const names = handlerNames(read.flatMap(({ template }) => handlersIn(template)));
  const apiClasses = new Set(read.flatMap(({ template }) => apiClassesIn(template)));
  const base = isFolder(from) ? from : dirname(from);
  const seen = new Map<string, string>();
  const templates = read.map(({ source, template }) => {
    const path = join(out, isFolder(from) ? relative(base, source) : basename(source));
    const imported = importOne(source, path, template, names, problems);
    const first = seen.get(imported.label);
    if (first !== undefined) problems.push(`${source}: ${imported.label} is in ${first} already`);
    seen.set(imported.label, source);
    return imported;
  });
  const used = new Set(read.flatMap(({ template }) => handlerNamesIn(template)));
  const wanted = [...names].filter(([, name]) => used.has(name));
  const handlers = wanted.map(([className, name]) => ({
    className,
    name,
    kind: apiClasses.has(className) ? ('http' as const) : ('plain' as const),
  }));
  return { templates, handlers: handlers.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

function importOne(
  source: string,
  path: string,
  template: RailsTemplate,
  names: ReadonlyMap<string, string>,
  problems: string[],
): ImportedTemplate {
  const notes = convertTemplate(template, names);
  const text = withSchemaLine(template.document.toString({ lineWidth: 0 }), path);
  const { document, problems: unreadable } = parseYaml(text, source);
  const findings = documentFindings(document);
  problems.push(
    ...unreadable.map(({ message }) => `${source}: ${message}`),
    ...findings.map(
      ({ path: at, message }) => `${source}:${lineOf(template, at)} ${pathOf(pointerTo(...at))}: ${message}`,
    ),
  );
  const identity = identityOf(document);
  return { source, path, text, notes, label: identity === undefined ? '(no name)' : templateLabel(identity) };
}

/** The line in the source; moved and renamed nodes keep theirs. */
function lineOf({ root, lineOf: at }: RailsTemplate, path: DocumentPath): number {
  let node: unknown = root;
  let line = 1;
  for (const segment of path) {
    const pair = isMap(node) ? pairAt(node, String(segment)) : undefined;
    node = isSeq(node) ? node.items[Number(segment)] : pair?.value;
    if (node === undefined && pair === undefined) return line;
    line = Math.max(line, at(pair?.key ?? node));
  }
  return line;
}

const SCHEMA_LINE = '# yaml-language-server: $schema=';

/** For editors with a YAML language server. */
function withSchemaLine(text: string, path: string): string {
  if (text.includes(SCHEMA_LINE)) return text;
  const installed = join('node_modules', 'nestjs-tasker', SCHEMA);
  return `${SCHEMA_LINE}${relative(dirname(resolve(path)), resolve(installed)).replaceAll('\\', '/')}\n${text}`;
}

const SCHEMA = 'schemas/task-template.schema.json';

function filesAt(path: string, problems: string[]): readonly string[] {
  const files = attempt(path, problems, () => findTemplateFiles(path));
  if (files?.length === 0) problems.push(`${path}: there are no YAML files`);
  return files ?? [];
}

/** Reports errors of the file system like any other problem. */
function attempt<T>(path: string, problems: string[], work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    problems.push(`${path}: ${code === 'ENOENT' ? 'no such file or folder' : message}`);
    return null;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Existing files with different content. */
export function filesInTheWay(templates: readonly ImportedTemplate[]): readonly string[] {
  return templates
    .filter(({ path, text }) => {
      const there = textIn(path);
      return there !== null && there !== text;
    })
    .map(({ path }) => path);
}
