import type { MutantsOfFile } from '../../mutant.js';
import { engine, refusedParts } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/outcome.queue.ts',
    tests: [engine, refusedParts],
    mutants: [
      {
        mistake: 'puts outcomes back behind later ones',
        find: 'this.waiting = [...outcomes, ...this.waiting];',
        replace: 'this.waiting = [...this.waiting, ...outcomes];',
      },
      {
        mistake: 'loses outcomes that gathered while a pass failed',
        find: 'this.waiting = [...outcomes, ...this.waiting];',
        replace: 'this.waiting = [...outcomes];',
      },
      {
        mistake: 'never waits longer for an outcome that is refused again',
        find: 'this.keepAside(outcome, refusals + 1, backoffSeconds(BACKOFF, refusals + 1));',
        replace: 'this.keepAside(outcome, refusals, backoffSeconds(BACKOFF, 1));',
      },
      {
        mistake: 'does not try refused outcomes once more at the shutdown',
        find: 'this.aside.set(stepId, { ...entry, dueAt: 0 });',
        replace: 'this.aside.set(stepId, entry);',
      },
      {
        mistake: 'forgets refused outcomes among what it holds',
        find: 'return [...this.waiting, ...aside].map',
        replace: 'return [...this.waiting].map',
      },
      {
        mistake: 'keeps refused outcomes of a lost lease',
        find: `this.waiting = [];
    this.aside.clear();`,
        replace: 'this.waiting = [];',
      },
      {
        mistake: 'tries a refused outcome at once again',
        find: 'filter(({ dueAt }) => dueAt <= now)',
        replace: 'filter(({ dueAt }) => dueAt > 0 && now > 0)',
      },
      {
        mistake: 'leaves outcomes behind that were not chosen',
        find: 'this.waiting = isWorthIt ? this.waiting.filter((outcome) => !isFree(outcome)) : [];',
        replace: 'this.waiting = [];',
      },
      {
        mistake: 'counts a task as free while a pass has outcomes of it',
        find: `if (others > 0) this.passesOf.set(id, others);
      else this.passesOf.delete(id);`,
        replace: 'this.passesOf.delete(id);',
      },
    ],
  },
];
