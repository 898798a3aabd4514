import type { MutantsOfFile } from '../../mutant.js';
import { announcing, engine, pooler, waking } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/ready.notifier.ts',
    tests: [engine, waking, announcing, pooler],
    mutants: [
      { mistake: 'drops the last notice of a burst', find: 'if (this.again) this.notifyOthers();', replace: '' },
      {
        mistake: 'does not look once it hears notices again',
        find: 'this.signals.workReady.emit(); // for steps that became ready while nobody listened',
        replace: '// for steps that became ready while nobody listened',
      },
      {
        mistake: 'does not look at once for what became ready here',
        find: `this.signals.workReady.emit();
    this.notifyOthers();`,
        replace: 'this.notifyOthers();',
      },
      {
        mistake: 'tells no other process',
        find: `this.signals.workReady.emit();
    this.notifyOthers();`,
        replace: 'this.signals.workReady.emit();',
      },
      {
        mistake: 'never hears notices again after a lost connection',
        find: `this.reopen = undefined;
      this.opening = this.open();`,
        replace: 'this.reopen = undefined;',
      },
      {
        mistake: 'hears notices again only once',
        find: `this.reopen = undefined;
      this.opening = this.open();`,
        replace: 'this.opening = this.open();',
      },
    ],
  },
];
