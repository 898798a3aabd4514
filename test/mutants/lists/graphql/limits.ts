import type { MutantsOfFile } from '../../mutant.js';
import { graphqlFloods, graphqlLimits, graphqlSockets, operationSize } from '../../specs.js';

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
        mistake: 'counts nothing of what is asked about the schema',
        find: 'introspectionCost: 1 + this.below(field, definition).introspectionCost',
        replace: 'introspectionCost: 0',
      },
      {
        mistake: 'counts the fields of a list once',
        find: 'costOfElement: isElement ? cost : 0',
        replace: 'costOfElement: isElement ? own : 0',
      },
      {
        mistake: 'does not know what a fragment within a field is of',
        find: 'condition === undefined ? type : this.document.schema.getType(condition)',
        replace: 'condition === undefined ? undefined : this.document.schema.getType(condition)',
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
    tests: [graphqlSockets],
    mutants: [
      {
        mistake: 'lets a second field of a subscription pass without its guard',
        find: 'operation.operation === OperationTypeNode.SUBSCRIPTION ? faultOf(schema, operation, fragments) : null',
        replace: 'null',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/document.size.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'takes characters for bytes',
        find: 'Buffer.byteLength(text)',
        replace: 'text.length',
      },
      {
        mistake: 'does not count operations and fragments',
        find: 'definitions.length > maxDefinitions',
        replace: 'false',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/answer.budget.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'counts each field of an answer by itself',
        find: 'spentBy.set(variableValues, spent);',
        replace: '',
      },
      {
        mistake: 'counts a value once, however often it is written',
        find: 'if (info) spend(info, sizeOf(value));',
        replace: 'if (info && !sizes.has(Object(value) as object)) spend(info, sizeOf(value));',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/query.limits.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'takes any limit that is given',
        find: 'if (faults.length > 0)',
        replace: 'if (faults.length > LIMITS.length)',
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
