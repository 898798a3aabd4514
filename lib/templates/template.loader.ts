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
  /** The environment whose overlays apply. */
  readonly environment: string;
  /**
   * The variables that `${NAME}` in `handler_config` may refer to. They are only looked up, and never put into the
   * templates. Null in a process that does not run steps and needs no secrets: they are not looked up.
   */
  readonly variables: Variables | null;
  readonly steps: StepDefaults;
}

/** The result of loading a set of sources. Use it only if there are no problems. */
export interface LoadedTemplates {
  readonly templates: readonly LoadedTemplate[];
  /** The handlers that the steps name, also those of faulty templates, for `handlerProblems`. */
  readonly handlers: readonly HandlerReference[];
  readonly problems: readonly TemplateProblem[];
}

export interface LoadedTemplate {
  readonly template: TaskTemplate;
  /** The template as written, independent of the options and the environment of this process. */
  readonly wording: JsonObject;
  /** The place of the template. */
  readonly place: TemplatePlace;
}

/**
 * Reads, checks and compiles all templates of a host. It does not throw: it returns all problems, so that they can be
 * reported together with others (see `handlerProblems`).
 *
 * @example const loaded = loadTemplates(['config/tasker/tasks', processOrder], { environment, variables: process.env,
 *   steps }); const problems = [...loaded.problems, ...handlerProblems(loaded, registry.names())]; if (problems.length
 *   > 0) throw new InvalidTaskTemplatesError(problems);
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

/** @param seen the place of each template that was read, by its identity; the current one is added */
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
  const template = compileTemplate(effective as RawTask, steps); // without problems, it satisfies the schema
  const wording = wordingOf(document as unknown as RawTask);
  return { templates: [{ template, wording, place: locate(['name']) }], handlers, problems: [] };
}

function placedBy(locate: Locate): (finding: Finding) => TemplateProblem {
  return ({ path, message }) => ({ ...locate(path), message });
}

/**
 * Values that are not JSON are missing from the copy, so further findings at the same place would only be a
 * consequence.
 */
function elsewhereThan(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const places = new Set(known.map(({ path }) => pointerTo(...path)));
  return findings.filter(({ path }) => !places.has(pointerTo(...path)));
}

function duplicateFindings(document: unknown, locate: Locate, seen: Map<string, TemplatePlace>): Finding[] {
  const identity = identityOf(document);
  if (identity === undefined) return [];
  const key = JSON.stringify(identity); // not the label, because names may contain its separators
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
