import type { Persistence } from './persistence.js';
import { registerShape, startTask } from './workflow.js';

/** Where a step waits. */
export interface Place {
  readonly queue?: string;
  readonly priority?: number;
  readonly namespace?: string;
}

const ONE_STEP = [{ name: 'only', dependsOn: [] }];

/** Starts a task of one step and answers its id. */
export async function startSingle(
  persistence: Persistence,
  place: Place,
  taskPriority: number | null = null,
): Promise<string> {
  return startTask(persistence, await templateOfOne(persistence, place), { priority: taskPriority });
}

/** Starts many tasks of one step each, in order. */
export async function startBacklog(persistence: Persistence, count: number, place: Place): Promise<string[]> {
  const namedTask = await templateOfOne(persistence, place);
  const tasks: string[] = [];
  for (let n = 0; n < count; n++) tasks.push(await startTask(persistence, namedTask));
  return tasks;
}

function templateOfOne(
  persistence: Persistence,
  { queue = 'default', priority = 0, namespace = 'shapes' }: Place,
): Promise<string> {
  return registerShape(persistence, ONE_STEP, { namespace, steps: { only: { queue, priority } } });
}
