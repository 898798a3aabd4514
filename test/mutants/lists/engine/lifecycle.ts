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
        mistake: 'runs steps in a process that is not meant to',
        find: 'if (!this.options.worker.enabled) return;',
        replace: '',
      },
      {
        mistake: 'registers a worker in a process that stops',
        find: 'this.isStopping ? null : this.identity.get()',
        replace: 'this.identity.get()',
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
