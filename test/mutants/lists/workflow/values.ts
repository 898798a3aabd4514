import type { MutantsOfFile } from '../../mutant.js';
import { tables, workflow } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/workflow/task.scope.check.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'takes a list for every task',
        find: 'return prototype === null || Object.getPrototypeOf(prototype) === null;',
        replace: 'return prototype !== undefined;',
      },
      { mistake: 'takes a missing value for all', find: `...undefinedProblems(scope, ''),`, replace: '' },
      { mistake: 'takes no tags for all tags', find: 'Array.isArray(value) && value.length === 0', replace: 'false' },
    ],
  },
  {
    file: 'lib/workflow/log.text.ts',
    tests: [workflow],
    mutants: [
      { mistake: 'leaves separators of lines', find: '\\p{Zl}', replace: '' },
      { mistake: 'leaves what turns the direction of writing', find: '\\p{Cf}', replace: '' },
      { mistake: 'cuts nothing', find: 'text.length <= maxLength', replace: 'text.length > 0' },
      { mistake: 'does not indent further lines', find: ': `    ${line}`', replace: ': line' },
    ],
  },
  {
    file: 'lib/workflow/error.text.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'lets a message write lines of its own',
        find: 'text: logText(message), frames: logLines(',
        replace: 'text: message, frames: logLines(',
      },
      {
        mistake: 'lets what was thrown write lines of its own',
        find: 'return logText(String((error',
        replace: 'return (String((error',
      },
    ],
  },
  {
    file: 'lib/workflow/backoff.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'waits one step of the growth too long',
        find: 'policy.factor ** (attempt - 1)',
        replace: 'policy.factor ** attempt',
      },
      {
        mistake: 'moves a wait beyond its cap',
        find: 'return Math.min(Math.max(moved, 0), policy.maxSeconds);',
        replace: 'return Math.max(moved, 0);',
      },
      { mistake: 'moves waits in one direction only', find: '(2 * random() - 1)', replace: '(2 * random())' },
      {
        mistake: 'answers no number for a large attempt',
        find: 'attempt <= 0 || policy.baseSeconds === 0',
        replace: 'attempt <= 0',
      },
      {
        mistake: 'lets a handler ask for longer than the cap',
        find: 'return Math.min(retryAfter, policy.maxSeconds);',
        replace: 'return retryAfter;',
      },
      { mistake: 'takes a negative wait', find: ' || retryAfter < 0', replace: '' },
    ],
  },
  {
    file: 'lib/workflow/graph.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'frees a node before its last parent',
        find: 'if (left === 0) levels',
        replace: 'if (left >= 0) levels',
      },
      {
        mistake: 'orders by when the last parent came',
        find: 'return { order: orderOf(nodes, levels)',
        replace: 'return { order: [...levels.keys()]',
      },
      {
        mistake: 'says a cycle without its return',
        find: 'return [cycle.at(-1)!, ...cycle];',
        replace: 'return cycle;',
      },
      {
        mistake: 'takes nodes before a cycle for part of it',
        find: 'walked.slice(walked.indexOf(name))',
        replace: 'walked.slice(0)',
      },
    ],
  },
  {
    file: 'lib/workflow/states.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'lets a cancelled task go on',
        find: `cancelled: [],
  resolved_manually: [],
} as const satisfies Record<TaskState`,
        replace: `cancelled: ['in_progress'],
  resolved_manually: [],
} as const satisfies Record<TaskState`,
        tests: [workflow, tables],
      },
      {
        mistake: 'does not let a failed step be skipped',
        find: `error: ['in_progress', 'pending', 'cancelled', 'resolved_manually', 'skipped'],`,
        replace: `error: ['in_progress', 'pending', 'cancelled', 'resolved_manually'],`,
        tests: [workflow, tables],
      },
      {
        mistake: 'takes a task in error for final',
        find: 'return TASK_TRANSITIONS[state].length === 0;',
        replace: `return TASK_TRANSITIONS[state].length === 0 || state === 'error';`,
      },
    ],
  },
  {
    file: 'lib/workflow/json.check.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'passes over a number that JSON has not',
        find: 'return Number.isFinite(value) ? null',
        replace: 'return !Number.isNaN(value) ? null',
      },
      {
        mistake: 'follows cycles until the stack ends',
        find: 'faultAt(member, pointer + pointerTo(key), depth + 1, forms)',
        replace: 'faultAt(member, pointer + pointerTo(key), depth, forms)',
      },
      { mistake: 'passes over names of properties', find: 'stringFault(key, pointer) ?? faultAt', replace: 'faultAt' },
      {
        mistake: 'takes an invalid Date for a date',
        find: 'hasOwnForm(value) && !isInvalidDate(value)',
        replace: 'hasOwnForm(value)',
      },
      {
        mistake: 'passes over halves of characters',
        find: 'return text.isWellFormed() ? null',
        replace: 'return text ? null',
      },
      {
        mistake: 'passes over rounded negative numbers',
        find: 'Number.isInteger(value) && !Number.isSafeInteger(value)',
        replace: 'Number.isInteger(value) && value > Number.MAX_SAFE_INTEGER',
      },
      {
        mistake: 'stores half of a character that it has cut',
        find: `.replaceAll('\\0', '').toWellFormed()`,
        replace: `.replaceAll('\\0', '')`,
      },
    ],
  },
  {
    file: 'lib/workflow/json.pointer.ts',
    tests: [workflow],
    mutants: [
      {
        mistake: 'escapes again what it has just escaped',
        find: `.replaceAll('~', '~0').replaceAll('/', '~1')`,
        replace: `.replaceAll('/', '~1').replaceAll('~', '~0')`,
      },
      {
        mistake: 'reads an escaped tilde before a one as a slash',
        find: `.replaceAll('~1', '/').replaceAll('~0', '~')`,
        replace: `.replaceAll('~0', '~').replaceAll('~1', '/')`,
      },
    ],
  },
  {
    file: 'lib/workflow/sentence.ts',
    tests: ['unit/docs/errors'],
    mutants: [
      { mistake: 'leaves out a full stop', find: 'fullStop(`${pointer', replace: 'String(`${pointer' },
      { mistake: 'leaves out where a problem is', find: "`${pointer || 'it'} ${message}`", replace: 'message' },
    ],
  },
  {
    file: 'lib/workflow/input.wording.ts',
    tests: [workflow],
    mutants: [
      { mistake: 'names no field that was probably meant', find: '${nearNameHint(name, names)}', replace: '' },
      { mistake: 'counts one as many', find: "most === 1 ? '' : 's'", replace: "'s'" },
    ],
  },
  {
    file: 'lib/workflow/input.checks.ts',
    tests: [workflow],
    mutants: [
      { mistake: 'takes a list for an object', find: ' && !Array.isArray(value);', replace: ';' },
      {
        mistake: 'takes a list with one item that is not allowed',
        find: 'Array.isArray(list) && list.every(',
        replace: 'Array.isArray(list) && list.some(',
      },
      {
        mistake: 'refuses a text of exactly the limit',
        find: 'if (value.length > maxLength)',
        replace: 'if (value.length >= maxLength)',
      },
      {
        mistake: 'takes an empty text for given',
        find: `if (value === undefined || value === '')`,
        replace: 'if (value === undefined)',
      },
    ],
  },
];
