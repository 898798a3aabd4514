import { requiredTextProblem, textProblem, textsProblems, unknownFieldProblems } from './input.checks.js';
import { mustBe, mustBeListOf, NOT_EMPTY } from './input.wording.js';
import { pointerTo } from './json.pointer.js';
import { inSentences } from './sentence.js';
import { taskFilterProblems } from './task.filter.js';
import type { ScopedTemplate, TaskScope } from './task.scope.js';
import { TaskerError, type Problem } from './tasker.error.js';

/** The coordinator returned an invalid scope. The request fails, because an invalid scope permits nothing. */
export class InvalidScopeError extends TaskerError {
  readonly code = 'TASKER_INVALID_SCOPE';

  constructor(override readonly problems: readonly Problem[]) {
    super(`The authorization coordinator answered an invalid scope: ${inSentences(problems)}`);
  }
}

const MAX_LIST = 1_000;
const TEMPLATE_FIELDS: readonly string[] = ['namespace', 'name', 'version'] satisfies (keyof ScopedTemplate)[];
/** Filters that would select every task if they were empty. */
const NEVER_EMPTY = ['tags', 'text'] as const satisfies (keyof TaskScope)[];

/** @throws InvalidScopeError with every problem; types are checked too, because the scope may come from JavaScript */
export function checkScope(scope: unknown): asserts scope is TaskScope | null {
  const problems = scopeProblems(scope);
  if (problems.length > 0) throw new InvalidScopeError(problems);
}

/**
 * The problems of a scope. The check is stricter than that of a filter, because a mistake would show tasks to users who
 * may not see them: a value that is undefined by mistake, or an empty list of tags, would permit every task.
 */
export function scopeProblems(scope: unknown): Problem[] {
  if (scope === null) return [];
  if (!isPlainObject(scope)) return [{ pointer: '', message: `${mustBe('a plain object')}, or null for every task` }];
  const { namespaces, templates, ...filter } = scope;
  return [
    ...undefinedProblems(scope, ''),
    ...listProblems('/namespaces', namespaces),
    ...textsProblems('/namespaces', namespaces),
    ...listProblems('/templates', templates),
    ...(Array.isArray(templates) ? templates.flatMap(templateProblems) : []),
    ...NEVER_EMPTY.map((field) => emptyProblem(`/${field}`, filter[field])),
    ...taskFilterProblems(filter, '', ['namespaces', 'templates']),
  ].filter((problem) => problem !== null);
}

function templateProblems(template: unknown, index: number): (Problem | null)[] {
  const at = `/templates/${index}`;
  if (!isPlainObject(template)) return [{ pointer: at, message: mustBe('a plain object') }];
  return [
    ...unknownFieldProblems(template, TEMPLATE_FIELDS, at),
    ...(template.version === undefined ? undefinedProblems(template, at) : []),
    requiredTextProblem(`${at}/namespace`, template.namespace),
    requiredTextProblem(`${at}/name`, template.name),
    textProblem(`${at}/version`, template.version),
  ];
}

function undefinedProblems(given: Readonly<Record<string, unknown>>, at: string): Problem[] {
  const missing = Object.keys(given).filter((field) => given[field] === undefined);
  return missing.map((field) => ({
    pointer: at + pointerTo(field),
    message: 'must not be undefined; omit it to permit all',
  }));
}

function listProblems(pointer: string, list: unknown): Problem[] {
  if (list === undefined) return [];
  if (Array.isArray(list) && list.length <= MAX_LIST) return [];
  return [{ pointer, message: mustBeListOf(`at most ${MAX_LIST} items`) }];
}

function emptyProblem(pointer: string, value: unknown): Problem | null {
  const isEmpty = value === '' || (Array.isArray(value) && value.length === 0);
  return isEmpty ? { pointer, message: `${NOT_EMPTY}, because every task would match` } : null;
}

/**
 * Refuses lists, and instances whose values are getters of their class: they look like `{}`, which permits every task.
 */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
