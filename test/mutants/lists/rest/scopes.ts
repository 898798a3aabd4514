import type { MutantsOfFile } from '../../mutant.js';
import { scopeFuzz } from '../../specs.js';

/** Each forgets the scope of the user in one place, which a random request notices. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/workers.controller.ts',
    tests: [scopeFuzz],
    mutants: [
      {
        mistake: 'shows queues of all namespaces',
        find: 'this.reader.queues(scope)',
        replace: 'this.reader.queues(null)',
      },
    ],
  },
  {
    file: 'lib/rest/analytics.controller.ts',
    tests: [scopeFuzz],
    mutants: [
      {
        mistake: 'counts tasks of all namespaces',
        find: 'this.reader.performance(scope)',
        replace: 'this.reader.performance(null)',
      },
    ],
  },
  {
    file: 'lib/rest/webhooks.controller.ts',
    tests: [scopeFuzz],
    mutants: [
      {
        mistake: 'lists webhooks of all users',
        find: 'this.webhooks.list(scope)',
        replace: 'this.webhooks.list(null)',
      },
    ],
  },
];
