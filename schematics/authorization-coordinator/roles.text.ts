import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';

/** Roles for the default coordinator. */
export const ROLES: ClassArtefact = {
  what: 'set of roles',
  role: 'roles',
  suffix: 'Roles',
  isConstant: true,
  option: { group: 'auth', name: 'roles' },
  code,
  test,
  nextSteps: () => [
    'Let your authenticator return the roles of a user. With roles and without an authenticator, the application does not start.',
  ],
};

function code({ className }: ClassNames): string {
  return `/** Roles in addition to viewer, operator and admin. What is not permitted by a role of the user is refused. */
export const ${className} = {
  support: { includes: ['viewer'], permissions: ['tasker.task:retry', 'tasker.workflow_step:retry'] },
  payments: { includes: ['operator'], namespaces: ['payments'] },
} as const;
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { permissionMatrix } from 'nestjs-tasker/testing';
import { ${className} } from '${importedAs}';

describe('${className}', () => {
  // console.log(matrix.toString()) prints a table of all roles.
  it('permit the support to retry, and nothing else that changes tasks', async () => {
    const matrix = await permissionMatrix({ roles: ${className} });
    expect(matrix.allowedChanges('support')).toEqual(${className}.support.permissions);
  });

  it('limit the payments team to its namespace', async () => {
    const matrix = await permissionMatrix({ roles: ${className} });
    expect(matrix.toJSON()).toMatchObject({
      'tasker.task:cancel': { payments: { access: 'limited', scope: { namespaces: ['payments'] } } },
    });
  });
});
`;
}
