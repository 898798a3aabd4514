import type { MutantsOfFile } from '../../mutant.js';
import { graphql, graphqlAccess, graphqlMutations } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/graphql/reading/nested.access.ts',
    tests: [graphqlAccess],
    mutants: [
      {
        mistake: 'takes the decision about one task for all',
        find: "`${permission} ${id ?? ''}`",
        replace: 'permission',
      },
    ],
  },
  {
    file: 'lib/graphql/mutations/mutation.runner.ts',
    tests: [graphqlMutations],
    mutants: [
      {
        mistake: 'takes the same input of another mutation for the same request',
        find: 'JSON.stringify([name, values])',
        replace: 'JSON.stringify([values])',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/operation.size.ts',
    tests: [graphql],
    mutants: [
      {
        mistake: 'counts a fragment the same under every page',
        find: "const key = `${name} ${page ?? ''}`;",
        replace: 'const key = name;',
      },
    ],
  },
  {
    file: 'lib/graphql/mutations/action.runner.ts',
    tests: [graphqlAccess],
    mutants: [
      {
        mistake: 'asks about the task for a step',
        find: "'tasker.workflow_step:show', step)",
        replace: "'tasker.workflow_step:show', taskId)",
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/subscription.transport.ts',
    tests: [graphql],
    mutants: [
      {
        mistake: 'lets pages of another port connect',
        find: 'new URL(origin).host === host',
        replace: "new URL(origin).hostname === host?.split(':')[0]",
      },
      {
        mistake: 'takes the word of a client over the header of its request',
        find: 'request.headers.authorization ??= ',
        replace: 'request.headers.authorization = ',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/asked.elements.ts',
    tests: [graphql],
    mutants: [{ mistake: 'counts the smaller of two sizes', find: 'Math.max(...said)', replace: 'Math.min(...said)' }],
  },
];
