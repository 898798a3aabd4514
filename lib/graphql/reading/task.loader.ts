import DataLoader from 'dataloader';
import { withNeighbours, type StepDocument } from '../../insight/step.reader.js';
import type { Scoped } from '../../auth/scoped.js';
import type { TaskPart, TaskParts } from '../../insight/task.parts.js';
import type { TaskOutline, TaskReader } from '../../insight/task.reader.js';

/** A part of a task; without a part, the task itself. */
interface Wanted {
  readonly taskId: string;
  readonly part?: TaskPart;
}

/**
 * Reads tasks for one operation. All that the fields of one level request, of any number of tasks, is read once, in one
 * statement. Each field has checked its access to the task before, in the scope of its own permission.
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

  /** Null if the task does not exist, or no longer exists. */
  part<Part extends TaskPart>(taskId: string, part: Part): Promise<TaskParts[Part] | null> {
    return this.loader.load({ taskId, part }) as Promise<TaskParts[Part] | null>;
  }

  /** The steps, each after the steps that it depends on. */
  steps(taskId: string): Promise<readonly StepDocument[] | null> {
    const known = this.stepsOf.get(taskId);
    if (known) return known;
    const steps = this.part(taskId, 'steps').then((found) => found && withNeighbours(taskId, found));
    this.stepsOf.set(taskId, steps);
    return steps;
  }

  /** Remembers a task that was already read. */
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
