import type { MutantsOfFile } from '../../mutant.js';
import { engine, retention } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/tasks/task.retention.ts',
    tests: [retention, engine],
    mutants: [
      {
        mistake: 'stops after the first batch',
        find: '} while (!isEnd && !signal?.aborted);',
        replace: '} while (isEnd && !signal?.aborted && removed < 0);',
      },
      {
        mistake: 'begins each batch from the start',
        find: '({ lastId: afterId, isEnd } = batch);',
        replace: '({ isEnd } = batch);',
      },
      {
        mistake: 'goes on though it is to stop',
        find: '} while (!isEnd && !signal?.aborted);',
        replace: '} while (!isEnd);',
      },
      {
        mistake: 'takes days for hours',
        find: 'const SECONDS_A_DAY = 86_400;',
        replace: 'const SECONDS_A_DAY = 3_600;',
      },
    ],
  },
];
