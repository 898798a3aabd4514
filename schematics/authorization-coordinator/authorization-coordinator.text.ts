import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { keptLog, testImports } from '../writing/test.text';

export const COORDINATOR: ClassArtefact = {
  what: 'authorization coordinator',
  role: 'coordinator',
  suffix: 'Coordinator',
  token: 'TASKER_AUTHORIZATION_COORDINATOR',
  code,
  test,
  nextSteps: () => [
    'Let your authenticator return the roles of a user, { id, roles: ["operator"] }. Users without a role may do nothing.',
    'If permissions depend on the task, look at subject.namespace, subject.initiator and the like. Never reuse an answer for another subject.',
    'To show a user some of the tasks only, in lists and figures too, add a method scope().',
  ],
};

function code({ className, name }: ClassNames): string {
  return `import { Injectable, Logger } from '@nestjs/common';
import type { AuthorizationCoordinator, AuthorizationSubject, Permission, TaskerUser } from 'nestjs-tasker';

/** A user, as the authenticator returns it. */
export interface ${name.pascal}User extends TaskerUser {
  readonly roles?: readonly string[];
}

const MAY_LOOK: readonly Permission[] = [
  'tasker.task:index',
  'tasker.task:show',
  'tasker.workflow_step:index',
  'tasker.task:read_context',
  'tasker.task:read_annotations',
  'tasker.task:read_transitions',
  'tasker.workflow_step:show',
  'tasker.workflow_step:read_results',
  'tasker.workflow_step:read_error',
  'tasker.handler:index',
  'tasker.handler:show',
  'tasker.health_status:index',
  'tasker.analytics:index',
];

const MAY_OPERATE: readonly Permission[] = [
  ...MAY_LOOK,
  'tasker.task:create',
  'tasker.task:update',
  'tasker.task:retry',
  'tasker.task:cancel',
  'tasker.workflow_step:update',
  'tasker.workflow_step:retry',
  'tasker.workflow_step:cancel',
];

/** Webhooks send data out, and tokens and tasks can act in the name of others: only administrators may. */
const MAY_ADMINISTER: readonly Permission[] = [
  ...MAY_OPERATE,
  'tasker.task:set_initiator',
  'tasker.webhook:index',
  'tasker.webhook:show',
  'tasker.webhook:create',
  'tasker.webhook:update',
  'tasker.webhook:destroy',
  'tasker.api_token:index',
  'tasker.api_token:create',
  'tasker.api_token:update',
  'tasker.api_token:destroy',
];

const PERMISSIONS_OF: ReadonlyMap<string, readonly Permission[]> = new Map([
  ['viewer', MAY_LOOK],
  ['operator', MAY_OPERATE],
  ['admin', MAY_ADMINISTER],
]);

/** Denies whatever no role of the user permits. */
@Injectable()
export class ${className} implements AuthorizationCoordinator<${name.pascal}User> {
  private readonly logger = new Logger(${className}.name);

  may(user: ${name.pascal}User | null, permission: Permission, { id }: AuthorizationSubject): boolean {
    const roles = user?.roles ?? [];
    const isPermitted = roles.some((role) => PERMISSIONS_OF.get(role)?.includes(permission) === true);
    // As JSON, so that no id can pretend to be a line of the log.
    if (!isPermitted) this.logger.warn(\`Denied \${JSON.stringify({ user: user?.id ?? null, permission, id })}.\`);
    return isPermitted;
  }
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Logger } from '@nestjs/common';
import type { AuthorizationSubject, Permission } from 'nestjs-tasker';
import { ${className} } from '${importedAs}';

const TASK: AuthorizationSubject = {
  kind: 'task',
  id: '7',
  taskId: '7',
  step: null,
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  initiator: 'ann',
  filter: null,
  ids: null,
  face: 'rest',
  field: null,
};

describe('${className}', () => {
  const coordinator = new ${className}();
  const denied: string[] = [];

${keptLog('denied')}

  const may = (roles: readonly string[], permission: Permission) =>
    coordinator.may({ id: 'ann', roles }, permission, TASK);

  it.each<[string, Permission, boolean]>([
    ['viewer', 'tasker.task:show', true],
    ['viewer', 'tasker.task:create', false],
    ['viewer', 'tasker.workflow_step:retry', false],
    ['operator', 'tasker.task:show', true],
    ['operator', 'tasker.task:create', true],
    ['operator', 'tasker.workflow_step:retry', true],
    ['operator', 'tasker.webhook:create', false],
    ['admin', 'tasker.webhook:create', true],
    ['unknown', 'tasker.task:index', false],
    ['constructor', 'tasker.task:index', false],
  ])('as to a %s and %s, answers %s', (role, permission, answer) => {
    expect(may([role], permission)).toBe(answer);
  });

  it('needs one role that permits it', () => {
    expect(may(['viewer', 'operator'], 'tasker.task:cancel')).toBe(true);
  });

  it('denies a user without roles, and nobody', () => {
    expect(may([], 'tasker.task:index')).toBe(false);
    expect(coordinator.may({ id: 'ann' }, 'tasker.task:index', { ...TASK, id: null })).toBe(false);
    expect(coordinator.may(null, 'tasker.task:index', { ...TASK, id: null })).toBe(false);
  });

  it('logs whom it denied what, in one line', () => {
    denied.length = 0;
    coordinator.may({ id: 'ann' }, 'tasker.task:cancel', { ...TASK, id: '7\\nDenied' });

    expect(denied).toEqual(['Denied {"user":"ann","permission":"tasker.task:cancel","id":"7\\\\nDenied"}.']);
  });
});
`;
}
