import { Injectable } from '@nestjs/common';
import { AccessDecision } from '../../auth/access.decision.js';
import type { Access } from '../../auth/access.js';
import { emptySubject } from '../../auth/asked.operation.js';
import { MissingPermissionError } from '../../auth/auth.errors.js';
import type { AuthorizationSubject } from '../../workflow/access/authorization-coordinator.contract.js';
import type { Permission } from '../../workflow/access/permissions.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import type { Execution } from '../graphql.execution.js';

/** A task, or one of its steps, with the names that a field has. */
export type Named = { readonly taskId: string } & Partial<Pick<AuthorizationSubject, 'id' | 'step'>>;

type Template = Pick<TaskOutline, 'namespace' | 'name' | 'version'>;

/**
 * Requires the same permission as REST for fields that lead from a permitted object to another one. Guards cannot do
 * this, because Nest runs them for fields only if the host enables it.
 */
@Injectable()
export class NestedAccess {
  constructor(private readonly decision: AccessDecision) {}

  /** Remembers tasks that the operation has read in its scope. */
  know({ grant }: Execution, tasks: readonly TaskOutline[]): void {
    if (grant) for (const task of tasks) grant.access.know(task, grant.scope);
  }

  /**
   * Decides about a task or step with a known id.
   * @param permission @default the one that the field declares
   * @returns false if there is no such task or step for this user
   * @throws UnauthenticatedError, ForbiddenError
   */
  async require(execution: Execution, named: Named, permission = declaredBy(execution)): Promise<boolean> {
    const access = await this.of(execution);
    const subject = emptySubject(permission, execution.face, execution.field);
    const id = subject.kind === 'task' ? named.taskId : (named.id ?? null);
    return access.requireNamed(permission, { ...subject, ...named, id });
  }

  /** Whether the user may also see a part of a task that the user may see. */
  async mayRead(execution: Execution, permission: Permission, taskId: string): Promise<boolean> {
    return (await this.of(execution)).mayRead(permission, { taskId }, execution);
  }

  /**
   * Decides about the template of a task.
   * @returns the scope in which to look for it
   * @throws UnauthenticatedError, ForbiddenError
   */
  async requireTemplate(execution: Execution, template: Template): Promise<TaskScope | null> {
    const access = await this.of(execution);
    const permission = declaredBy(execution);
    await access.require(permission, { ...emptySubject(permission, execution.face, execution.field), ...template });
    return access.scope(permission);
  }

  /** The scope of the permission that the field declares. */
  async scopeOf(execution: Execution): Promise<TaskScope | null> {
    return (await this.of(execution)).scope(declaredBy(execution));
  }

  private of({ key, req }: Execution): Promise<Access> {
    return this.decision.of(key, req);
  }
}

/** @throws MissingPermissionError */
function declaredBy({ permission, field }: Execution): Permission {
  if (permission === null) throw new MissingPermissionError([String(field)]);
  return permission;
}
