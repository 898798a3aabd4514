import type { MutantsOfFile } from '../../mutant.js';
import { graphqlLimits, graphqlSubscriptions, operationSize } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/graphql/limits/operation.size.ts',
    tests: [operationSize],
    mutants: [
      {
        mistake: 'takes fields beside each other for fields in each other',
        find: 'this.level -= 1;',
        replace: '',
      },
      {
        mistake: 'counts what is asked about the schema',
        find: `if (name.startsWith('__')) return NOTHING;`,
        replace: '',
      },
      {
        mistake: 'counts the fields of a list once',
        find: 'times * (own + below.cost)',
        replace: 'times * own + below.cost',
      },
      {
        mistake: 'does not know what a fragment within a field is of',
        find: 'condition === undefined ? type : this.measured.schema.getType(condition)',
        replace: 'condition === undefined ? undefined : this.measured.schema.getType(condition)',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/asked.elements.ts',
    tests: [operationSize],
    mutants: [
      {
        mistake: 'takes the ids that a query filters by for the size of its page',
        find: 'if (isMutation && Array.isArray(ids))',
        replace: 'if (Array.isArray(ids))',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/limit.guard.ts',
    tests: [graphqlSubscriptions],
    mutants: [
      {
        mistake: 'lets a second field of a subscription pass without its guard',
        find: 'operation.operation === OperationTypeNode.SUBSCRIPTION ? faultOf(schema, operation, fragments) : null',
        replace: 'null',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/step.budget.ts',
    tests: [graphqlLimits],
    mutants: [
      {
        mistake: 'counts the steps of each field by themselves',
        find: 'this.spent.set(key, spent);',
        replace: '',
      },
    ],
  },
];
