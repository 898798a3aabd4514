import type { MutantsOfFile } from '../../mutant.js';
import { announcing, operatorActions, refusedParts, requests, scheduling } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/cancellation.watcher.ts',
    tests: [scheduling, operatorActions, refusedParts, requests, announcing],
    mutants: [
      {
        mistake: 'calls a passed deadline a lost lease',
        find: `return state === 'error' ? 'deadline_exceeded' : 'lease_lost';`,
        replace: `return state === 'error' ? 'lease_lost' : 'lease_lost';`,
      },
      {
        mistake: 'publishes no events of tasks past their deadline',
        find: 'this.events.publishAction(expired);',
        replace: '',
      },
      {
        mistake: 'ends only the first tasks past their deadline',
        find: 'isOver = !expired.changed && expired.refusals.length === 0;',
        replace: 'isOver = true;',
      },
      {
        mistake: 'tries tasks at once again that could not be ended',
        find: 'this.refused.set(taskId, performance.now() + REFUSED_MS);',
        replace: 'this.refused.set(taskId, performance.now());',
      },
      {
        mistake: 'never tries tasks again that could not be ended',
        find: 'filter(([, until]) => until > now)',
        replace: 'filter(([, until]) => until > 0 && now > 0)',
      },
    ],
  },
];
