import { setTimeout } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { TaskReader, type TaskDetails } from 'nestjs-tasker';
import { OrderDesk } from '../ecommerce/orders/order.desk.js';
import { EffectLedger } from '../ecommerce/services/effect.ledger.js';
import type { OrderStory } from '../stories/order.story.js';
import { worldOf } from '../stories/story.world.js';
import { progressOf, type ProgressDisplay } from './order.progress.js';
import type { OutcomeRow } from './outcome.table.js';
import { outcomeOf } from './story.outcome.js';

const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 60_000;

/** A story whose order has been placed. */
export class RunningStory {
  /** How long it took, once it has ended. */
  endedAfterMs: number | undefined;
  isRelieved = false;

  constructor(
    readonly story: OrderStory,
    readonly taskId: string,
  ) {}
}

export async function startStory(app: INestApplicationContext, story: OrderStory): Promise<RunningStory> {
  story.trouble?.(worldOf(app));
  const { id } = await app.get(OrderDesk).place(story.order);
  return new RunningStory(story, id);
}

/** Resolves when all orders have ended, or when waiting longer makes no sense, with what was expected and what was. */
export async function watchStories(
  app: INestApplicationContext,
  stories: readonly RunningStory[],
  display: ProgressDisplay,
): Promise<readonly OutcomeRow[]> {
  const startedAt = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    const tasks = await Promise.all(stories.map(({ taskId }) => taskOf(app, taskId)));
    const pairs = stories.map((running, index) => ({ running, task: tasks[index]! }));
    for (const { running, task } of pairs) {
      if (hasEnded(task)) running.endedAfterMs ??= elapsedMs;
      relieve(app, running, task);
    }
    display.show(
      pairs.map(({ running, task }) => progressOf(running.story.title, task, running.endedAfterMs ?? elapsedMs)),
    );
    if (tasks.every(hasEnded) || elapsedMs > GIVE_UP_AFTER_MS) {
      return Promise.all(pairs.map(({ running, task }) => outcomeRow(app, running, task)));
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}

async function taskOf(app: INestApplicationContext, taskId: string): Promise<TaskDetails> {
  const task = await app.get(TaskReader).find(taskId);
  if (task === null) throw new Error(`There is no task ${taskId} any more.`);
  return task;
}

function hasEnded({ state }: TaskDetails): boolean {
  return state !== 'pending' && state !== 'in_progress';
}

function relieve(app: INestApplicationContext, running: RunningStory, { steps }: TaskDetails): void {
  if (running.isRelieved || !steps.some(({ error }) => error !== null)) return;
  running.isRelieved = true;
  running.story.relief?.(worldOf(app));
}

async function outcomeRow(
  app: INestApplicationContext,
  { story: { title, expected } }: RunningStory,
  task: TaskDetails,
): Promise<OutcomeRow> {
  const effects = await app.get(EffectLedger).entriesFor(`order_${task.id}`);
  return { title, expected, actual: outcomeOf(task, effects) };
}
