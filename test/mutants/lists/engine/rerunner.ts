import type { MutantsOfFile } from '../../mutant.js';
import {
  accessScope,
  announcing,
  graphqlMutations,
  operatorActions,
  permittedActions,
  restActions,
  scheduling,
  taskHandlers,
  versionsElsewhere,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/tasks/task.rerunner.ts',
    tests: [announcing, operatorActions, taskHandlers, versionsElsewhere],
    mutants: [
      {
        mistake: 'repeats a task in a version out of scope',
        find: 'return this.directory.startable(asked, isKnown);',
        replace: 'return this.directory.startable(asked);',
        tests: [accessScope],
      },
      {
        mistake: 'forgets the deadline of the template',
        find: '...(deadlineSeconds !== null && { deadlineSeconds })',
        replace: '...(deadlineSeconds === 0 && { deadlineSeconds })',
        tests: [operatorActions, scheduling],
      },
      {
        mistake: 'starts another version with a context that it refuses',
        find: 'return this.validator.validate(template, (await this.wholeOf(taskId)).task.context);',
        replace: 'return (await this.wholeOf(taskId)).task.context;',
      },
      {
        mistake: 'publishes no event of the new task',
        find: 'this.events.publishStarted([{ template }], [{ id, state, created: true, settled }]);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.bulk.runner.ts',
    tests: [operatorActions, restActions, graphqlMutations, permittedActions],
    mutants: [
      { mistake: 'takes one more than asked for', find: 'found.slice(0, limit)', replace: 'found.slice(0, limit + 1)' },
      {
        mistake: 'says that there is more when there is not',
        find: 'more: found.length > limit',
        replace: 'more: found.length >= limit',
      },
      {
        mistake: 'holds what it is to release',
        find: 'release: (gateway, taskId, who) => gateway.holdTask(taskId, false, who)',
        replace: 'release: (gateway, taskId, who) => gateway.holdTask(taskId, true, who)',
      },
    ],
  },
];
