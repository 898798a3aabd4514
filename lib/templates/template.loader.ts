import type { TemplateSource } from '../options/tasker.options.js';
import type { JsonObject } from '../workflow/json.js';
import { templateLabel } from '../workflow/task-template.js';
import type { TaskTemplate } from '../workflow/task-template.js';
import { documentFindings } from './document.check.js';
import { identityOf } from './document.identity.js';
import type { TemplateIdentity } from './document.identity.js';
import { pointerTo } from '../workflow/json.pointer.js';
import { applyOverlay, originOf } from './environment.overlay.js';
import type { HandlerReference } from './handler.check.js';
import { copyAsJson } from './json.copy.js';
import { outlineSteps } from './step.outline.js';
import type { RawTask } from './task.document.js';
import { compileTemplate } from './template.compiler.js';
import type { StepDefaults } from './template.compiler.js';
import { formatPlace } from './template.problem.js';
import type { Finding, Locate, TemplatePlace, TemplateProblem } from './template.problem.js';
import { readTemplates } from './template.reader.js';
import type { TemplateReading } from './template.reader.js';
import { wordingOf } from './template.wording.js';
import { variableFindings } from './variable.check.js';
import type { Variables } from './variable.interpolation.js';

export interface TemplateSettings {
  /** Whose overlays apply. */
  readonly environment: string;
  /**
   * What `${NAME}` in `handler_config` may refer to; only looked up, never put into the templates. Null: not even looked
   * up, for a process that runs no steps and need not know their secrets.
   */
  readonly variables: Variables | null;
  readonly steps: StepDefaults;
}

/** Everything that a set of sources gave; it may be used only when there are no problems. */
export interface LoadedTemplates {
  readonly templates: readonly LoadedTemplate[];
  /** The handlers that the steps name, of faulty templates too, for `handlerProblems`. */
  readonly handlers: readonly HandlerReference[];
  readonly problems: readonly TemplateProblem[];
}

export interface LoadedTemplate {
  readonly template: TaskTemplate;
  /** What it says, whatever the options and the environment of this process. */
  readonly wording: JsonObject;
  /** Where it was written. */
  readonly place: TemplatePlace;
}

/**
 * Reads, checks and compiles all templates of a host. It does not throw: what is wrong anywhere comes back in
 * `problems`, to be reported at once together with what only others know (see `handlerProblems`).
 *
 * @example
 * const loaded = loadTemplates(['config/tasker/tasks', processOrder], { environment, variables: process.env, steps });
 * const problems = [...loaded.problems, ...handlerProblems(loaded, registry.names())];
 * if (problems.length > 0) throw new InvalidTaskTemplatesError(problems);
 */
export function loadTemplates(sources: readonly TemplateSource[], settings: TemplateSettings): LoadedTemplates {
  const seen = new Map<string, TemplatePlace>();
  const parts = readTemplates(sources).map((reading) => loadOne(reading, settings, seen));
  return {
    templates: parts.flatMap(({ templates }) => templates),
    handlers: parts.flatMap(({ handlers }) => handlers),
    problems: parts.flatMap(({ problems }) => problems.toSorted(byPlace)),
  };
}

/** @param seen where each template read so far was written, by its identity; the one read here is added */
function loadOne(
  reading: TemplateReading,
  { environment, variables, steps }: TemplateSettings,
  seen: Map<string, TemplatePlace>,
): LoadedTemplates {
  if (reading.document === undefined) return { templates: [], handlers: [], problems: reading.problems };
  const { json: document, findings: jsonFindings } = copyAsJson(reading.document);
  const effective = applyOverlay(document, environment);
  const locate: Locate = (path) => reading.locate(originOf(document, environment, path));
  const asWritten = [...jsonFindings, ...elsewhereThan(jsonFindings, documentFindings(document))];
  const asEffective = [...duplicateFindings(effective, locate, seen), ...variableFindings(effective, variables)];
  const problems = [
    ...reading.problems,
    ...asWritten.map(placedBy(reading.locate)),
    ...asEffective.map(placedBy(locate)),
  ];
  const handlers = handlerReferences(effective, locate);
  if (problems.length > 0) return { templates: [], handlers, problems };
  const template = compileTemplate(effective as RawTask, steps); // having no problems, it satisfies the schema
  const wording = wordingOf(document as unknown as RawTask);
  return { templates: [{ template, wording, place: locate(['name']) }], handlers, problems: [] };
}

function placedBy(locate: Locate): (finding: Finding) => TemplateProblem {
  return ({ path, message }) => ({ ...locate(path), message });
}

/** What is not JSON is missing from the copy, and any other complaint about the same place would come from that. */
function elsewhereThan(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const places = new Set(known.map(({ path }) => pointerTo(...path)));
  return findings.filter(({ path }) => !places.has(pointerTo(...path)));
}

function duplicateFindings(document: unknown, locate: Locate, seen: Map<string, TemplatePlace>): Finding[] {
  const identity = identityOf(document);
  if (identity === undefined) return [];
  const key = JSON.stringify(identity); // the label would not do, as names may contain its separators
  const first = seen.get(key);
  if (first === undefined) seen.set(key, locate(['name']));
  return first === undefined ? [] : [{ path: ['name'], message: alreadyDefined(identity, first) }];
}

function alreadyDefined(identity: TemplateIdentity, first: TemplatePlace): string {
  return `${templateLabel(identity)} is already defined at ${formatPlace(first)}`;
}

function handlerReferences(document: unknown, locate: Locate): HandlerReference[] {
  const handlers = outlineSteps(document).flatMap(({ handler }) => handler ?? []);
  return handlers.map(({ name, path }) => ({ handler: name, place: locate(path) }));
}

function byPlace(a: TemplatePlace, b: TemplatePlace): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
