import type { KnownTask } from './access.js';
import type { Grant } from './grant.js';
import type { Permission } from '../workflow/access/permissions.js';

/** The parts of a task that have permissions of their own. */
export const TASK_PARTS = {
  context: 'tasker.task:read_context',
  annotations: 'tasker.task:read_annotations',
  transitions: 'tasker.task:read_transitions',
  steps: 'tasker.workflow_step:index',
  analysis: 'tasker.workflow_step:index',
} as const satisfies Readonly<Record<string, Permission>>;

/** The parts of a step that have permissions of their own. */
export const STEP_PARTS = {
  results: 'tasker.workflow_step:read_results',
  error: 'tasker.workflow_step:read_error',
} as const satisfies Readonly<Record<string, Permission>>;

/** An answer whose parts may be withheld. */
export interface Withholding {
  /**
   * The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a
   * step are null. Missing if nothing is withheld.
   */
  readonly withheld?: readonly string[];
}

type Part = keyof typeof TASK_PARTS;

/** A task whose parts may be missing. */
export type WithoutParts<Task> = Omit<Task, Part> & Partial<Pick<Task, Part & keyof Task>> & Withholding;

/** The task without the parts that the user may not see. */
export async function shownTask<Task extends KnownTask>(task: Task, grant: Grant): Promise<WithoutParts<Task>> {
  const { access, scope } = grant;
  if (!access.decides) return task;
  access.know(task, scope);
  const shown: Record<string, unknown> = { ...task };
  const withheld: string[] = [];
  const mayRead = (permission: Permission): Promise<boolean> => access.mayRead(permission, { taskId: task.id }, grant);
  for (const [part, permission] of Object.entries(TASK_PARTS)) {
    if (part in shown && !(await mayRead(permission))) {
      withheld.push(part);
      Reflect.deleteProperty(shown, part);
    }
  }
  for (const [field, permission] of Object.entries(STEP_PARTS)) {
    for (const list of field === 'error' ? ['steps', 'transitions'] : ['steps']) {
      if (!(list in shown) || (await mayRead(permission))) continue;
      withheld.push(`${list}.${field}`);
      shown[list] = (shown[list] as readonly object[]).map((each) => ({ ...each, [field]: null }));
    }
  }
  return (withheld.length > 0 ? { ...shown, withheld } : shown) as unknown as WithoutParts<Task>;
}

interface StepEvent {
  readonly taskId: string;
  readonly stepId: string | null;
  readonly step: string | null;
  readonly error: unknown;
}

/**
 * The change with null for an error that the user may not see. As a stream lasts, each change is decided about when it is sent, and
 * decisions are not kept.
 */
export async function shownChange<Shown extends StepEvent>(change: Shown, grant: Grant): Promise<Shown & Withholding> {
  const { taskId, stepId: id, step, error } = change;
  if (error === null || !grant.access.decides) return change;
  if (await grant.access.undecided.mayRead(STEP_PARTS.error, { taskId, id, step }, grant)) return change;
  return { ...change, error: null, withheld: ['error'] };
}

interface Step {
  readonly id: string;
  readonly taskId: string;
  readonly name: string;
}

/** The step with null for the parts that the user may not see. */
export async function shownStep<Shown extends Step>(step: Shown, grant: Grant): Promise<Shown & Withholding> {
  if (!grant.access.decides) return step;
  const { id, taskId, name } = step;
  let shown: object = step;
  const withheld: string[] = [];
  for (const [field, permission] of Object.entries(STEP_PARTS)) {
    if (await grant.access.mayRead(permission, { taskId, id, step: name }, grant)) continue;
    withheld.push(field);
    shown = { ...shown, [field]: null };
  }
  return (withheld.length > 0 ? { ...shown, withheld } : shown) as Shown & Withholding;
}
