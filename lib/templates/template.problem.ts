import type { Problem } from '../workflow/tasker.error.js';
import { pathOf } from './document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { DocumentPath } from './document.path.js';

/** Something wrong inside one document, before it is known where that document was written. */
export interface Finding {
  readonly path: DocumentPath;
  readonly message: string;
}

/** Where in a template something stands. */
export interface TemplatePlace {
  /** The file as the host named it, or `defineTask namespace/name@version`. */
  readonly source: string;
  /** From 1; null for a template that was written in TypeScript. */
  readonly line: number | null;
  readonly column: number | null;
  /** JSON pointer into the document. */
  readonly pointer: string;
}

/** One thing that is wrong with a template, and where. */
export interface TemplateProblem extends Problem, TemplatePlace {}

/** Turns a path inside a document into the place that a person can go to. */
export type Locate = (path: DocumentPath) => TemplatePlace;

/** A `Locate` for what has no lines: a TypeScript definition, or a file that could not be read. */
export function locateIn(source: string): Locate {
  return (path) => ({ source, line: null, column: null, pointer: pointerTo(...path) });
}

/** `path/to/file.yaml:12:5`, or only the source where there are no lines. */
export function formatPlace({ source, line, column }: TemplatePlace): string {
  return line === null ? source : `${source}:${line}:${column}`;
}

/** `path/to/file.yaml:12:5 step_templates[2].handler: is required`. */
export function formatProblem(problem: TemplateProblem): string {
  const path = pathOf(problem.pointer);
  return `${formatPlace(problem)}${path && ` ${path}`}: ${problem.message}`;
}
