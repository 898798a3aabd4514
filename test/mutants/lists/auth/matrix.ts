import type { MutantsOfFile } from '../../mutant.js';
import { permissionMatrix } from '../../specs.js';

/** What only a look at every operation and every kind of user notices. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/part.access.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'shows the context of a task to everybody who may see the task',
        find: "  context: 'tasker.task:read_context',\n",
        replace: '',
      },
    ],
  },
  {
    file: 'lib/api/reading.operations.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'shows the errors of steps in dead letters to everybody who may list tasks',
        find: "['tasker.workflow_step:index', 'tasker.workflow_step:read_error']",
        replace: '[]',
      },
    ],
  },
  {
    file: 'lib/rest/tasks.controller.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'lists tasks out of scope',
        find: 'this.reader.list(listRequest(query), grant.scope)',
        replace: 'this.reader.list(listRequest(query), null)',
      },
    ],
  },
  {
    file: 'lib/graphql/task.fields.resolver.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'shows the annotations of a task to everybody who may see the task',
        find: "await this.reader.part(execution, id, 'annotations')",
        replace: "await this.loaders.of(execution).part(id, 'annotations')",
      },
    ],
  },
  {
    file: 'lib/graphql/reading/nested.reader.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'reads what belongs to a task whether or not the user may',
        find: 'return exists ? this.loaders.of(execution) : null;',
        replace: 'return exists || !exists ? this.loaders.of(execution) : null;',
      },
    ],
  },
];
