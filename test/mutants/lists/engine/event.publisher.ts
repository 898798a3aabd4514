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
  workEvents,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/events/transition.publisher.ts',
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
  {
    file: 'lib/engine/events/work.publisher.ts',
    tests: [workEvents],
    mutants: [
      {
        mistake: 'publishes a task as queued that ended at once',
        find: "if (!isNew || state !== 'pending') return;",
        replace: 'if (!isNew) return;',
      },
      {
        mistake: 'says that no steps were found where none were wanted',
        find: "else if (want > 0 && found === 0) this.publish('workflow.no_viable_steps'",
        replace: "else if (found === 0) this.publish('workflow.no_viable_steps'",
      },
      {
        mistake: 'counts steps that were handed back as failed',
        find: "({ kind }, index) => kind !== 'release' && !stale.has(index + 1)",
        replace: '(_, index) => !stale.has(index + 1)',
      },
      {
        mistake: 'calls every wait exponential',
        find: "backoffType: isWaitRequested ? 'server_requested' : 'exponential',",
        replace: "backoffType: isWaitRequested ? 'exponential' : 'exponential',",
      },
      {
        mistake: 'publishes each transition of a task as its beginning',
        find: "].filter(({ from }) => from === 'pending');",
        replace: '];',
      },
      {
        mistake: 'says that a limit has opened when a pass does not look at it',
        find: 'isKnown && performance.now() >= this.limitedUntil!',
        replace: 'isKnown',
      },
      {
        mistake: 'publishes a full limit with each pass',
        find: "if (!isKnown) this.bus.publish('limit.reached'",
        replace: "this.bus.publish('limit.reached'",
      },
      {
        mistake: 'publishes each step that is retried on its own',
        find: 'if (group) group.push(step);',
        replace: 'if (group) groups.set(`${step.taskId} `, [step]);',
      },
      {
        mistake: 'publishes steps of lost workers as queued again that have no attempts left',
        find: 'steps.filter(({ retryAt }) => retryAt !== null)',
        replace: 'steps.filter(() => true)',
      },
    ],
  },
];
