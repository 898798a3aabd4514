import type { MutantsOfFile } from '../../mutant.js';
import { background, lifeCycles, lifecycle } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/background/background.service.ts',
    tests: [background, lifeCycles, lifecycle],
    mutants: [
      {
        mistake: 'starts after it was stopped',
        find: 'if (this.isStopping) return Promise.resolve();',
        replace: '',
      },
      { mistake: 'starts twice', find: 'return (this.starting ??=', replace: 'return (this.starting =' },
      { mistake: 'stops twice', find: 'return (this.stopping ??=', replace: 'return (this.stopping =' },
      {
        mistake: 'stops while it starts',
        find: 'await this.starting?.catch(() => undefined); // the caller',
        replace: '// the caller',
      },
      {
        mistake: 'cannot be started again after a failed start',
        find: `this.starting = undefined;
      throw error;`,
        replace: 'throw error;',
      },
    ],
  },
  {
    file: 'lib/background/signal.ts',
    tests: [background],
    mutants: [
      {
        mistake: 'never forgets a listener',
        find: 'void this.listeners.delete(listener)',
        replace: 'void listener',
      },
    ],
  },
];
