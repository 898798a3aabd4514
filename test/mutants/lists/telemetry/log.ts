import type { MutantsOfFile } from '../../mutant.js';
import { eventLog } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/telemetry/event.log.ts',
    tests: [eventLog],
    mutants: [
      {
        mistake: 'writes where it is switched off',
        find: 'if (!this.options.telemetry.log) return;',
        replace: '',
      },
      {
        mistake: 'builds lines that nobody reads',
        find: `if (!Logger.isLevelEnabled('debug')) return;`,
        replace: '',
      },
      {
        mistake: 'lets errors write lines of their own',
        find: '${code}: ${logText(error.message)}`',
        replace: '${code}: ${error.message}`',
      },
      {
        mistake: 'takes the worker of a late outcome for its attempt',
        find: 'of attempt ${attempt} from worker ${workerId}',
        replace: 'of attempt ${workerId} from worker ${attempt}',
      },
    ],
  },
];
