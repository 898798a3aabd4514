import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { UnknownStepError, UnknownTaskError } from '../persistence/persistence.errors.js';
import { isWithin } from '../workflow/task.scope.js';
import type { TaskerError } from '../workflow/tasker.error.js';
import { AccessDecision } from './access.decision.js';
import { askedIn, kindOf, subjectsOf } from './asked.operation.js';
import { ForbiddenError, MissingPermissionError } from './auth.errors.js';
import type { AuthorizationSubject } from './authorization-coordinator.contract.js';
import { rememberCaller } from './caller.js';
import { rememberGrant } from './grant.js';
import { neededByFilter } from './filter.permissions.js';
import type { Permission } from './permissions.js';
import { RequireAlso, RequirePermission } from './require-permission.decorator.js';

/**
 * Guards controllers and resolvers: the user must have the permission of the called method for the subject of the call.
 */
@Injectable()
export class TaskerGuard implements CanActivate {
  constructor(
    private readonly decision: AccessDecision,
    private readonly reflector: Reflector,
  ) {}

  /** @throws UnauthenticatedError, ForbiddenError; over REST also UnknownTaskError, UnknownStepError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get(RequirePermission, context.getHandler());
    // Undefined for a method without the decorator, in spite of its type.
    if ((permission as unknown) === undefined) {
      throw new MissingPermissionError([`${context.getClass().name}.${context.getHandler().name}`]);
    }
    const asked = askedIn(context);
    const access = await this.decision.of(asked.key, asked.request);
    if (access.user) rememberCaller(asked.request, access.user);
    const also = this.reflector.get<readonly Permission[] | undefined>(RequireAlso.KEY, context.getHandler()) ?? [];
    const subjects = subjectsOf(asked, permission);
    const missing: AuthorizationSubject[] = [];
    for (const subject of subjects) {
      for (const each of [permission, ...also]) {
        if (!(await access.requireNamed(each, asSubjectOf(each, subject)))) missing.push(subject);
      }
    }
    const scope = await access.scope(permission);
    const namesNone = subjects.every(({ id, taskId }) => id === null && taskId === null);
    const ofAll = [...(namesNone ? also : []), ...neededByFilter(asked.filter, permission)];
    for (const each of ofAll) {
      for (const subject of subjects) await access.require(each, asSubjectOf(each, subject));
      if (!isWithin(scope, await access.scope(each))) throw new ForbiddenError(each);
    }
    const error = missing[0] ? missingError(missing[0]) : null;
    // GraphQL reports it in its answer: null for a query, a `userError` for a mutation.
    if (error && context.getType<string>() !== 'graphql') throw error;
    const { face, field } = asked;
    rememberGrant(context, { access, permission, scope, missing: error, face, field });
    return true;
  }
}

/** The subject for a further permission. For the steps of a task, it has the id of the task. */
function asSubjectOf(permission: Permission, subject: AuthorizationSubject): AuthorizationSubject {
  const kind = kindOf(permission);
  return kind === subject.kind ? subject : { ...subject, kind, id: kind === 'task' ? subject.taskId : null };
}

/** The same error as that of the operation itself. */
function missingError({ taskId, id }: AuthorizationSubject): TaskerError {
  return taskId === null ? new UnknownStepError(`There is no step ${id}.`) : new UnknownTaskError(taskId);
}
