import type { MutantsOfFile } from '../../mutant.js';
import { engine, housekeeping, lostLease, refusedParts, waking } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/worker.maintenance.ts',
    tests: [lostLease, housekeeping, refusedParts, engine],
    mutants: [
      {
        mistake: 'beats three times too seldom',
        find: '(options.worker.leaseSeconds * 1_000) / 3',
        replace: 'options.worker.leaseSeconds * 1_000',
      },
      {
        mistake: 'waits a third of the lease after a beat that failed',
        find: `retryMs: RETRY_MS,
`,
        replace: '',
      },
      {
        mistake: 'goes on under a lost lease',
        find: `this.worker.leaseLost(workerId);
`,
        replace: '',
      },
      {
        mistake: 'does not look for work after it lost its lease',
        find: 'this.signals.workReady.emit(); // the dropped steps',
        replace: '// the dropped steps',
        tests: [waking, lostLease],
      },
      {
        mistake: 'tells nobody of the steps of lost workers',
        find: 'if (reaped.steps.length > 0) this.ready.notifyAll();',
        replace: '',
        tests: [waking, lostLease],
      },
      { mistake: 'publishes no events of lost workers', find: 'this.events.publishReaped(reaped);', replace: '' },
      {
        mistake: 'checks what it holds again and again on a large queue',
        find: 'this.nextCheckAt = endedAt + PAUSES * (endedAt - began);',
        replace: 'this.nextCheckAt = endedAt;',
        tests: [engine, housekeeping],
      },
      {
        mistake: 'lets one duty that fails stop the others',
        find: 'await run().catch((error: unknown) => failures.push(error));',
        replace: 'await run();',
      },
      {
        mistake: 'stays silent when steps of lost workers cannot be taken back',
        find: `else this.faults.report('lost_steps', LOST_STEPS_REFUSED, reaped.refusals);`,
        replace: '',
      },
    ],
  },
];
