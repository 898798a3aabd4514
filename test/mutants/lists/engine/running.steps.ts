import type { MutantsOfFile } from '../../mutant.js';
import {
  engine,
  lateAnswers,
  lostLease,
  missingTemplates,
  resetWhileRunning,
  shutdown,
  transactional,
  versionsElsewhere,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/running.steps.ts',
    tests: [lateAnswers, missingTemplates, shutdown, lostLease, transactional],
    mutants: [
      {
        mistake: 'runs a step that it cannot run as if nothing was',
        find: `this.without.add(claimed.templateId);
`,
        replace: '',
        tests: [versionsElsewhere],
      },
      {
        mistake: 'begins an earlier attempt over a later one',
        find: 'running.claimed.attemptNumber >= claimed.attemptNumber',
        replace: 'running.claimed.attemptNumber < 0',
      },
      {
        mistake: 'reports outcomes of attempts that it dropped',
        find: 'if (isDropped && !outcome.recorded) return; // what is recorded counts all the same',
        replace: '',
      },
      {
        mistake: 'counts failures during a shutdown',
        find: 'this.signals.stepEnded.emit(this.draining ? this.uncounted(outcome) : outcome);',
        replace: 'this.signals.stepEnded.emit(outcome);',
        tests: [shutdown, engine],
      },
      {
        mistake: 'drops a later attempt for an earlier one',
        find: 'if (step?.claimed !== claimed) return false; // a later',
        replace: 'if (step === undefined) return false; // a later',
        tests: [resetWhileRunning, engine, lostLease],
      },
      {
        mistake: 'lets dropped steps run on',
        find: 'for (const step of dropped) step.abandon(reason);',
        replace: 'void reason; void dropped;',
      },
      {
        mistake: 'does not count a permanent failure during a shutdown',
        find: `if (outcome.kind !== 'retry') return outcome;`,
        replace: `if (outcome.kind === 'complete') return outcome;`,
        tests: [shutdown, engine],
      },
    ],
  },
];
