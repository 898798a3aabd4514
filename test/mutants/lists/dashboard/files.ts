import type { MutantsOfFile } from '../../mutant.js';
import { dashboard } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/dashboard/dashboard.controller.ts',
    tests: [dashboard],
    mutants: [
      {
        mistake: 'takes an address with a slash and a query for one without the slash',
        find: String.raw`/\/(\?|$)/`,
        replace: String.raw`/\/$/`,
      },
    ],
  },
  {
    file: 'lib/dashboard/page.headers.ts',
    tests: [dashboard],
    mutants: [
      {
        mistake: 'lets pages of others show it in a frame',
        find: `; frame-ancestors 'none'`,
        replace: '',
      },
      {
        mistake: 'lets a browser keep the files of the version before',
        find: `'Cache-Control': 'no-cache'`,
        replace: `'Cache-Control': 'max-age=86400'`,
      },
    ],
  },
];
