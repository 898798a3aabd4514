import type { Problem } from '../workflow/tasker.error.js';
import { pathOf } from './document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { DocumentPath } from './document.path.js';

/** A problem of a document, without the place of the document. */
export interface Finding {
  readonly path: DocumentPath;
  readonly message: string;
}

/** A place in a template. */
export interface TemplatePlace {
  /** The file, as the host named it, or `defineTask namespace/name@version`. */
  readonly source: string;
  /** The line, from 1; null for a template in TypeScript. */
  readonly line: number | null;
  readonly column: number | null;
  /** A JSON pointer into the document. */
  readonly pointer: string;
}

/** A problem of a template, with its place. */
export interface TemplateProblem extends Problem, TemplatePlace {}

/** Converts a path in a document to its place in the source. */
export type Locate = (path: DocumentPath) => TemplatePlace;

/** A `Locate` for a source without lines: a TypeScript definition, or a file that could not be read. */
export function locateIn(source: string): Locate {
  return (path) => ({ source, line: null, column: null, pointer: pointerTo(...path) });
}

/** The place as text: `path/to/file.yaml:12:5`, or only the source if there are no lines. */
export function formatPlace({ source, line, column }: TemplatePlace): string {
  return line === null ? source : `${source}:${line}:${column}`;
}

/** The problem as text: `path/to/file.yaml:12:5 step_templates[2].handler: is required`. */
export function formatProblem(problem: TemplateProblem): string {
  const path = pathOf(problem.pointer);
  return `${formatPlace(problem)}${path && ` ${path}`}: ${problem.message}`;
}
