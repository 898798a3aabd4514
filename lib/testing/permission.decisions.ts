import { Access } from '../auth/access.js';
import { emptySubject } from '../auth/asked.operation.js';
import { RoleCoordinator } from '../auth/roles/role.coordinator.js';
import { authProblems } from '../options/auth.check.js';
import type { AuthOptions } from '../options/auth.options.js';
import { InvalidOptionsError } from '../options/options.errors.js';
import type { SubjectGateway } from '../persistence/subject.gateway.js';
import type { TaskerUser } from '../workflow/access/authenticator.contract.js';
import type {
  AuthorizationCoordinator,
  AuthorizationSubject,
} from '../workflow/access/authorization-coordinator.contract.js';
import { PERMISSIONS, type Permission } from '../workflow/access/permissions.js';
import { BUILT_IN_ROLES } from '../workflow/access/roles.js';
import type { TaskScope } from '../workflow/task.scope.js';
import type { PermissionAnswer } from './permission.answer.js';
import { PermissionMatrix, type PermissionRow } from './permission.matrix.js';

/** Fields of a subject; all others are null, as those of a list without a filter. */
type SubjectFields = Partial<Omit<AuthorizationSubject, 'kind'>>;

interface MatrixOptions<User extends TaskerUser> {
  /**
   * The subjects that each permission is asked for, by name: fields, or a function that makes them for a user.
   * @default one whose fields are all null, as for a list without a filter
   */
  readonly subjects?: Readonly<Record<string, SubjectFields | ((user: User | null) => SubjectFields)>>;
}

/** The decisions of `Access` about subjects whose details are given need no database. */
const NO_DATABASE = {} as SubjectGateway;

/**
 * Asks a coordinator, or the roles, what users may do, permission by permission. Requests are decided in the same way: all
 * answers of a coordinator but `true` refuse, and an invalid scope is an error. Neither an application nor a database is
 * needed.
 *
 * @param by the coordinator, or the option `auth` with its roles and default roles
 * @param users the users by the name of their column; null for an application without an authenticator
 * @throws InvalidOptionsError if the option is invalid
 *
 * @example
 * ```ts
 * const matrix = await permissionMatrix(new StaffCoordinator(), {
 *   clerk: { id: 'ann', roles: ['clerk'] },
 *   auditor: { id: 'bob', roles: ['auditor'] },
 * });
 * console.log(matrix.toString());
 * expect(matrix.allowedChanges('auditor')).toEqual([]);
 * ```
 */
export function permissionMatrix<User extends TaskerUser, Name extends string>(
  by: AuthorizationCoordinator<User> | AuthOptions,
  users: Readonly<Record<Name, User | null>>,
  options?: MatrixOptions<User>,
): Promise<PermissionMatrix<Name>>;

/** Without users, there is a column for each role, the built-in ones first. */
export function permissionMatrix(by: AuthOptions): Promise<PermissionMatrix>;

export async function permissionMatrix(
  by: AuthorizationCoordinator | AuthOptions,
  users: Readonly<Record<string, TaskerUser | null>> = oneOfEachRole(by as AuthOptions),
  { subjects = { any: {} } }: MatrixOptions<TaskerUser> = {},
): Promise<PermissionMatrix> {
  const coordinator = 'may' in by ? by : coordinatorIn(by);
  const columns = Object.entries(users).map(([name, user]) => ({
    name,
    access: new Access(user, coordinator, NO_DATABASE),
    subjects: Object.entries(subjects).map(
      ([subject, fields]) => [subject, typeof fields === 'function' ? fields(user) : fields] as const,
    ),
  }));
  const rows: PermissionRow[] = [];
  for (const permission of PERMISSIONS) {
    const answers: Record<string, PermissionAnswer> = {};
    for (const column of columns) answers[column.name] = await answerOf(column, permission);
    rows.push({ permission, users: answers });
  }
  return new PermissionMatrix(Object.keys(users), rows);
}

interface Column {
  readonly access: Access;
  readonly subjects: readonly (readonly [string, SubjectFields])[];
}

async function answerOf({ access, subjects }: Column, permission: Permission): Promise<PermissionAnswer> {
  try {
    const scope = await access.scope(permission);
    const granted: string[] = [];
    for (const [name, fields] of subjects) {
      const subject = { ...emptySubject(permission, 'rest', null), ...fields };
      if (await access.allows(permission, subject)) granted.push(name);
    }
    return answer(scope, granted, granted.length === subjects.length);
  } catch (error) {
    return { access: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}

function answer(scope: TaskScope | null, subjects: readonly string[], areAll: boolean): PermissionAnswer {
  if (subjects.length === 0) return { access: 'none' };
  if (scope === null && areAll) return { access: 'all' };
  return { access: 'limited', ...(scope && { scope }), ...(!areAll && { subjects }) };
}

/** @throws InvalidOptionsError */
function coordinatorIn(auth: AuthOptions): AuthorizationCoordinator {
  const { coordinator, roles = {}, defaultRoles = [] } = auth;
  const problems = authProblems(auth);
  if (typeof coordinator === 'function') problems.push('auth.coordinator is a class; pass an instance of it instead');
  if (problems.length > 0) throw new InvalidOptionsError(problems, 'permissionMatrix');
  return (coordinator as AuthorizationCoordinator | null | undefined) ?? new RoleCoordinator({ roles, defaultRoles });
}

function oneOfEachRole({ roles }: AuthOptions): Readonly<Record<string, TaskerUser>> {
  const names = Object.keys({ ...BUILT_IN_ROLES, ...roles });
  return Object.fromEntries(names.map((name) => [name, { id: name, roles: [name] }]));
}
