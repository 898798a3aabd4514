import type { MutantsOfFile } from '../../mutant.js';
import { engine, outage, shutdown, silence, trouble } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/worker.health.ts',
    tests: [engine, trouble, outage, silence, shutdown],
    mutants: [
      {
        mistake: 'calls a statement that may take its time stuck',
        find: 'SEVERAL * pollIntervalMs + this.options.database.statementTimeoutMs',
        replace: 'SEVERAL * pollIntervalMs',
      },
      {
        mistake: 'is ready during the shutdown',
        find: 'if (this.lifecycle.isStopping) checks.shutdown = SHUTDOWN;',
        replace: '',
      },
      {
        mistake: 'is ready after it lost the database',
        find: `silentSeconds > this.options.worker.leaseSeconds ? 'the worker has lost the database' : null`,
        replace: `silentSeconds < 0 ? 'the worker has lost the database' : null`,
      },
      {
        mistake: 'calls a full worker lost that only beats',
        find: '[this.loop.lastContactAt, this.maintenance.lastHeartbeatAt]',
        replace: '[this.loop.lastContactAt]',
      },
    ],
  },
];
