import type { TaskScopeGateway, TasksInScope } from '../persistence/task-scope.gateway.js';
import { hasTemplate, isOfTemplatesOnly, type TaskScope } from '../workflow/task.scope.js';
import type { Change } from './change.js';
import { matches, type ChangeFilter } from './change.filter.js';

/** Receives the changes that fit a filter and whose tasks are in scope. */
export interface ScopedListener {
  readonly filter: ChangeFilter;
  readonly scope: TaskScope | null;
}

/** The changes that a listener may receive, before its filter is applied; or why its scope could not be evaluated. */
export type ChangesInScope = readonly Change[] | Error;

/**
 * Which of the changes are in the scope of each listener, now and not when they happened. A change says what its template is; for
 * scopes that ask more, the database is asked for the tasks, in one statement for all listeners.
 */
export async function changesInScopes<Listener extends ScopedListener>(
  gateway: TaskScopeGateway,
  listeners: readonly Listener[],
  changes: readonly Change[],
): Promise<ReadonlyMap<Listener, ChangesInScope>> {
  const possible = new Map(listeners.map((listener) => [listener, possibleFor(listener, changes)]));
  const open = listeners.filter(({ scope }) => scope !== null && !isOfTemplatesOnly(scope));
  const scopes = new Map(open.map(({ scope }) => [keyOf(scope!), scope!]));
  const taskIds = new Set(open.flatMap((listener) => possible.get(listener)!.map(({ taskId }) => taskId)));
  if (taskIds.size === 0) return possible;
  const answers = await gateway.tasksIn([...scopes.values()], [...taskIds]);
  const tasks = new Map([...scopes.keys()].map((key, index) => [key, answers[index]!]));
  const asked = open.map(
    (listener) => [listener, ofTasks(possible.get(listener)!, tasks.get(keyOf(listener.scope!))!)] as const,
  );
  return new Map<Listener, ChangesInScope>([...possible, ...asked]);
}

/** With a scope, the filter is applied first, so that fewer tasks have to be asked for. */
function possibleFor({ filter, scope }: ScopedListener, changes: readonly Change[]): readonly Change[] {
  return scope === null ? changes : changes.filter((change) => hasTemplate(scope, change) && matches(filter, change));
}

function ofTasks(changes: readonly Change[], tasks: TasksInScope): ChangesInScope {
  return tasks instanceof Error ? tasks : changes.filter(({ taskId }) => tasks.has(taskId));
}

/** Listeners of one user have equal scopes. */
const keyOf = (scope: TaskScope): string => JSON.stringify(scope);
