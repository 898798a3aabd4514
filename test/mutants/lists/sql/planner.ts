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
  {
    file: 'sql/functions/_pin_planner_for_periods.sql',
    tests: [migrationRunner],
    mutants: [
      {
        mistake: 'leaves functions with the settings that they had',
        find: `'enable_hashjoin=off' = any (p.proconfig) and`,
        replace: 'false and',
      },
      {
        mistake: 'pins functions that are pinned otherwise',
        find: ` and not 'enable_bitmapscan=off' = any (p.proconfig)`,
        replace: '',
      },
    ],
  },
];
