import type { MutantsOfFile } from '../../mutant.js';
import { boot, engine, lifecycle, lostLease, operatorActions, shutdown } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/engine.lifecycle.ts',
    tests: [lifecycle, shutdown, boot, engine],
    mutants: [
      {
        mistake: 'lets the maintenance stop before the last step has ended',
        find: 'const swept = this.retention.stop();',
        replace: 'const swept = Promise.all([this.retention.stop(), this.maintenance.stop()]);',
        tests: [shutdown, lostLease, lifecycle],
      },
      {
        mistake: 'lets cancelled steps run on during the shutdown',
        find: 'const swept = this.retention.stop();',
        replace: 'const swept = Promise.all([this.retention.stop(), this.cancellations.stop()]);',
        tests: [shutdown, operatorActions],
      },
      { mistake: 'leaves its row as if it had died', find: 'await this.gateway.stop(workerId);', replace: 'return;' },
      {
        mistake: 'starts twice',
        find: 'return (this.starting ??= inOwnContext',
        replace: 'return (this.starting = inOwnContext',
        equivalent: 'each part starts once by itself, and a worker registers once',
      },
      {
        mistake: 'cannot be started again after a failed start',
        find: `this.starting = undefined;
      throw error;`,
        replace: 'throw error;',
      },
      {
        mistake: 'runs steps in a process that is not meant to',
        find: 'if (!this.options.worker.enabled || this.isStopping) return;',
        replace: 'if (this.isStopping) return;',
      },
      {
        mistake: 'starts after it was stopped',
        find: 'if (!this.options.worker.enabled || this.isStopping) return;',
        replace: 'if (!this.options.worker.enabled) return;',
        equivalent: 'a process that stops registers no worker, and nothing starts without one',
      },
      {
        mistake: 'waits for long housekeeping when it stops',
        find: 'await withinTime<unknown>(rest, HOUSEKEEPING_MS, () => undefined);',
        replace: `await rest;
    void withinTime;`,
      },
    ],
  },
];
