import type { MutantsOfFile } from '../../mutant.js';
import {
  graphqlLists,
  healthReader,
  restLists,
  stepGraph,
  stepReader,
  taskAnalysis,
  taskListCheck,
  templateReader,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/insight/task.reader.ts',
    tests: [restLists],
    mutants: [
      {
        mistake: 'says that nothing follows a page that was read backwards',
        find: 'hasNext: backwards ? cursor !== undefined : hasMore',
        replace: 'hasNext: !backwards && hasMore',
        tests: [graphqlLists],
      },
      {
        mistake: 'includes the steps where only the analysis is asked for',
        find: `...(wanted.has('steps') && { steps: ordered })`,
        replace: 'steps: ordered',
      },
    ],
  },
  {
    file: 'lib/insight/task.cursor.ts',
    tests: [restLists],
    mutants: [
      {
        mistake: 'takes the cursor of a list that is sorted by another instant',
        find: 'of !== sort || !isRowId(id)',
        replace: '(of !== sort && !isKeyed) || !isRowId(id)',
      },
    ],
  },
  {
    file: 'lib/insight/task.list.check.ts',
    tests: [taskListCheck],
    mutants: [
      {
        mistake: 'takes the last page and a cursor together',
        find: 'fromEndProblem(fromEnd, after ?? before)',
        replace: 'fromEndProblem(fromEnd, after)',
      },
    ],
  },
  {
    file: 'lib/insight/dead-letter.reader.ts',
    tests: [restLists],
    mutants: [
      {
        mistake: 'advises to try again what cannot succeed',
        find: `error?.permanent ? ['reset'] : ['retry', 'reset']`,
        replace: `['retry', 'reset']`,
      },
    ],
  },
  {
    file: 'lib/insight/step.reader.ts',
    tests: [stepReader],
    mutants: [
      {
        mistake: 'takes steps that wait for the same ones in another order for no siblings',
        find: 'names.toSorted()',
        replace: 'names',
      },
    ],
  },
  {
    file: 'lib/insight/step.graph.ts',
    tests: [stepGraph],
    mutants: [
      {
        mistake: 'leaves steps out of the longest path',
        find: 'levels.get(parent) === above',
        replace: 'levels.get(parent)! <= above',
      },
      {
        mistake: 'lets a name end the text of a node in Mermaid',
        find: '/["#&<>]/g',
        replace: '/[#&<>]/g',
      },
    ],
  },
  {
    file: 'lib/insight/task.analysis.ts',
    tests: [taskAnalysis],
    mutants: [
      {
        mistake: 'names the steps that hold others up in the order of the graph',
        find: '.sort((one, other) => other.blocks.length - one.blocks.length)',
        replace: '',
      },
      {
        mistake: 'names all steps that hold others up, however many',
        find: '.slice(0, MOST_BOTTLENECKS)',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/insight/template.reader.ts',
    tests: [templateReader],
    mutants: [
      {
        mistake: 'lists templates that are out of scope',
        find: '.filter((listing) => hasTemplate(scope, listing))',
        replace: '',
      },
      {
        mistake: 'finds a version that is out of scope by its name',
        find: '|| !hasTemplate(scope, { namespace, name, version: exact })',
        replace: '',
      },
      {
        mistake: 'shows a secret in a list',
        find: 'if (Array.isArray(value)) return value.map(redact);',
        replace: 'if (Array.isArray(value)) return value;',
      },
      {
        mistake: 'shows a secret whose name has capitals',
        find: 'private.?key/i;',
        replace: 'private.?key/;',
      },
    ],
  },
  {
    file: 'lib/insight/health.reader.ts',
    tests: [healthReader],
    mutants: [
      {
        mistake: 'keeps the process alive after the answer',
        find: 'clearTimeout(timer);',
        replace: '',
      },
      {
        mistake: 'is ready while its worker is not',
        find: 'Object.values(checks).every(',
        replace: '[database, schema].every(',
      },
    ],
  },
];
