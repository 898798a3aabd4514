import type { NamedSubject, SubjectGateway } from '../persistence/subject.gateway.js';
import { isRowId } from '../workflow/input.checks.js';
import { checkScope } from '../workflow/task.scope.check.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { emptySubject } from './asked.operation.js';
import { ForbiddenError } from './auth.errors.js';
import type { TaskerUser } from '../workflow/access/authenticator.contract.js';
import type {
  AuthorizationCoordinator,
  AuthorizationSubject,
} from '../workflow/access/authorization-coordinator.contract.js';
import { ALIASES, type Permission } from '../workflow/access/permissions.js';

/** The ids that an operation names; null if it names no task or step. */
type Place = Pick<AuthorizationSubject, 'kind' | 'id' | 'taskId' | 'step'>;

/** A task, or one of its steps, as an answer names it. */
type Named = Pick<AuthorizationSubject, 'taskId'> & Partial<Pick<AuthorizationSubject, 'id' | 'step'>>;
type Asking = Pick<AuthorizationSubject, 'face' | 'field'>;

/** The fields of a task that every answer has. */
export type KnownTask = Pick<NamedSubject, 'namespace' | 'name' | 'version' | 'initiator'> & { readonly id: string };

/** The permissions of one user within one request, or one GraphQL execution. Each decision is made once. */
export class Access {
  private readonly decisions = new Map<string, Promise<boolean>>();
  private readonly scopes = new Map<Permission, Promise<TaskScope | null>>();
  private readonly subjects = new Map<string, Promise<NamedSubject | null>>();

  constructor(
    /** Null if the host has no authenticator. */
    readonly user: TaskerUser | null,
    private readonly coordinator: AuthorizationCoordinator | null,
    private readonly gateway: SubjectGateway,
  ) {}

  /** Whether another time may bring another decision. It cannot if the host has neither an authenticator nor a coordinator. */
  get mayChange(): boolean {
    return this.user !== null || this.coordinator !== null;
  }

  /** Whether the credentials of the user have expired by now. */
  get hasExpired(): boolean {
    return this.expiresInMs <= 0;
  }

  /** Milliseconds until the credentials of the user expire. */
  get expiresInMs(): number {
    return this.user?.expiresAt ? this.user.expiresAt.getTime() - Date.now() : Infinity;
  }

  /** The access of the same user with nothing decided yet. */
  get undecided(): Access {
    return new Access(this.user, this.coordinator, this.gateway);
  }

  /** False if everything is permitted: the host has no coordinator. */
  get decides(): boolean {
    return this.coordinator !== null;
  }

  /**
   * Decides about a subject that the operation names only by id. Its details are loaded first.
   * @returns false if there is no such task or step in scope; true also if no lookup was needed, or if the text cannot
   *   be an id
   * @throws ForbiddenError
   */
  async requireNamed(permission: Permission, subject: AuthorizationSubject): Promise<boolean> {
    if (!this.coordinator) return true;
    if (!namesTask(subject)) {
      await this.require(permission, subject);
      return true;
    }
    const found = await this.find(subject, await this.scope(permission));
    await this.require(permission, withDetails(subject, found));
    return found !== null || !isRowId(subject.taskId ?? subject.id);
  }

  /** @throws ForbiddenError */
  async require(permission: Permission, subject: AuthorizationSubject): Promise<void> {
    if (!(await this.allows(permission, subject))) throw new ForbiddenError(permission);
  }

  allows(permission: Permission, subject: AuthorizationSubject): Promise<boolean> {
    const { coordinator } = this;
    if (!coordinator) return Promise.resolve(true);
    return once(this.decisions, JSON.stringify([permission, subject]), async () => {
      const granted: unknown = await coordinator.may(this.user, permission, subject);
      if (granted === true) return true; // no other truthy value permits
      const alias = ALIASES[permission];
      return alias !== undefined && this.allows(alias, subject);
    });
  }

  /**
   * The tasks to which the permission is limited; null for no limit.
   * @throws InvalidScopeError, and the errors of the coordinator; the request then fails
   */
  scope(permission: Permission): Promise<TaskScope | null> {
    return once(this.scopes, permission, async () => {
      if (!this.coordinator?.scope) return null;
      const scope: unknown = await this.coordinator.scope(this.user, permission);
      checkScope(scope);
      return scope;
    });
  }

  /** Remembers a task that was already read in this scope, so that it is not loaded again. */
  know({ id, namespace, name, version, initiator }: KnownTask, scope: TaskScope | null): void {
    if (!this.coordinator) return;
    const task = { taskId: id, namespace, name, version, initiator, stepId: null, step: null };
    for (const each of [scope, null])
      this.subjects.set(keyOf({ kind: 'task', id, taskId: id, step: null }, each), Promise.resolve(task));
  }

  /** Whether the user may also see a part of a task or step that the user may see. */
  async mayRead(permission: Permission, named: Named, { face, field }: Asking): Promise<boolean> {
    if (!this.coordinator) return true;
    const { kind, ...nothing } = emptySubject(permission, face, field);
    const id = kind === 'task' ? named.taskId : (named.id ?? null);
    const subject = { kind, ...nothing, ...named, id };
    const found = await this.find(subject, await this.scope(permission));
    return found !== null && this.allows(permission, withDetails(subject, found));
  }

  private find(place: Place, scope: TaskScope | null): Promise<NamedSubject | null> {
    const { kind, id, taskId, step } = place;
    return once(this.subjects, keyOf(place, scope), () => {
      if (kind === 'task') return this.gateway.ofTask(id!, scope);
      if (taskId === null) return this.gateway.ofStep(id!, scope);
      const isKnownStep = step === null || id !== null;
      return isKnownStep ? this.gateway.ofTask(taskId, scope) : this.gateway.ofStepIn(taskId, step, scope);
    });
  }
}

/** A step with a known id is looked up by its task, so that steps of one task share the lookup. */
function keyOf({ kind, id, taskId, step }: Place, scope: TaskScope | null): string {
  if (kind === 'task') return JSON.stringify(['task', id, scope]);
  const isKnownStep = taskId !== null && (step === null || id !== null);
  return JSON.stringify(isKnownStep ? ['task', taskId, scope] : ['step', taskId, step ?? id, scope]);
}

function namesTask({ kind, id, taskId }: Place): boolean {
  return (kind === 'task' || kind === 'step') && (id ?? taskId) !== null;
}

/** The subject with its details. If it does not exist, only the caller's names are known. */
function withDetails(subject: AuthorizationSubject, found: NamedSubject | null): AuthorizationSubject {
  if (!found) return { ...subject, namespace: null, name: null, version: null, initiator: null };
  const { taskId, namespace, name, version, initiator, stepId, step } = found;
  const isStep = subject.kind === 'step';
  return {
    ...subject,
    taskId,
    ...(isStep && stepId !== null && { id: stepId, step }),
    ...{ namespace, name, version, initiator },
  };
}

async function once<Answer>(
  known: Map<string, Promise<Answer>>,
  key: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}
