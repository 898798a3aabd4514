import DataLoader from 'dataloader';
import { withNeighbours, type StepDocument } from '../../insight/step.reader.js';
import type { Scoped } from '../../auth/scoped.js';
import type { TaskPart, TaskParts } from '../../insight/task.parts.js';
import type { TaskOutline, TaskReader } from '../../insight/task.reader.js';

/** A part of a task, or, without one, the task itself. */
interface Wanted {
  readonly taskId: string;
  readonly part?: TaskPart;
}

/**
 * Reads tasks for one operation. Whatever the fields of one level ask for, of however many tasks, is read in one statement, and
 * once. Each field has decided about its task before, in the scope of its own permission.
 */
export class TaskLoader {
  private readonly loader: DataLoader<Wanted, unknown, string>;
  private readonly stepsOf = new Map<string, Promise<readonly StepDocument[] | null>>();

  constructor(private readonly reader: Scoped<TaskReader>) {
    this.loader = new DataLoader((wanted: readonly Wanted[]) => this.read(wanted), { cacheKeyFn: keyOf });
  }

  task(taskId: string): Promise<TaskOutline | null> {
    return this.loader.load({ taskId }) as Promise<TaskOutline | null>;
  }

  /** Null where the task does not exist, or no longer. */
  part<Part extends TaskPart>(taskId: string, part: Part): Promise<TaskParts[Part] | null> {
    return this.loader.load({ taskId, part }) as Promise<TaskParts[Part] | null>;
  }

  /** Dependencies first. */
  steps(taskId: string): Promise<readonly StepDocument[] | null> {
    const known = this.stepsOf.get(taskId);
    if (known) return known;
    const steps = this.part(taskId, 'steps').then((found) => found && withNeighbours(taskId, found));
    this.stepsOf.set(taskId, steps);
    return steps;
  }

  /** Notes a task that was read already. */
  know(task: TaskOutline): void {
    this.loader.prime({ taskId: task.id }, task);
  }

  private async read(wanted: readonly Wanted[]): Promise<unknown[]> {
    const ids = [...new Set(wanted.map(({ taskId }) => taskId))];
    const parts = [...new Set(wanted.flatMap(({ part }) => part ?? []))];
    const tasks = await this.reader.findMany(ids, parts, null, null);
    return wanted.map(({ taskId, part }) => {
      const task = tasks.get(taskId);
      if (!task) return null;
      return part ? task[part] : task;
    });
  }
}

function keyOf({ taskId, part = '' as TaskPart }: Wanted): string {
  return `${taskId} ${part}`;
}
