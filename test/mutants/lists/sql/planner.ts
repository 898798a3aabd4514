import type { MutantsOfFile } from '../../mutant.js';
import { lostWorkers, migrationRunner } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/_pin_planner.sql',
    tests: [migrationRunner, lostWorkers],
    mutants: [
      {
        mistake: 'leaves functions with the settings that they had',
        find: `'plan_cache_mode=force_generic_plan' = any (p.proconfig);`,
        replace: 'false;',
      },
      {
        mistake: 'pins one setting less',
        find: `      set enable_bitmapscan = off
`,
        replace: '',
      },
    ],
  },
];
