import type { MutantsOfFile } from '../../mutant.js';
import { engine, lateAnswers, lostLease, missingTemplates, refusedParts, shutdown } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/claim.intake.ts',
    tests: [lateAnswers, lostLease, engine, shutdown],
    mutants: [
      {
        mistake: 'begins steps that came while it shuts down',
        find: `if (this.running.isDraining || read.left.includes(step.id)) this.running.handBack(step);
      else if (!isKnown || read.unreadable.includes(step.id))`,
        replace: 'if (!isKnown || read.unreadable.includes(step.id))',
      },
      {
        mistake: 'begins steps claimed under a lost identity',
        find: 'if (!this.isPresent(workerId)) return { steps: [], isDoubtful: false };',
        replace: '',
      },
      {
        mistake: 'claims steps without templates in a tight loop',
        find: 'this.running.handBack(step, RELOAD_SECONDS);',
        replace: 'this.running.handBack(step);',
        tests: [missingTemplates, refusedParts, engine],
      },
      {
        mistake: 'begins steps of which the database could not say whether it holds them',
        find: 'const steps = left ?? [];',
        replace: 'const steps = left ?? claimed;',
      },
      {
        mistake: 'takes an old answer for a new one',
        find: 'return ms > (this.options.worker.leaseSeconds * 1_000) / 3;',
        replace: 'return ms > this.options.worker.leaseSeconds * 3_000;',
      },
      {
        mistake: 'begins steps that were taken back meanwhile',
        find: 'steps = steps.filter(({ id }) => !revoked.has(id));',
        replace: '',
      },
      {
        mistake: 'does not doubt what it holds when it could not ask',
        find: 'isDoubtful: left === null',
        replace: 'isDoubtful: false',
      },
    ],
  },
];
