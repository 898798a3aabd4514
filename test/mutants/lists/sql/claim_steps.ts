import type { MutantsOfFile } from '../../mutant.js';
import { claiming, failures, limits, turns } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/claim_steps.sql',
    tests: [claiming, failures, turns, limits],
    mutants: [
      {
        mistake: 'counts no attempt at a claim',
        find: 'worker_id = p_worker_id, attempt = r.attempt + 1',
        replace: 'worker_id = p_worker_id',
      },
      {
        mistake: 'gives more steps of scarce templates than asked for',
        find: 'x.nth <= p_scarce_want',
        replace: 'x.nth <= p_scarce_want + 1',
      },
    ],
  },
];
