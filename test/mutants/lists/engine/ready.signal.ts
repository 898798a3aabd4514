import type { MutantsOfFile } from '../../mutant.js';
import { announcing, engine, pooler, waking } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/ready.signal.ts',
    tests: [engine, waking, announcing, pooler],
    mutants: [
      { mistake: 'drops the last notice of a burst', find: 'if (this.again) this.tellOthers();', replace: '' },
      {
        mistake: 'does not look once it hears notices again',
        find: 'this.onReady(); // what became ready while nobody listened',
        replace: '// what became ready while nobody listened',
      },
      {
        mistake: 'does not look at once for what became ready here',
        find: `this.onReady();
    this.tellOthers();`,
        replace: 'this.tellOthers();',
      },
      {
        mistake: 'tells no other process',
        find: `this.onReady();
    this.tellOthers();`,
        replace: 'this.onReady();',
      },
      {
        mistake: 'never hears notices again after a lost connection',
        find: `this.reopen = undefined;
      void this.open();`,
        replace: 'this.reopen = undefined;',
      },
      {
        mistake: 'hears notices again only once',
        find: `this.reopen = undefined;
      void this.open();`,
        replace: 'void this.open();',
      },
    ],
  },
];
