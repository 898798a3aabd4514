import type { MutantsOfFile } from '../../mutant.js';
import { background } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/background/recurring.work.ts',
    tests: [background],
    mutants: [
      {
        mistake: 'ends with the first pass that fails',
        find: `this.passing = undefined;
    this.runLater();`,
        replace: `this.passing = undefined;
    if (!this.failing) this.runLater();`,
      },
      {
        mistake: 'forgets what was wanted during a pass',
        find: `this.isWanted = true;
    if (this.passing) return;`,
        replace: `if (this.passing) return;
    this.isWanted = true;`,
      },
      {
        mistake: 'does not wait for the pass under way when it stops',
        find: `await this.passing;
  }`,
        replace: `void this.passing;
  }`,
      },
      {
        mistake: 'rests no longer after a long pass',
        find: 'Math.max(waitMs, pauses * this.tookMs)',
        replace: 'waitMs',
      },
      { mistake: 'logs each pass that fails', find: 'else if (!this.failing) logTrouble', replace: 'else logTrouble' },
      {
        mistake: 'reports no fault',
        find: 'fault.faults.report(fault.key, fault.sentence, error);',
        replace: 'logTrouble(logger, trouble, error);',
      },
    ],
  },
];
