import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { OpenRoute } from '../options/auth.options.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { AccessDecision } from './access.decision.js';
import type { Access } from './access.js';
import { DenialRecorder } from '../audit/denial.recorder.js';
import type { AuthorizationSubject } from '../workflow/access/authorization-coordinator.contract.js';
import { isRowId } from '../workflow/input.checks.js';
import { askedIn, subjectsOf } from './asked.operation.js';
import { ForbiddenError, MissingPermissionError, UnauthenticatedError } from './auth.errors.js';
import { CanBeOpen } from './open-route.guard.js';
import { callerOf, rememberCaller } from './caller.js';
import { operationNameOf, originOf } from './request.origin.js';
import { rememberGrant, type Grant } from './grant.js';
import { decide, type DeclaredOperation } from './operation.decision.js';
import type { Permission } from '../workflow/access/permissions.js';
import { RequireAlso, RequirePermission } from './require-permission.decorator.js';

/**
 * Guards controllers and resolvers: the user must have the permission of the called method for the subject of the call.
 */
@Injectable()
export class TaskerGuard implements CanActivate {
  constructor(
    private readonly decision: AccessDecision,
    private readonly reflector: Reflector,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly denials: DenialRecorder,
  ) {}

  /** @throws UnauthenticatedError, ForbiddenError; over REST also UnknownTaskError, UnknownStepError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = this.operationIn(context);
    try {
      return await this.decide(context, operation);
    } catch (error) {
      this.note(context, operation, error);
      throw error;
    }
  }

  private async decide(context: ExecutionContext, operation: DeclaredOperation): Promise<boolean> {
    const { asked } = operation;
    const access = await (this.isOpen(context)
      ? this.decision.openTo(asked.request)
      : this.decision.of(asked.key, asked.request));
    if (access.user) rememberCaller(asked.request, access.user);
    const grant = await this.grantFor(operation, access);
    // GraphQL reports it in its answer: null for a query, a `userError` for a mutation.
    if (grant.missing && context.getType<string>() !== 'graphql') throw grant.missing;
    rememberGrant(context, grant);
    return true;
  }

  /** Notes in the audit log that the request is denied. Other errors are no decision. */
  private note(context: ExecutionContext, { asked, permission }: DeclaredOperation, error: unknown): void {
    if (!(error instanceof UnauthenticatedError || error instanceof ForbiddenError)) return;
    const { request, face } = asked;
    const operation = operationNameOf(context, this.reflector);
    const [{ kind, id, taskId, namespace }] = subjectsOf(asked, permission) as [AuthorizationSubject];
    const rowId = (text: string | null): string | null => (text !== null && isRowId(text) ? text : null);
    this.denials.record({
      origin: originOf({ operation, permission, face, request, user: callerOf(request) }),
      ...{ operation, kind, namespace, code: error.code, id: rowId(id), taskId: rowId(taskId) },
      details: { requires: error instanceof ForbiddenError ? error.permission : undefined },
    });
  }

  /** Only over REST, whose paths the options name. */
  private isOpen(context: ExecutionContext): boolean {
    const route = this.reflector.get<OpenRoute | undefined>(CanBeOpen.KEY, context.getHandler());
    return route !== undefined && context.getType() === 'http' && this.options.auth.open.includes(route);
  }

  private operationIn(context: ExecutionContext): DeclaredOperation {
    const handler = context.getHandler();
    const permission = this.reflector.get(RequirePermission, handler);
    // Undefined for a method without the decorator, in spite of its type.
    if ((permission as unknown) === undefined)
      throw new MissingPermissionError([`${context.getClass().name}.${handler.name}`]);
    const also = this.reflector.get<readonly Permission[] | undefined>(RequireAlso.KEY, handler) ?? [];
    return { asked: askedIn(context), permission, also };
  }

  private async grantFor(operation: DeclaredOperation, access: Access): Promise<Grant> {
    const { asked, permission } = operation;
    const { face, field } = asked;
    const renew = async (): Promise<Grant> => {
      const renewed = await this.grantFor(operation, await this.decision.renewed(access, asked.request));
      if (renewed.missing) throw renewed.missing;
      return renewed;
    };
    return { access, permission, face, field, ...(await decide(operation, access)), renew };
  }
}
