import type { MutantsOfFile } from '../../mutant.js';
import { engine, failures, results } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/step.outcome.ts',
    tests: [engine, failures, results],
    mutants: [
      {
        mistake: 'measures results in characters',
        find: '? Buffer.byteLength(results) : results.length',
        replace: '? results.length : results.length',
      },
      {
        mistake: 'refuses results of exactly the limit',
        find: 'if (bytes > maxResultBytes) return',
        replace: 'if (bytes >= maxResultBytes) return',
      },
      {
        mistake: 'retries a permanent failure',
        find: `kind: 'error', results: null, error: describeError(error, true), afterSeconds: null`,
        replace: `kind: 'retry', results: null, error: describeError(error, true), afterSeconds: null`,
      },
      {
        mistake: 'ignores the wait that a handler asks for',
        find: 'requested ?? backoffSeconds(backoff, step.attempt)',
        replace: 'backoffSeconds(backoff, step.attempt)',
      },
      {
        mistake: 'begins the backoff one attempt too late',
        find: '?? backoffSeconds(backoff, step.attempt)',
        replace: '?? backoffSeconds(backoff, step.attempt + 1)',
      },
      {
        mistake: 'counts the backoff on over resets',
        find: '?? backoffSeconds(backoff, step.attempt)',
        replace: '?? backoffSeconds(backoff, step.attemptNumber)',
      },
      {
        mistake: 'stores nothing where a handler returns nothing',
        find: 'JSON.stringify(value ?? null)',
        replace: 'JSON.stringify(value ?? {})',
      },
    ],
  },
];
