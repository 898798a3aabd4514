import type { MutantsOfFile } from '../../mutant.js';
import { claiming, engine, failures, operatorActions, persistence, results, running } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/persistence/claims.document.ts',
    tests: [persistence, running, results],
    mutants: [
      {
        mistake: 'lets two steps share one context',
        find: 'context: isGiven ? copyJson(context) : context',
        replace: 'context',
        tests: [engine, persistence, results, running, claiming],
      },
      {
        mistake: 'lets two steps share the results of one parent',
        find: 'given.has(parent) ? copyJson(value) : value',
        replace: 'value',
        tests: [engine, persistence, results, running],
      },
      {
        mistake: 'gives the results of the first parent only',
        find: `if (ofStep) ofStep.push(own);
`,
        replace: `if (ofStep) continue;
`,
      },
      {
        mistake: 'counts attempts on over resets',
        find: 'attempt: attemptNumber - attemptsBefore',
        replace: 'attempt: attemptNumber - 0 * attemptsBefore',
        tests: [operatorActions, failures, running],
      },
    ],
  },
];
