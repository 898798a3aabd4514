import { registerEnumType } from '@nestjs/graphql';
import type { HealthCheck } from '../insight/health.reader.js';
import { STEP_REPAIRS, TASK_REPAIRS } from '../insight/dead-letter.reader.js';
import { TASK_SORTS, type TaskSort } from '../insight/task.list.js';
import { EVENT_CATEGORIES } from '../events/event-catalogue.reader.js';
import { CHANGE_EVENTS } from '../live/change.js';
import { AUDIT_KINDS, AUDIT_OUTCOMES, type AuditFace } from '../workflow/audit.entry.js';
import { HEALTH_STATUSES, RECOMMENDED_ACTIONS } from '../workflow/execution-status.js';
import { STEP_STATES, TASK_STATES } from '../workflow/states.js';

/** The enums by name. Inputs and OpenAPI use the same names. */
const made = new Map<string, object>();

/**
 * Makes an enum. Its values are the same words as in REST, SQL and code.
 * @param nameOf returns the name of a word, if GraphQL does not allow the word itself as a name
 */
function makeEnum<Word extends string>(
  name: string,
  words: readonly Word[],
  description?: string,
  nameOf: (word: Word) => string = (word) => word,
): Readonly<Record<string, Word>> {
  const values = Object.fromEntries(words.map((word) => [nameOf(word), word]));
  registerEnumType(values, { name, ...(description !== undefined && { description }) });
  made.set(name, values);
  return values;
}

/** The enum with this name. */
export function enumNamed(name: string): object {
  const found = made.get(name);
  if (!found) throw new Error(`The choice ${name} has no enum in GraphQL.`);
  return found;
}

export const TaskStateEnum = makeEnum('TaskState', TASK_STATES);
export const StepStateEnum = makeEnum('StepState', STEP_STATES);
makeEnum('ExecutionStatus', Object.keys(RECOMMENDED_ACTIONS), 'A summary of the progress of a task.');
makeEnum('RecommendedAction', Object.values(RECOMMENDED_ACTIONS), 'The recommended action for an execution status.');
makeEnum('HealthStatus', HEALTH_STATUSES);
makeEnum('ChangeEvent', CHANGE_EVENTS, 'The name of the event of a transition, with _ in place of the dot.', (event) =>
  event.replace('.', '_'),
);
makeEnum('EventCategory', EVENT_CATEGORIES, 'The category of an event: the first part of its name.');
export const TaskSortEnum = makeEnum<TaskSort>(
  'TaskSort',
  TASK_SORTS,
  'The order of tasks: ascending, or descending if the name ends in Desc. Pages by createdAt are equally fast for any number of tasks.',
  (sort) => (sort.startsWith('-') ? `${sort.slice(1)}Desc` : sort),
);
makeEnum(
  'StepRepair',
  STEP_REPAIRS,
  'An action that repairs a failed step, once its cause has been fixed in code, in data or in another system.',
);
makeEnum('TaskRepair', TASK_REPAIRS, 'An action that repairs a whole task.');
makeEnum<HealthCheck['status']>('CheckStatus', ['healthy', 'unhealthy']);
export const WorkerStatusEnum = makeEnum(
  'WorkerStatus',
  ['running', 'late', 'stopped', 'lost'],
  'The status of a worker. `late` means that its lease expired, but no other worker has declared it lost yet.',
);
makeEnum('AuditOutcome', AUDIT_OUTCOMES, 'What became of an operation, in the audit log.');
makeEnum('AuditKind', AUDIT_KINDS, 'The kind of an object in the audit log.');
makeEnum<AuditFace>(
  'AuditFace',
  ['rest', 'events', 'graphql', 'subscription', 'code'],
  'Where an operation came from: a face of the API, or code of the host.',
);
