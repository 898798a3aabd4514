import { defineTask } from 'nestjs-tasker';
import type { Host } from '../application.js';
import { eventually, handler, pause, require, type Workflows } from '../scenario.js';
import { ended, stepsOf } from '../task.js';

const LOAD = { namespace: 'shutdown', name: 'load', version: '1.0.0' };
const RUNNING = 20;

/** How often the handler began and finished. */
const counts = { began: 0, finished: 0 };
let isFirstHost = true;

/**
 * Twenty steps run when the first host is closed, and twenty wait. Most end within the time that they have; four go on until
 * they are told to stop. The second host does what is left.
 */
export const shutdown = {
  templates: [defineTask(LOAD).step('work', { handler: 'shutdown.work' })],
  handlers: [
    handler('shutdown.work', async ({ task, signal }) => {
      counts.began += 1;
      if (!isFirstHost) await pause(20);
      else if (task.context.isEndless !== true) await pause(400);
      else {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }
      counts.finished += 1;
      return { number: task.context.number ?? null };
    }),
  ],
  observe: async (host: Host, openNext: () => Promise<Host>): Promise<unknown> => {
    const requests = Array.from({ length: 2 * RUNNING }, (_, number) => ({
      ...LOAD,
      context: { number, isEndless: number < 4 },
    }));
    const started = await host.tasks.startMany(requests);
    await eventually(() => require(counts.began === RUNNING, 'Not all twenty began', counts.began));
    const closedAt = performance.now();
    await host.close();
    require(performance.now() - closedAt < 15_000, 'The shutdown took too long', performance.now() - closedAt);
    isFirstHost = false;
    const next = await openNext();
    try {
      const tasks = await Promise.all(started.map(({ id }) => ended(next, id)));
      require(counts.finished === 2 * RUNNING, 'Not every step was finished once', counts);
      return { tasks: tasks.map((task) => [task.context.number, task.state, ...stepsOf(task)]), errors: next.errors };
    } finally {
      await next.close();
    }
  },
} satisfies Workflows & { observe: unknown };
