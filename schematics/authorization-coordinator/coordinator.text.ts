import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';

/** A coordinator to fill in. */
export const COORDINATOR: ClassArtefact = {
  what: 'authorization coordinator',
  role: 'coordinator',
  suffix: 'Coordinator',
  provided: { token: 'TASKER_AUTHORIZATION_COORDINATOR', mark: 'TaskerAuthorizationCoordinator' },
  code,
  test,
  nextSteps: () => [
    'Change may() to your rules. Roles of users no longer count, unless your class looks at them.',
    'To show a user some of the tasks only, in lists and figures too, add a method scope().',
  ],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import {
  TaskerAuthorizationCoordinator,
  type AuthorizationCoordinator,
  type AuthorizationSubject,
  type Permission,
  type TaskerUser,
} from 'nestjs-tasker';

const OF_EVERYBODY: readonly Permission[] = [
  'tasker.task:index',
  'tasker.task:show',
  'tasker.task:create',
  'tasker.workflow_step:index',
  'tasker.workflow_step:show',
];

/** Users may look at all tasks and start some, and cancel those that they started. */
@Injectable()
@TaskerAuthorizationCoordinator()
export class ${className} implements AuthorizationCoordinator {
  may(user: TaskerUser | null, permission: Permission, { initiator }: AuthorizationSubject): boolean {
    if (user === null) return false;
    if (permission === 'tasker.task:cancel') return initiator === user.id;
    return OF_EVERYBODY.includes(permission);
  }
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { permissionMatrix } from 'nestjs-tasker/testing';
import { ${className} } from '${importedAs}';

describe('${className}', () => {
  const matrix = () =>
    permissionMatrix(
      new ${className}(),
      { ann: { id: 'ann' }, nobody: null },
      { subjects: { own: { initiator: 'ann' }, other: { initiator: 'bob' } } },
    );

  // console.log(permissions.toString()) prints a table.
  it('permits users to start tasks, and to cancel their own', async () => {
    const permissions = await matrix();
    expect(permissions.allowedChanges('ann')).toEqual(['tasker.task:create', 'tasker.task:cancel']);
    expect(permissions.toJSON()).toMatchObject({
      'tasker.task:cancel': { ann: { access: 'limited', subjects: ['own'] } },
    });
  });

  it('permits nothing without a user', async () => {
    expect((await matrix()).allowed('nobody')).toEqual([]);
  });
});
`;
}
