import type { MutantsOfFile } from '../../mutant.js';
import { concurrency, engine, waking } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/concurrency.controller.ts',
    tests: [engine, concurrency],
    mutants: [
      {
        mistake: 'lowers the limit below its least',
        find: 'Math.max(min, Math.floor(limit * DECREASE))',
        replace: 'Math.floor(limit * DECREASE)',
      },
      {
        mistake: 'raises the limit beyond its most',
        find: 'Math.min(max, limit + Math.max',
        replace: 'Math.max(max, limit + Math.max',
      },
      {
        mistake: 'raises the limit though nothing holds it back',
        find: 'if (!load.isSaturated) return limit;',
        replace: '',
      },
      {
        mistake: 'ignores the wait for connections',
        find: 'eventLoopDelayMs > MAX_EVENT_LOOP_DELAY_MS || connectionWaitMs > MAX_CONNECTION_WAIT_MS',
        replace: 'eventLoopDelayMs > MAX_EVENT_LOOP_DELAY_MS || connectionWaitMs < 0',
      },
    ],
  },
  {
    file: 'lib/engine/steps/concurrency.governor.ts',
    tests: [concurrency, engine, waking],
    mutants: [
      {
        mistake: 'does not look for work when there is more room',
        find: 'this.loop.wake(); // the new limit may allow more steps',
        replace: '',
      },
      {
        mistake: 'begins at the most',
        find: `this.worker.limitTo(minConcurrency);
    this`,
        replace: 'this',
      },
    ],
  },
];
