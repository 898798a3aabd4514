import type { MutantsOfFile } from '../../mutant.js';
import { cleanConnections, engine, ownContext, results, shutdown, timeouts, transactional } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/step.runner.ts',
    tests: [timeouts, results, engine, transactional, shutdown],
    mutants: [
      {
        mistake: 'waits for a handler that is past its time',
        find: `resolve(failed(claimed, error, template.backoff));
      run.abort(error);`,
        replace: 'run.abort(error);',
      },
      {
        mistake: 'does not abort a handler that is past its time',
        find: `resolve(failed(claimed, error, template.backoff));
      run.abort(error);`,
        replace: 'resolve(failed(claimed, error, template.backoff));',
      },
      {
        mistake: 'forgets what an attempt had recorded when it was aborted',
        find: 'if (isSettled && result.recorded) this.signals.stepEnded.emit(result);',
        replace: '',
      },
      {
        mistake: 'takes the seconds of a timeout for milliseconds',
        find: 'const limitMs = template.timeoutSeconds * 1_000;',
        replace: 'const limitMs = template.timeoutSeconds;',
      },
      {
        mistake: 'lets the commit count against the time of the handler',
        find: `clearTimeout(timer); // the timeout is only for the handler`,
        replace: `// the timeout is only for the handler`,
        tests: [timeouts, transactional],
      },
      {
        mistake: 'ignores the limit of results that a handler has',
        find: 'handler.options.maxResultBytes ?? this.options.steps.maxResultBytes',
        replace: 'this.options.steps.maxResultBytes',
      },
      {
        mistake: 'hands a step back without aborting it',
        find: `settle(released(claimed));
      run.abort(new StepAbandonedError(reason));`,
        replace: `settle(released(claimed));
      void reason;`,
      },
      {
        mistake: 'counts a step that was handed back',
        find: `settle(released(claimed));
      run`,
        replace: `settle(failed(claimed, new StepAbandonedError(reason), template.backoff));
      run`,
      },
      {
        mistake: 'runs handlers in the context of the caller that woke the worker',
        find: 'inOwnContext(process).then(judge)',
        replace: 'process().then(judge)',
        tests: [ownContext, cleanConnections],
      },
    ],
  },
];
