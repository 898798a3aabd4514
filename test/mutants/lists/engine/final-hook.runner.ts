import type { MutantsOfFile } from '../../mutant.js';
import { finalAnnotations, shutdown, taskHandlers, waking } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/tasks/final-hook.runner.ts',
    tests: [finalAnnotations, taskHandlers, shutdown],
    mutants: [
      {
        mistake: 'finds ends of tasks with the poll only',
        find: 'if (this.handlers.find(payload())?.instance.updateAnnotations) this.calling.now();',
        replace: 'payload();',
        tests: [waking, finalAnnotations],
      },
      {
        mistake: 'does not look at start for ends that others left',
        find: 'this.calling.now(); // other processes may have left some',
        replace: '// other processes may have left some',
        tests: [waking, finalAnnotations],
      },
      {
        mistake: 'claims on during the shutdown',
        find: 'while (namedTaskIds.length > 0 && !stop?.aborted) {',
        replace: 'while (namedTaskIds.length > 0) {',
      },
      {
        mistake: 'counts a failure during the shutdown',
        find: `if (stop?.aborted) await this.handBack(hook, error);
      else await`,
        replace: 'await',
      },
      {
        mistake: 'never gives up',
        find: 'const afterSeconds = isLast ? null :',
        replace: 'const afterSeconds = hook.attempt < 0 ? null :',
      },
      {
        mistake: 'gives up one attempt too early',
        find: 'const isLast = hook.attempt >= MAX_ATTEMPTS;',
        replace: 'const isLast = hook.attempt >= MAX_ATTEMPTS - 1;',
      },
      {
        mistake: 'calls a handler again whose process died each time',
        find: `if (hook.attempt > MAX_ATTEMPTS) throw new Error('The process died each time the task handler was called.');`,
        replace: '',
      },
      {
        mistake: 'claims ends for less time than a handler may take',
        find: 'const LEASE_SECONDS = 60;',
        replace: 'const LEASE_SECONDS = 0;',
      },
    ],
  },
];
