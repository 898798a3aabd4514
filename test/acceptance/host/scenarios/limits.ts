import { defineTask } from 'nestjs-tasker';
import { handler, pause, require, type Scenario } from '../scenario.js';
import { ended, stepsOf } from '../task.js';

const NARROW = { namespace: 'limits', name: 'narrow', version: '1.0.0' };
const SLOW = { namespace: 'limits', name: 'slow', version: '1.0.0' };
const RATE = { count: 3, seconds: 2 };

let running = 0;
let most = 0;

/** How many steps run at the same time, and how many start within a span, by the clock of the database. */
export const limits: Scenario = {
  templates: [
    defineTask(NARROW).step('only', { handler: 'limits.narrow', limits: { concurrency: 2 } }),
    defineTask(SLOW).step('only', { handler: 'limits.slow', limits: { rate: RATE } }),
  ],
  handlers: [
    handler('limits.narrow', async () => {
      most = Math.max(most, ++running);
      await pause(150);
      running -= 1;
    }),
    handler('limits.slow', () => undefined),
  ],
  observe: async (host) => {
    const many = (count: number, template: typeof NARROW) => Array.from({ length: count }, () => template);
    const narrow = await host.tasks.startMany(many(8, NARROW));
    const slow = await host.tasks.startMany(many(6, SLOW));
    const ends = await Promise.all([...narrow, ...slow].map(({ id }) => ended(host, id)));
    const starts = await Promise.all(
      slow.map(async ({ id }) => startOf((await host.ask(`/tasks/${id}/transitions`)).body)),
    );
    const inSpan = starts.map((from) => starts.filter((at) => at >= from && at < from + RATE.seconds * 900).length);
    require(most === 2, 'Not two steps at most ran at the same time', most);
    require(Math.max(...inSpan) <= RATE.count, 'More steps started in a span than the limit allows', starts);
    return { most, ends: ends.map((task) => [task.name, task.state, ...stepsOf(task)].join(' ')) };
  },
};

function startOf({ transitions }: any): number {
  return Date.parse(transitions.find((each: any) => each.step !== null && each.to === 'in_progress').at);
}
