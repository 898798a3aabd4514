import type { MutantsOfFile } from '../../mutant.js';
import {
  announcing,
  engine,
  finalAnnotations,
  lateAnswers,
  lostLease,
  operatorActions,
  requests,
  transactional,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/event.publisher.ts',
    tests: [announcing, engine, transactional, requests, operatorActions],
    mutants: [
      {
        mistake: 'publishes a stale outcome as one that counts',
        find: `if (stale.has(position)) this.publishStale(workerId, outcome);
      else this`,
        replace: 'this',
        tests: [engine, lateAnswers, lostLease],
      },
      { mistake: 'reports tasks twice that an earlier request started', find: 'if (!isNew) return;', replace: '' },
      {
        mistake: 'tells nobody of the end of a task without steps',
        find: `if (state !== 'pending') this.publishTask({ from: 'pending', to: state }, fact);`,
        replace: '',
      },
      { mistake: 'says of a retry that there is none', find: 'retryAt: runAt ?? null,', replace: 'retryAt: null,' },
      {
        mistake: 'publishes nothing of steps that were settled ahead of their turn',
        find: 'if (facts && facts.settled.length > 0) this.publishAction({ steps: facts.settled, tasks: [] });',
        replace: '',
      },
      {
        mistake: 'tells task handlers of tasks that go on',
        find: `if (to !== 'pending' && to !== 'in_progress') this.signals.taskEnded.emit(fact);`,
        replace: 'this.signals.taskEnded.emit(fact);',
        tests: [engine, finalAnnotations],
        equivalent: 'the runner of final hooks then asks the database once more than needed, and finds nothing',
      },
    ],
  },
];
