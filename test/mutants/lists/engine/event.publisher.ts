import type { MutantsOfFile } from '../../mutant.js';
import {
  announcing,
  engine,
  finalAnnotations,
  lateAnswers,
  lostLease,
  onePayload,
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
        find: 'if (stale.has(position)) {',
        replace: 'if (position < 0 && stale.size > 0) {',
        tests: [engine, lateAnswers, lostLease],
      },
      { mistake: 'reports tasks twice that an earlier request started', find: 'if (!isNew) return;', replace: '' },
      {
        mistake: 'tells nobody of the end of a task without steps',
        find: `if (state !== 'pending') this.publishTask({ from: 'pending', to: state }, payload);`,
        replace: '',
      },
      {
        mistake: 'says of a retry that there is none',
        find: 'retryAt: retries.get(position) ?? null,',
        replace: 'retryAt: null,',
      },
      {
        mistake: 'publishes nothing of steps that were settled ahead of their turn',
        find: 'this.publishAction({ steps: facts.settled, tasks: [] });',
        replace: '',
      },
      {
        mistake: 'names a transition of a step by its end alone',
        find: 'const name = stepEventOf(from, to);',
        replace: "const name = stepEventOf('in_progress', to);",
        tests: [announcing, operatorActions, onePayload],
      },
      {
        mistake: 'tells task handlers of tasks that go on',
        find: `if (to !== 'pending' && to !== 'in_progress') this.signals.taskEnded.emit(payload);`,
        replace: 'this.signals.taskEnded.emit(payload);',
        tests: [engine, finalAnnotations],
        equivalent: 'the runner of final hooks then asks the database once more than needed, and finds nothing',
      },
    ],
  },
];
